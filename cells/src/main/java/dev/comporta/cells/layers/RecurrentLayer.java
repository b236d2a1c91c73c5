package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A cell run over all timesteps: {@code [T, B, I] -> [T, B, O]}.
 *
 * <pre>
 * y_t, s_t = cell(x_t, s_{t-1})        t = 1 .. length of the row
 * </pre>
 *
 * <p>Parameters: the cell's, as {@code cell.W} and so on. Carry: the cell's state, that after the
 * last timestep of each row. Outputs at padding are zero. In reverse the cell starts at the last
 * timestep of each row and the carry is the state at its first.
 *
 * @param cell the cell
 * @param reverse whether time runs backwards
 */
@API(status = API.Status.EXPERIMENTAL)
public record RecurrentLayer(Cell cell, boolean reverse) implements Layer {
  private static final String PREFIX = "cell.";

  @Override
  public int outputSize() {
    return cell.outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return cell.parameters().stream().map(spec -> spec.prefixed(PREFIX)).toList();
  }

  @Override
  public List<StateSpec> carry() {
    return Nested.carry(cell.state(), "", PREFIX);
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Features.of("recurrent", input, cell.inputSize());
    return context.unroll(cell, PREFIX, input, carry, reverse);
  }

  /**
   * Options: {@code cell} (a cell's name or specification, required), {@code hidden} (H, required),
   * {@code reverse} (false), and those of {@link CellOptions}, which fit every cell.
   */
  public static final class Provider implements LayerProvider {
    /** Made by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "recurrent";
    }

    @Override
    public String description() {
      return "Any cell run over all timesteps, forwards or in reverse";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int checked = Features.checked(name(), inputSize);
      return new RecurrentLayer(
          CellOptions.read(checked, options, catalog), options.flag("reverse", false));
    }
  }
}
