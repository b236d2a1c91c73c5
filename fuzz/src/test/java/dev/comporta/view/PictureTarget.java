package dev.comporta.view;

import dev.comporta.fuzz.Property;

/** Pictures in PNG. */
public final class PictureTarget {
  private PictureTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Property.holds(input, SquarePicture::read);
  }
}
