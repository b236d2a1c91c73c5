package dev.comporta.tasks.speech;

import dev.comporta.fuzz.Property;

/** Sound in WAV files. */
public final class WavTarget {
  private WavTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Property.holds(input, WavFile::read);
  }
}
