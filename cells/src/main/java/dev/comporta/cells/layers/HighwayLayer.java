package dev.comporta.cells.layers;

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
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A highway connection around layers: {@code [T, B, F] -> [T, B, F]} (Srivastava, Greff and
 * Schmidhuber 2015, <i>Highway Networks</i>).
 *
 * <pre>
 * g = sigmoid(x W + b)
 * y = g * f(x) + (1 - g) * x
 * </pre>
 *
 * <p>Parameters: W {@code [F, F]}, b {@code [F]}, initialised to -1 so that a new layer mostly
 * passes its input through, then those of the layers f, named {@code layers.N.NAME}. Carry: that of
 * f.
 *
 * @param inner f
 * @param gateBias the initial value of b
 */
@API(status = API.Status.EXPERIMENTAL)
public record HighwayLayer(SequentialLayer inner, double gateBias) implements Layer {
  /** The default initial value of the gate's bias. */
  static final double GATE_BIAS = -1;

  @Override
  public int outputSize() {
    return inner.outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    parameters.add(ParameterSpec.matrix("W", outputSize(), outputSize()));
    parameters.add(
        ParameterSpec.bias("b", outputSize())
            .initializedBy(Spec.of("constant").with("value", gateBias)));
    parameters.addAll(inner.parameters());
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> carry() {
    return inner.carry();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("highway", input, outputSize()); // [T, B, F]
    Tensor g = x.matmul(context.parameter("W")).plus(context.parameter("b")).sigmoid();
    Output output = inner.forward(input, carry, context);
    Tensor f = Features.sameShape("highway", x, output.sequence().values());
    Tensor y = g.times(f).plus(g.complement().times(x));
    return new Output(output.sequence().withValues(y), output.carry());
  }

  /**
   * Options: {@code layers}, a list of specifications, required; {@code gate-bias} (-1 by default).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "highway";
    }

    @Override
    public String description() {
      return "A gated highway connection around layers (Srivastava et al. 2015)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new HighwayLayer(
          ResidualLayer.readInner(inputSize, options, catalog),
          options.real("gate-bias", GATE_BIAS, -100, 100));
    }
  }
}
