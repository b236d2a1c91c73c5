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
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Reverses each row in time: {@code [T, B, F] -> [T, B, F]}.
 *
 * <pre>
 * y[t, b] = x[length_b - 1 - t, b]        t &lt; length_b
 * </pre>
 *
 * <p>Padding stays where it is, so that reversing twice changes nothing. Cells behind this layer,
 * up to the next one of its kind, run against time: they start anew in every chunk of a long
 * sequence.
 *
 * @param size F
 */
@API(status = API.Status.EXPERIMENTAL)
public record ReverseLayer(int size) implements Layer {
  @Override
  public int outputSize() {
    return size;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public boolean reversesTime() {
    return true;
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("reverse", input, size); // [T, B, F]
    int timesteps = input.timesteps();
    int batch = input.batch();
    int[] lengths = Features.lengths(input);
    int[] rows = new int[timesteps * batch];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < timesteps; t++) {
        rows[t * batch + b] = (t < lengths[b] ? lengths[b] - 1 - t : t) * batch + b;
      }
    }
    Tensor table = x.reshape(timesteps * batch, size); // [T B, F]
    Tensor y = table.gather(new Ids(timesteps, batch, rows));
    return new Output(input.withValues(y), carry);
  }

  /** No options. */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "reverse";
    }

    @Override
    public String description() {
      return "Reverses each row in time; padding stays at the end";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new ReverseLayer(Features.checked(name(), inputSize));
    }
  }
}
