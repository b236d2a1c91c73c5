package dev.comporta.tasks.video;

import dev.comporta.api.tensor.RandomSource;
import java.util.Arrays;

/**
 * A clip with what is known of it.
 *
 * @param name what messages call it
 * @param frames its frames, 2 or more
 * @param pixels {@code [frames, channels, side, side]}, from 0 to 1
 * @param label the label of the clip; empty if none is known
 * @param values {@code [frames, 4]} for boxes, {@code [frames, side, side]} for masks, whose pixels
 *     are 0 or 1, {@code [frames]} for numbers; empty if none are known
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
record Clip(String name, int frames, float[] pixels, String label, float[] values) {
  /** Adds normal noise to levels, which stay from 0 to 1. */
  static void addNoise(float[] pixels, double deviation, RandomSource random) {
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.clamp(pixels[i] + deviation * random.normal(i), 0, 1);
    }
  }

  /** The numbers of a frame. */
  int features() {
    return pixels.length / frames;
  }

  /** A part of the pixels. */
  float[] part(int from, int to) {
    return Arrays.copyOfRange(pixels, from * features(), to * features());
  }

  /** One channel of a frame. */
  float[] picture(int frame, int channel, int side) {
    int from = frame * features() + channel * side * side;
    return Arrays.copyOfRange(pixels, from, from + side * side);
  }
}
