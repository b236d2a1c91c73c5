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
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * NADE, the neural autoregressive distribution estimator, over K binary values that are not
 * independent of each other, such as the keys of a chord (Larochelle and Murray 2011, <i>The Neural
 * Autoregressive Distribution Estimator</i>), with biases that inner layers compute at every
 * timestep, as in RNN-NADE (Boulanger-Lewandowski et al. 2012): {@code [T, B, I + K] -> [T, B, K]}.
 * Of the input, the inner layers read the first I features; the last K are the values v, each 0 or
 * 1, of which the layer gives the probabilities.
 *
 * <pre>
 * u = f(x)                                                     x: the first I features
 * h_i = sigmoid(b + u A + sum over j &lt; i of v_j W_j)
 * y_i = c_i + (u C)_i + V_i . h_i                              the logit of v_i = 1
 * p(v) = product over i of sigmoid(y_i)^v_i (1 - sigmoid(y_i))^(1 - v_i)
 * </pre>
 *
 * <p>So the logit of a value depends on the values before it, and the probabilities of all 2^K
 * combinations sum to 1. The loss {@code binary-cross-entropy} of y against v is {@code -log p(v)};
 * it is a mean over values: times K, it is in nats per timestep. To draw v, compute y with all
 * values 0, draw the values in order up to the first 1, compute y again with that one, and continue
 * after it.
 *
 * <p>h_i changes only after a value of 1, so it is computed once for each number of ones before i.
 * With {@code memory} M below K - 1, only the first M of the ones before i count. That saves time,
 * and gives the same logits unless more than M values are 1.
 *
 * <p>Parameters, with H hidden units and F features of u: A {@code [F, H]}, b {@code [H]}, W {@code
 * [K, H]}, C {@code [F, K]}, c {@code [K]}, V {@code [K, H]}, then those of the layers f, named
 * {@code layers.N.NAME}. Carry: that of f.
 *
 * @param inner f
 * @param inputSize I
 * @param units K
 * @param hidden H
 * @param memory M, from 0 to K - 1
 */
@API(status = API.Status.EXPERIMENTAL)
public record NadeLayer(SequentialLayer inner, int inputSize, int units, int hidden, int memory)
    implements Layer {
  private static final String NAME = "nade";

  @Override
  public int outputSize() {
    return units;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    parameters.add(ParameterSpec.matrix("A", inner.outputSize(), hidden));
    parameters.add(ParameterSpec.bias("b", hidden));
    parameters.add(ParameterSpec.matrix("W", units, hidden));
    parameters.add(ParameterSpec.matrix("C", inner.outputSize(), units));
    parameters.add(ParameterSpec.bias("c", units));
    parameters.add(ParameterSpec.matrix("V", units, hidden));
    parameters.addAll(inner.parameters());
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> carry() {
    return inner.carry();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor both = Features.of(NAME, input, inputSize + units); // [T, B, I + K]
    Tensor x = both.slice(-1, 0, inputSize);
    Tensor v = both.slice(-1, inputSize, inputSize + units);
    Output output = inner.forward(input.withValues(x), carry, context);
    Tensor u = output.sequence().values(); // [T, B, F]
    if (u.shape().size(0) != v.shape().size(0) || u.shape().size(1) != v.shape().size(1)) {
      throw new ShapeException(
          formatted(
              "[nade] expected inner layers that keep the timesteps of %s but they return %s; move layers that change their number outside",
              x.shape(), u.shape()));
    }
    Tensor a = u.matmul(context.parameter("A")).plus(context.parameter("b")); // [T, B, H]
    Tensor y = u.matmul(context.parameter("C")).plus(context.parameter("c")); // [T, B, K]
    Tensor last = logits(a, context);
    y = y.plus(last);
    if (memory > 0) {
      Tensor before = v.cumulativeSum().minus(v); // [T, B, K]: the ones before each value
      for (int ones = 1; ones <= memory; ones++) {
        Tensor after = before.plus(0.5f - ones).step(); // 1 where at least so many are before
        Tensor first = v.times(after.complement()); // the first so many ones
        Tensor next = logits(a.plus(first.matmul(context.parameter("W"))), context);
        y = y.plus(after.times(next.minus(last)));
        last = next;
      }
    }
    return new Output(output.sequence().withValues(y), output.carry());
  }

  /** V_i . h of every value i. */
  private static Tensor logits(Tensor a, LayerContext context) {
    return a.sigmoid().matmulTransposed(context.parameter("V")); // [T, B, K]
  }

  /**
   * Options: {@code units} (K), {@code hidden} (H) and {@code layers}, a list of specifications,
   * all required; {@code memory} (M, from 0 to K - 1, which is the default).
   */
  public static final class Provider implements LayerProvider {
    /** More values than any chord has keys; the work grows with the square. */
    private static final int MOST_UNITS = 4096;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "Logits of binary values that depend on each other, such as the keys of a chord (NADE; Larochelle and Murray 2011)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      Features.checked(NAME, inputSize);
      int units = options.size("units", 1);
      if (units > MOST_UNITS) {
        throw new InvalidOptionException(
            formatted("[nade] option 'units' expected at most %d but got %d", MOST_UNITS, units));
      }
      int own = inputSize - units;
      if (own < 1) {
        throw new InvalidOptionException(
            formatted(
                "[nade] expected more input features than the %d values, which are the last of them, but got %d",
                units, inputSize));
      }
      int memory = options.size("memory", 0, units - 1);
      if (memory >= units) {
        throw new InvalidOptionException(
            formatted(
                "[nade] option 'memory' expected at most %d, the values before the last one, but got %d",
                units - 1, memory));
      }
      return new NadeLayer(
          SequentialLayer.read(own, options, catalog),
          own,
          units,
          options.size("hidden", 1),
          memory);
    }
  }
}
