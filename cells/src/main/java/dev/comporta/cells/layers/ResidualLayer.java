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
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A residual connection around layers: {@code [T, B, F] -> [T, B, F]} (He et al. 2016, <i>Deep
 * Residual Learning for Image Recognition</i>; for recurrent layers: Wu et al. 2016, <i>Google's
 * Neural Machine Translation System</i>, section 3.1).
 *
 * <pre>
 * y = x + f(x)
 * </pre>
 *
 * <p>Parameters and carry: those of the layers f, named {@code layers.N.NAME}.
 *
 * @param inner f
 */
@API(status = API.Status.EXPERIMENTAL)
public record ResidualLayer(SequentialLayer inner) implements Layer {
  /** Reads f and rejects layers that change the number of features. */
  static SequentialLayer readInner(int inputSize, OptionReader options, Catalog catalog) {
    SequentialLayer inner =
        SequentialLayer.read(Features.checked(options.name(), inputSize), options, catalog);
    if (inner.outputSize() != inputSize) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected inner layers with %d output features, as many as input features, but they have %d; end them with a dense layer of %d units",
              options.name(), inputSize, inner.outputSize(), inputSize));
    }
    return inner;
  }

  @Override
  public int outputSize() {
    return inner.outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return inner.parameters();
  }

  @Override
  public List<StateSpec> carry() {
    return inner.carry();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("residual", input, outputSize()); // [T, B, F]
    Output output = inner.forward(input, carry, context);
    Tensor y = Features.sameShape("residual", x, output.sequence().values());
    return new Output(output.sequence().withValues(x.plus(y)), output.carry());
  }

  /** Options: {@code layers}, a list of specifications, required. */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "residual";
    }

    @Override
    public String description() {
      return "A residual connection around layers (He et al. 2016)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new ResidualLayer(readInner(inputSize, options, catalog));
    }
  }
}
