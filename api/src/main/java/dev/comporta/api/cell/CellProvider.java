package dev.comporta.api.cell;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/**
 * Creates cells of one kind. Register it with {@code provides CellProvider with ...} in the module
 * descriptor, or in {@code META-INF/services} for the class path.
 */
@API(status = API.Status.STABLE)
public interface CellProvider extends NamedProvider {
  /**
   * Creates a cell.
   *
   * @param inputSize I, 1 or more
   * @param hiddenSize H, 1 or more
   * @param options the options of the cell; unread options are rejected
   * @return the cell
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Cell create(int inputSize, int hiddenSize, OptionReader options);
}
