package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Reduces a sequence to one output: {@code [T, B, F] -> [1, B, F]}, over the timesteps that are not
 * padding.
 *
 * <pre>
 * last: y[b] = x[length_b - 1, b]
 * mean: y[b] = sum of x[t, b] over t &lt; length_b, divided by length_b
 * max:  y[b] = maximum of x[t, b] over t &lt; length_b
 * </pre>
 *
 * <p>A row of length 0 gives zeros, and its output has length 0. If several timesteps attain the
 * maximum, each of them receives the full gradient.
 *
 * @param size F
 * @param mode the reduction
 */
@API(status = API.Status.EXPERIMENTAL)
public record PoolTimeLayer(int size, Mode mode) implements Layer {
  /** The reduction over a row's timesteps. */
  public enum Mode {
    /** The last timestep. */
    LAST,
    /** The mean of all timesteps. */
    MEAN,
    /** The largest value of each feature. */
    MAX
  }

  @Override
  public int outputSize() {
    return size;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("pool-time", input, size); // [T, B, F]
    int[] lengths = Features.lengths(input);
    boolean padded = input.lengths() != null;
    Tensor y =
        input.timesteps() == 0
            ? x.sum(0)
            : switch (mode) {
              case LAST -> last(x, lengths);
              case MEAN -> padded ? mean(x, lengths) : x.mean(0);
              case MAX -> padded ? max(x, lengths) : max(x);
            };
    return new Output(Sequence.of(y, oneOrNone(lengths)), carry);
  }

  /** The length of each row's output: 0 for a row without timesteps, otherwise 1. */
  static int[] oneOrNone(int[] lengths) {
    return Arrays.stream(lengths).map(length -> Math.min(1, length)).toArray();
  }

  /** The last timestep of each row, zeros for a row without timesteps: {@code [1, B, F]}. */
  static Tensor last(Tensor x, int[] lengths) {
    int timesteps = x.shape().size(0);
    int batch = x.shape().size(1);
    int size = x.shape().size(2);
    int[] rows = new int[batch];
    for (int b = 0; b < batch; b++) {
      rows[b] = lengths[b] == 0 ? timesteps * batch : (lengths[b] - 1) * batch + b;
    }
    Tensor zero = x.constant(Shape.of(1, size), 0);
    Tensor table = x.reshape(timesteps * batch, size).concat(0, zero); // [T B + 1, F]
    return table.gather(new Ids(1, batch, rows)); // [1, B, F]
  }

  private static Tensor mean(Tensor x, int[] lengths) {
    Tensor inside = Features.inside(x, x.shape().size(0), lengths); // [T, B, 1]
    Tensor sum = inside.select(x, x.constant(Shape.of(), 0)).sum(0); // [1, B, F]
    Tensor one = x.constant(Shape.of(), 1);
    return sum.dividedBy(inside.sum(0).maximum(one));
  }

  private static Tensor max(Tensor x) {
    int timesteps = x.shape().size(0);
    int batch = x.shape().size(1);
    int size = x.shape().size(2);
    return x.reshape(timesteps, batch * size)
        .transpose() // [B F, T]
        .maxLast()
        .reshape(1, batch, size);
  }

  private static Tensor max(Tensor x, int[] lengths) {
    Tensor inside = Features.inside(x, x.shape().size(0), lengths); // [T, B, 1]
    Tensor lowest = x.constant(Shape.of(), Float.NEGATIVE_INFINITY);
    Tensor seen = inside.sum(0); // [1, B, 1], zero for an empty row
    return seen.select(max(inside.select(x, lowest)), x.constant(Shape.of(), 0));
  }

  /** Options: {@code mode} (last by default; mean, max). */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "pool-time";
    }

    @Override
    public String description() {
      return "One output per sequence: its last timestep, mean or maximum";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      Mode mode =
          switch (options.choice("mode", "last", List.of("last", "mean", "max"))) {
            case "mean" -> Mode.MEAN;
            case "max" -> Mode.MAX;
            default -> Mode.LAST;
          };
      return new PoolTimeLayer(Features.checked(name(), inputSize), mode);
    }
  }
}
