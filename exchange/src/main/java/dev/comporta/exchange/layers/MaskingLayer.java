package dev.comporta.exchange.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * {@code masking}: finds timesteps at which all features have one value, as Keras' layer {@code
 * Masking}, {@code [T, B, F] -> [T, B, F + 1]}. The last feature is the mask, 1 where a timestep
 * counts and else 0; the others are zero where it is 0. Masks may have holes, unlike lengths.
 *
 * @param size F
 * @param value the value
 */
public record MaskingLayer(int size, float value) implements Layer {
  @Override
  public int outputSize() {
    return size + 1;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = input.values();
    Tensor mask = x.plus(-value).abs().sum(-1).step(); // [T, B, 1]
    return new Output(input.withValues(x.times(mask).concat(-1, mask)), carry);
  }

  /** Option: {@code value} (0). */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "masking";
    }

    @Override
    public String description() {
      return "Finds timesteps that do not count; the mask is one more feature";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int size = Sizes.features(name(), inputSize);
      Sizes.bounded(name(), size + 1L);
      return new MaskingLayer(
          size, (float) options.real("value", 0, -Float.MAX_VALUE, Float.MAX_VALUE));
    }
  }
}
