package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * {@code dot}: scalar products of two values of a graph, as Keras' layer {@code Dot}.
 *
 * <pre>
 * features:   y_ts = a_t . b_s                 [T, B, F], [S, B, F] -> [T, B, S]
 * weights:    y_t = sum_s a_ts b_s             [T, B, S], [S, B, F] -> [T, B, F]
 * timesteps:  y_ij = sum_t a_ti b_tj           [T, B, F], [T, B, G] -> [F, B, G]
 * </pre>
 *
 * <p>With {@code normalize}, both are divided by their norms along the axis that is summed over.
 *
 * @param first the features of the first value
 * @param outputSize the features of the result
 * @param axes what is summed over
 * @param normalize whether the result is the cosine
 */
public record DotLayer(int first, int outputSize, Axes axes, boolean normalize)
    implements SeveralInputs {
  /** Keras' epsilon for norms: below it, a square counts as this number. */
  private static final float LEAST = 1e-12f;

  /** What is summed over. */
  public enum Axes {
    /** The features of both. */
    FEATURES,
    /** The features of the first and the timesteps of the second. */
    WEIGHTS,
    /** The timesteps of both. */
    TIMESTEPS
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public void require(List<Integer> sizes) {
    int second = axes == Axes.FEATURES ? first : outputSize;
    if (!sizes.equals(List.of(first, second))) {
      throw new InvalidOptionException(
          formatted(
              "[dot] expected inputs of %d and %d features but got %s", first, second, sizes));
    }
  }

  @Override
  public Output forward(List<Sequence> inputs, CellState carry, LayerContext context) {
    Sequence left = inputs.get(0);
    Sequence right = inputs.get(1);
    int needed =
        switch (axes) {
          case FEATURES -> outputSize;
          case WEIGHTS -> first;
          case TIMESTEPS -> left.timesteps();
        };
    if (right.timesteps() != needed || left.lengths() != null || right.lengths() != null) {
      throw new ShapeException(
          formatted(
              "[dot] expected a second value of %d timesteps without padding but got %d",
              needed, right.timesteps()));
    }
    Tensor a = normalize ? normal(left.values(), axes == Axes.TIMESTEPS ? 0 : -1) : left.values();
    Tensor b = normalize ? normal(right.values(), axes == Axes.FEATURES ? -1 : 0) : right.values();
    int batch = left.batch();
    int count = axes == Axes.TIMESTEPS ? first : left.timesteps();
    Tensor[] y = new Tensor[count];
    for (int n = 0; n < count; n++) {
      y[n] =
          switch (axes) {
            case FEATURES ->
                a.slice(0, n, n + 1)
                    .times(b)
                    .sum(-1)
                    .reshape(outputSize, batch)
                    .transpose()
                    .reshape(1, batch, outputSize);
            case WEIGHTS ->
                a.slice(0, n, n + 1)
                    .reshape(batch, first)
                    .transpose()
                    .reshape(first, batch, 1)
                    .times(b)
                    .sum(0);
            case TIMESTEPS -> a.slice(-1, n, n + 1).times(b).sum(0);
          };
    }
    return new Output(
        Sequence.of(y.length == 1 ? y[0] : y[0].concat(0, Arrays.copyOfRange(y, 1, count))), carry);
  }

  private static Tensor normal(Tensor x, int axis) {
    return x.dividedBy(x.square().sum(axis).maximum(x.constant(Shape.of(), LEAST)).sqrt());
  }

  /**
   * Options: {@code size} (the features of the result, required), {@code axes} (features; weights,
   * timesteps), {@code normalize} (false).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "dot";
    }

    @Override
    public String description() {
      return "Scalar products of two values of a graph";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new DotLayer(
          Sizes.features(name(), inputSize),
          options.size("size", 1),
          switch (options.choice("axes", "features", List.of("features", "weights", "timesteps"))) {
            case "weights" -> Axes.WEIGHTS;
            case "timesteps" -> Axes.TIMESTEPS;
            default -> Axes.FEATURES;
          },
          options.flag("normalize", false));
    }
  }
}
