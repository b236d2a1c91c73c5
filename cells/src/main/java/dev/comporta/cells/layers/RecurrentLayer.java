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
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Runs a cell over all timesteps: {@code [T, B, I] -> [T, B, O]}.
 *
 * <pre>
 * y_t, s_t = cell(x_t, s_{t-1})        t = 1 .. length of the row
 * </pre>
 *
 * <p>Parameters: the cell's, as {@code cell.W} and so on. Carry: the cell's state, that after the
 * last timestep of each row. Outputs at padding are zero. In reverse the cell starts at the last
 * timestep of each row and the carry is the state at its first; as that is no state for a later
 * timestep to start from, a reverse cell starts anew in every chunk of a long sequence, and streams
 * reject it.
 *
 * @param cell the cell
 * @param reverse whether the cell runs from the last timestep to the first
 * @param returns what the layer returns
 */
@API(status = API.Status.EXPERIMENTAL)
public record RecurrentLayer(Cell cell, boolean reverse, Returns returns) implements Layer {
  private static final String PREFIX = "cell.";

  /**
   * Creates a layer that returns the output of every timestep.
   *
   * @param cell the cell
   * @param reverse whether the cell runs from the last timestep to the first
   */
  public RecurrentLayer(Cell cell, boolean reverse) {
    this(cell, reverse, Returns.SEQUENCE);
  }

  @Override
  public int outputSize() {
    return returns.size(cell);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return cell.parameters().stream().map(spec -> spec.prefixed(PREFIX)).toList();
  }

  @Override
  public List<StateSpec> carry() {
    List<StateSpec> carry = Nested.carry(cell.state(), "", PREFIX);
    return reverse ? Nested.turned(carry) : carry;
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Features.of("recurrent", input, cell.inputSize());
    Output run = context.unroll(cell, PREFIX, input, carry, reverse);
    Tensor y = returns.of(cell, input, run, reverse);
    return new Output(returns.sequence(input, y), run.carry());
  }

  /**
   * Options: {@code cell} (a cell's name or specification, required), {@code hidden} (H, required),
   * {@code reverse} (false), {@code returns} (sequence by default: the output of every timestep;
   * last: the output of the last timestep processed, {@code [1, B, O]}; states: the concatenated
   * parts of the state at every timestep; state: those after the last timestep processed, {@code
   * [1, B, S]}), and those of {@link CellOptions}, which apply to any cell.
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "recurrent";
    }

    @Override
    public String description() {
      return "Runs any cell over all timesteps, forwards or in reverse";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int checked = Features.checked(name(), inputSize);
      Cell cell = CellOptions.read(checked, options, catalog);
      return new RecurrentLayer(
          Returns.asked(cell, options), options.flag("reverse", false), Returns.read(options));
    }
  }
}
