package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.CellDropout;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Dropout between layers: {@code [T, B, F] -> [T, B, F]}, in training only (Srivastava et al. 2014;
 * for recurrent networks: Zaremba et al. 2014; with one mask for all timesteps: Gal and Ghahramani
 * 2016).
 *
 * <pre>
 * y = x * m,  m = 0 with probability rate, else 1 / (1 - rate)
 * </pre>
 *
 * @param size F
 * @param rate the probability of 0
 * @param sharedOverTime whether all timesteps of a row share one mask
 */
@API(status = API.Status.EXPERIMENTAL)
public record DropoutLayer(int size, float rate, boolean sharedOverTime) implements Layer {
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
    Tensor x = Features.of("dropout", input, size); // [T, B, F]
    if (rate == 0 || !context.training()) {
      return new Output(input, carry);
    }
    Shape mask = sharedOverTime ? x.shape().with(0, 1) : x.shape();
    return new Output(input.withValues(x.times(context.dropoutMask("mask", rate, mask))), carry);
  }

  /** Options: {@code rate} (0.5 by default, 0 to 0.99), {@code shared-over-time} (false). */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "dropout";
    }

    @Override
    public String description() {
      return "Dropout between layers, with one mask per timestep or per sequence (Srivastava et al. 2014)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new DropoutLayer(
          Features.checked(name(), inputSize),
          (float) options.real("rate", 0.5, 0, CellDropout.MOST),
          options.flag("shared-over-time", false));
    }
  }
}
