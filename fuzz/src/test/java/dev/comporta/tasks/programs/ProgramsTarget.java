package dev.comporta.tasks.programs;

import dev.comporta.fuzz.Property;
import java.nio.charset.StandardCharsets;

/** Files of programs, which are parsed and run. */
public final class ProgramsTarget {
  private ProgramsTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Property.holds(input, _ -> ProgramReader.read("f", text));
  }
}
