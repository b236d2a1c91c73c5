package dev.comporta.testkit;

import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A layer with values for all inputs: {@code x}, the parameters by name, and the carry as {@code
 * carry.NAME}. The values of {@link #random} are not symmetric, and no bias is zero.
 *
 * @param layer the layer
 * @param input the shape of x, {@code [T, B, I]}; {@code [T, B]} for ids
 * @param ids the input of a layer that reads ids, instead of x; null otherwise
 * @param values the values by name
 * @param lengths one length for each row, or null if no row is padded
 * @param training whether noise such as dropout is applied
 * @param random the root of the random streams
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // shared, and never written
public record Problem(
    Layer layer,
    Shape input,
    @Nullable Ids ids,
    Map<String, float[]> values,
    int @Nullable [] lengths,
    boolean training,
    RandomSource random) {
  /** The name of the input. */
  public static final String X = "x";

  /** The name of the output. */
  public static final String Y = "y";

  /**
   * A problem of features with random values.
   *
   * @param layer the layer
   * @param input {@code [T, B, I]}
   * @param lengths one length for each row, or null if no row is padded
   * @param training whether noise such as dropout is applied
   * @param random the root of the random streams
   * @return the problem
   */
  public static Problem random(
      Layer layer, Shape input, int @Nullable [] lengths, boolean training, RandomSource random) {
    return random(layer, input, null, lengths, training, random);
  }

  /**
   * A problem of ids with random values of the parameters.
   *
   * @param layer the layer
   * @param ids {@code [T, B]}
   * @param lengths one length for each row, or null if no row is padded
   * @param training whether noise such as dropout is applied
   * @param random the root of the random streams
   * @return the problem
   */
  public static Problem random(
      Layer layer, Ids ids, int @Nullable [] lengths, boolean training, RandomSource random) {
    return random(layer, Shape.of(ids.timesteps(), ids.batch()), ids, lengths, training, random);
  }

  private static Problem random(
      Layer layer,
      Shape input,
      @Nullable Ids ids,
      int @Nullable [] lengths,
      boolean training,
      RandomSource random) {
    Map<String, float[]> values = new LinkedHashMap<>();
    if (ids == null) {
      values.put(X, normal(input.count(), 1, random, X));
    }
    for (ParameterSpec spec : layer.parameters()) {
      double scale = 1 / Math.sqrt(Math.max(1, spec.fanIn()));
      values.put(spec.name(), normal(spec.shape().count(), scale, random, spec.name()));
    }
    for (StateSpec part : layer.carry()) {
      String name = carry(part.name());
      values.put(name, normal(input.size(1) * part.size(), 0.5, random, name));
    }
    return new Problem(layer, input, ids, values, lengths, training, random);
  }

  /**
   * The name of a part of the carry among the values.
   *
   * @param part the part's name
   * @return {@code carry.NAME}
   */
  public static String carry(String part) {
    return "carry." + part;
  }

  /**
   * Normally distributed values.
   *
   * @param count how many
   * @param scale their standard deviation
   * @param random the root of the random streams
   * @param name the stream
   * @return a new array
   */
  public static float[] normal(int count, double scale, RandomSource random, String name) {
    RandomSource stream = random.stream(name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * stream.normal(i));
    }
    return values;
  }

  /**
   * The shape of an input, parameter or part of the carry.
   *
   * @param name its name among the values
   * @return its shape
   */
  public Shape shape(String name) {
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

  /**
   * The input as a sequence.
   *
   * @param tensors gives the tensor of a name
   * @return features or ids, with lengths
   */
  public Sequence sequence(Function<String, ? extends Tensor> tensors) {
    return ids == null ? Sequence.of(tensors.apply(X), lengths) : Sequence.of(ids, lengths);
  }

  /**
   * The same problem with some values replaced.
   *
   * @param replaced values by name
   * @return the changed problem
   */
  public Problem with(Map<String, float[]> replaced) {
    Map<String, float[]> changed = new LinkedHashMap<>(values);
    changed.putAll(replaced);
    return new Problem(layer, input, ids, changed, lengths, training, random);
  }

  /**
   * The same problem with another input of features.
   *
   * @param otherInput {@code [T, B, I]}
   * @param x its values
   * @param otherLengths one length for each row, or null if no row is padded
   * @return the changed problem
   */
  public Problem with(Shape otherInput, float[] x, int @Nullable [] otherLengths) {
    Map<String, float[]> changed = new LinkedHashMap<>(values);
    changed.put(X, x);
    return new Problem(layer, otherInput, null, changed, otherLengths, training, random);
  }

  /**
   * The same problem with another input of ids.
   *
   * @param otherIds {@code [T, B]}
   * @param otherLengths one length for each row, or null if no row is padded
   * @return the changed problem
   */
  public Problem with(Ids otherIds, int @Nullable [] otherLengths) {
    Shape shape = Shape.of(otherIds.timesteps(), otherIds.batch());
    return new Problem(layer, shape, otherIds, values, otherLengths, training, random);
  }

  /**
   * The same problem with each value moved to the next float32 number above or below it: what
   * rounding alone may do to the values.
   *
   * @return the changed problem
   */
  public Problem neighbour() {
    Map<String, float[]> moved = new LinkedHashMap<>();
    values.forEach((name, own) -> moved.put(name, neighbours(own, random, name)));
    return with(moved);
  }

  /**
   * The next float32 number above or below each number, chosen at random.
   *
   * @param values the numbers
   * @param random the root of the random streams
   * @param name the stream
   * @return a new array
   */
  public static float[] neighbours(float[] values, RandomSource random, String name) {
    RandomSource stream = random.stream("neighbours").stream(name);
    float[] moved = new float[values.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = stream.below(2, i) == 0 ? Math.nextUp(values[i]) : Math.nextDown(values[i]);
    }
    return moved;
  }

  /**
   * The random stream of dropout.
   *
   * @return the stream
   */
  public RandomSource noise() {
    return random.stream("noise");
  }
}
