package dev.comporta.cli;

import dev.comporta.frame.Interruption;

/** The command for the seeds of {@code dev.comporta.fuzz}. */
public final class Command {
  private Command() {}

  /** Runs a command in this process. */
  public static int run(String... words) {
    return Main.execute(Main.commandLine(new Interruption(), words), words);
  }
}
