package dev.comporta.cells.model;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.Shape;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.Problem;
import org.jspecify.annotations.Nullable;

/** Problems and values by a seed. */
final class Problems {
  private Problems() {}

  static Problem random(
      Layer layer, Shape input, int @Nullable [] lengths, boolean training, long seed) {
    return Problem.random(layer, input, lengths, training, new CounterRandom(seed));
  }

  static float[] normal(int count, double scale, long seed, String name) {
    return Problem.normal(count, scale, new CounterRandom(seed), name);
  }
}
