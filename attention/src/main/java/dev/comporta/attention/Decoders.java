package dev.comporta.attention;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.OptionReader;

/** Code shared by the layers that read a source. */
final class Decoders {
  private Decoders() {}

  /** Refuses ids, for which the input size is 0. */
  static void requireFeatures(String layer, int inputSize) {
    if (inputSize < 1) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected features from the previous layer but got ids; put an embedding first",
              layer));
    }
  }

  /** The cell named by the option {@code cell}; its state must have a part h of the hidden size. */
  static Cell cell(String layer, OptionReader options, Catalog catalog, int inputSize, int hidden) {
    requireFeatures(layer, inputSize);
    Cell cell = catalog.cell(options.spec("cell"), inputSize, hidden);
    for (StateSpec part : cell.state()) {
      if (part.name().equals("h") && part.size() == hidden) {
        return cell;
      }
    }
    throw new InvalidOptionException(
        formatted(
            "[%s] expected a cell with a state part 'h' of size %d but its state is %s",
            layer, hidden, cell.state()));
  }
}
