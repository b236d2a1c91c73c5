package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A linear function of the last timesteps of each row, in parallel with layers that learn what it
 * leaves: {@code [T, B, F] -> [1, B, O]} (the autoregressive component of Lai et al. 2018,
 * <i>Modeling Long- and Short-Term Temporal Patterns with Deep Neural Networks</i>, section 3.6,
 * equations 9 and 10).
 *
 * <pre>
 * y[b] = sum over k &lt; P of x[n - 1 - k, b] W[k] + b + f(x[b])         n = length_b
 * y[b] = sum over k &lt; P of x[n - 1 - k, b] W[k] + b + f(x[b] - x[n - 1, b])    centered
 * </pre>
 *
 * <p>Timesteps before the first one count as zeros. Without layers there is no f. The output of a
 * row without timesteps has length 0.
 *
 * <p>Parameters: W {@code [P F, O]}, whose row {@code k F + j} is for feature j of the k-th
 * timestep from the end, b {@code [O]}, both initialised to zero, then those of the layers f, named
 * {@code layers.N.NAME}. Carry: that of f.
 *
 * @param inputSize F
 * @param lags P, 1 or more
 * @param units O
 * @param trained whether W and b are trained; otherwise they are constants, such as those of a
 *     least-squares fit
 * @param centered whether f reads differences from the last timestep of each row
 * @param inner f, or null
 */
@API(status = API.Status.EXPERIMENTAL)
public record AutoregressiveLayer(
    int inputSize,
    int lags,
    int units,
    boolean trained,
    boolean centered,
    @Nullable SequentialLayer inner)
    implements Layer {
  private static final String NAME = "autoregressive";

  @Override
  public int outputSize() {
    return units;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    ParameterSpec kernel =
        ParameterSpec.matrix("W", lags * inputSize, units).initializedBy(Spec.of("zeros"));
    ParameterSpec bias = ParameterSpec.bias("b", units);
    parameters.add(trained ? kernel : kernel.untrained());
    parameters.add(trained ? bias : bias.untrained());
    if (inner != null) {
      parameters.addAll(inner.parameters());
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> carry() {
    return inner == null ? List.of() : inner.carry();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of(NAME, input, inputSize); // [T, B, F]
    int[] lengths = Features.lengths(input);
    Tensor past = past(x, lengths); // [1, B, P F]
    Tensor y = past.matmul(context.parameter("W")).plus(context.parameter("b")); // [1, B, O]
    Sequence output = Sequence.of(y, PoolTimeLayer.oneOrNone(lengths));
    if (inner == null) {
      return new Output(output, carry);
    }
    Tensor read = centered ? x.minus(PoolTimeLayer.last(x, lengths)) : x;
    Output rest = inner.forward(input.withValues(read), carry, context);
    Tensor f = rest.sequence().values();
    if (!f.shape().equals(y.shape())) {
      throw new ShapeException(
          formatted(
              "[%s] expected inner layers that return one output for each sequence, %s, but they return %s; end them with pool-time and a dense layer of %d units",
              NAME, y.shape(), f.shape(), units));
    }
    return new Output(output.withValues(y.plus(f)), rest.carry());
  }

  /** The last P timesteps of each row, the last one first, as features: {@code [1, B, P F]}. */
  private Tensor past(Tensor x, int[] lengths) {
    int timesteps = x.shape().size(0);
    int batch = x.shape().size(1);
    int[] rows = new int[Shape.of(lags, batch).count()];
    for (int k = 0; k < lags; k++) {
      for (int b = 0; b < batch; b++) {
        int t = lengths[b] - 1 - k;
        rows[k * batch + b] = t < 0 ? timesteps * batch : t * batch + b;
      }
    }
    Tensor zero = x.constant(Shape.of(1, inputSize), 0);
    Tensor table = x.reshape(timesteps * batch, inputSize).concat(0, zero); // [T B + 1, F]
    return table
        .gather(new Ids(lags, batch, rows)) // [P, B, F]
        .swapLeading()
        .reshape(1, batch, lags * inputSize);
  }

  /**
   * Options: {@code lags} and {@code units} (required), {@code trained} (true; false makes W and b
   * constants), {@code centered} (false; true gives the layers differences from the last timestep),
   * {@code layers}, a list of specifications (none by default), which end with one output of as
   * many features as units for each sequence.
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "A linear function of the last timesteps, in parallel with layers (Lai et al. 2018)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int size = Features.checked(NAME, inputSize);
      int lags = options.size("lags", 1);
      int units = options.size("units", 1);
      Features.requireBounded(NAME, lags, "lags", size);
      List<Spec> layers = options.specsOrNone("layers");
      SequentialLayer inner =
          layers.isEmpty() ? null : SequentialLayer.of(layers, size, options, catalog);
      boolean centered = options.flag("centered", false);
      if (centered && inner == null) {
        throw new InvalidOptionException(
            formatted(
                "[%s] option 'centered' is about what the layers read, but there are no layers; give some, or leave it out",
                NAME));
      }
      if (inner != null && inner.outputSize() != units) {
        throw new InvalidOptionException(
            formatted(
                "[%s] expected inner layers with %d output features, as many as units, but they have %d; end them with a dense layer of %d units",
                NAME, units, inner.outputSize(), units));
      }
      return new AutoregressiveLayer(
          size, lags, units, options.flag("trained", true), centered, inner);
    }
  }
}
