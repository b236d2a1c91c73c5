package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.CellDropout;
import dev.comporta.cells.InitializedCell;
import dev.comporta.cells.LearnedInitialState;
import dev.comporta.cells.WeightDropCell;
import dev.comporta.cells.ZoneoutCell;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The cell options of recurrent layers, which apply to any cell.
 *
 * <ul>
 *   <li>{@code cell}: a cell's name or specification, required;
 *   <li>{@code hidden}: H, required;
 *   <li>{@code zoneout} and {@code zoneout-c}: the zoneout rates for the state part h (for a cell
 *       without h, its first part, such as y of a Jordan network) and for the part c, 0 by default
 *       (see {@link ZoneoutCell});
 *   <li>{@code weight-drop}: the rate at which elements of the recurrent kernels are dropped, 0 by
 *       default (see {@link WeightDropCell});
 *   <li>{@code input-initializer}, {@code recurrent-initializer}, {@code bias-initializer}: the
 *       name or specification of the initialiser of the kernels W, the kernels U and the biases b;
 *       the cell's own by default (see {@link InitializedCell});
 *   <li>{@code learn-initial-state}: whether the initial state is learned, false by default (see
 *       {@link LearnedInitialState}).
 * </ul>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CellOptions {
  private CellOptions() {}

  static Cell read(int inputSize, OptionReader options, Catalog catalog) {
    Spec spec = options.spec("cell");
    Cell cell = catalog.cell(spec, inputSize, options.size("hidden", 1));
    Spec input = Initial.read(options, "input-initializer");
    Spec recurrent = Initial.read(options, "recurrent-initializer");
    Spec bias = Initial.read(options, "bias-initializer");
    if (input != null || recurrent != null || bias != null) {
      cell = InitializedCell.of(cell, input, recurrent, bias);
    }
    float weightDrop = (float) options.real("weight-drop", 0, 0, CellDropout.MOST);
    if (weightDrop > 0) {
      cell = WeightDropCell.of(cell, weightDrop);
    }
    float zoneout = (float) options.real("zoneout", 0, 0, CellDropout.MOST);
    float zoneoutC = (float) options.real("zoneout-c", 0, 0, CellDropout.MOST);
    if (zoneout > 0) {
      cell = ZoneoutCell.of(cell, shown(cell), zoneout);
    }
    if (zoneoutC > 0) {
      cell = ZoneoutCell.of(cell, "c", zoneoutC);
    }
    return options.flag("learn-initial-state", false) ? LearnedInitialState.of(cell) : cell;
  }

  /** The part of the state that is visible to other layers: h, or else the first. */
  private static String shown(Cell cell) {
    List<String> parts = cell.state().stream().map(StateSpec::name).toList();
    return parts.isEmpty() || parts.contains("h") ? "h" : parts.getFirst();
  }
}
