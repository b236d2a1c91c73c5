package dev.comporta.cli;

import dev.comporta.frame.Interruption;
import java.io.PrintWriter;

/** The command for the seeds of {@code dev.comporta.fuzz}. */
public final class Command {
  private Command() {}

  /** Runs a command in this process. */
  public static int run(String... words) {
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    return Main.run(new Interruption(), out, err, words);
  }
}
