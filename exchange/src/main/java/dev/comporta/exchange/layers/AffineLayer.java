package dev.comporta.exchange.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import java.util.List;

/**
 * {@code affine}: {@code y = x * scale + shift} for each feature. A trained batch normalisation is
 * one, and so is the scaling of inputs or outputs that some models contain.
 *
 * @param outputSize F
 */
public record AffineLayer(int outputSize) implements Layer {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.bias("scale", outputSize).initializedBy(Spec.of("ones")),
        ParameterSpec.bias("shift", outputSize));
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    return new Output(
        input.withValues(
            input.values().times(context.parameter("scale")).plus(context.parameter("shift"))),
        carry);
  }

  /** No options. */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "affine";
    }

    @Override
    public String description() {
      return "A scale and a shift for each feature, such as a trained batch normalisation";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new AffineLayer(Sizes.features(name(), inputSize));
    }
  }
}
