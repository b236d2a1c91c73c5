package dev.comporta.cells.model;

import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.tensor.CounterRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A layer with values for all inputs: {@code x}, the parameters by name, and the carry as {@code
 * carry.NAME}. Nothing is symmetric and no bias is zero.
 */
record Problem(
    Layer layer,
    Shape input,
    Map<String, float[]> values,
    int @Nullable [] lengths,
    boolean training,
    long seed) {
  static final String X = "x";

  static Problem random(
      Layer layer, Shape input, int @Nullable [] lengths, boolean training, long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    values.put(X, normal(input.count(), 1, seed, X));
    for (ParameterSpec spec : layer.parameters()) {
      double scale = 1 / Math.sqrt(Math.max(1, spec.fanIn()));
      values.put(spec.name(), normal(spec.shape().count(), scale, seed, spec.name()));
    }
    for (StateSpec part : layer.carry()) {
      String name = carry(part.name());
      values.put(name, normal(input.size(1) * part.size(), 0.5, seed, name));
    }
    return new Problem(layer, input, values, lengths, training, seed);
  }

  static String carry(String part) {
    return "carry." + part;
  }

  static float[] normal(int count, double scale, long seed, String name) {
    RandomSource random = new CounterRandom(seed).stream(name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.normal(i));
    }
    return values;
  }

  /** The shape of an input, parameter or part of the carry. */
  Shape shape(String name) {
    if (name.equals(X)) {
      return input;
    }
    for (ParameterSpec spec : layer.parameters()) {
      if (spec.name().equals(name)) {
        return spec.shape();
      }
    }
    for (StateSpec part : layer.carry()) {
      if (carry(part.name()).equals(name)) {
        return Shape.of(input.size(1), part.size());
      }
    }
    throw new IllegalArgumentException(name);
  }

  /** The same problem with some values replaced. */
  Problem with(Map<String, float[]> replaced) {
    Map<String, float[]> changed = new LinkedHashMap<>(values);
    changed.putAll(replaced);
    return new Problem(layer, input, changed, lengths, training, seed);
  }

  Problem with(Shape otherInput, float[] x, int @Nullable [] otherLengths) {
    Map<String, float[]> changed = new LinkedHashMap<>(values);
    changed.put(X, x);
    return new Problem(layer, otherInput, changed, otherLengths, training, seed);
  }

  RandomSource random() {
    return new CounterRandom(seed).stream("noise");
  }
}
