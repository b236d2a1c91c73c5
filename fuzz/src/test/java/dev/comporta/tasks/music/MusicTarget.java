package dev.comporta.tasks.music;

import dev.comporta.fuzz.Property;

/** Pieces of music, in MIDI and in JSON. */
public final class MusicTarget {
  private MusicTarget() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Property.holds(input, file -> MusicFiles.read(file, 4));
  }
}
