package dev.comporta.view;

import dev.comporta.fuzz.Property;

/** Clips in animated GIF. */
public final class ClipTarget {
  private static final int SIDE = 16;

  private ClipTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Property.holds(input, file -> ClipFile.read(file, SIDE));
  }
}
