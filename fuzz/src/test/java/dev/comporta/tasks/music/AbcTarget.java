package dev.comporta.tasks.music;

import dev.comporta.fuzz.Property;
import java.nio.file.Files;

/** Tunes in ABC notation. */
public final class AbcTarget {
  private AbcTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Property.holds(input, file -> AbcReader.read(Files.readAllBytes(file), "f", 4));
  }
}
