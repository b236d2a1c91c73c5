package dev.comporta.cli;

import dev.comporta.frame.Interruption;
import dev.comporta.fuzz.Property;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The words of a command line, one a line of the input; they are parsed, and nothing is run. */
public final class ArgumentsTarget {
  private ArgumentsTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    String[] words = new String(input, StandardCharsets.UTF_8).split("\n", -1);
    Property.holds(
        input,
        file -> {
          CommandLine line = Main.commandLine(new Interruption(), words);
          StringWriter error = new StringWriter();
          line.setOut(new PrintWriter(new StringWriter()));
          line.setErr(new PrintWriter(error));
          line.setExecutionStrategy(parsed -> 0);
          int code = Main.execute(line, new Application(), words);
          if ((code != 0 && code != 2) || error.toString().contains("\tat ")) {
            throw new AssertionError("exit code " + code + ": " + error);
          }
        });
  }
}
