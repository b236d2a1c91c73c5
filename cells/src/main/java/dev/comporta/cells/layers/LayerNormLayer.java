package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.LayerNormalization;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Layer normalisation of every timestep (Ba, Kiros and Hinton 2016, <i>Layer Normalization</i>):
 * {@code [T, B, F] -> [T, B, F]}.
 *
 * <pre>
 * y = LN(x) * gamma + beta
 * </pre>
 *
 * <p>LN is {@link LayerNormalization} over the F features. Parameters: gamma, initialised with
 * ones, and beta, initialised with zeros, {@code [F]} each.
 *
 * @param size F
 * @param epsilon added to the variance for numerical stability
 */
@API(status = API.Status.EXPERIMENTAL)
public record LayerNormLayer(int size, float epsilon) implements Layer {
  @Override
  public int outputSize() {
    return size;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.bias("gamma", size).initializedBy(Spec.of("ones")),
        ParameterSpec.bias("beta", size));
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("layer-norm", input, size); // [T, B, F]
    Tensor y =
        LayerNormalization.of(x, epsilon)
            .times(context.parameter("gamma"))
            .plus(context.parameter("beta"));
    return new Output(input.withValues(y), carry);
  }

  /** Options: {@code epsilon} (1e-5 by default). */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "layer-norm";
    }

    @Override
    public String description() {
      return "Layer normalisation at every timestep (Ba et al. 2016)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new LayerNormLayer(
          Features.checked(name(), inputSize),
          (float) options.real("epsilon", LayerNormalization.EPSILON, 1e-12, 1));
    }
  }
}
