package dev.comporta.api.cell;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/**
 * Makes cells of one kind by its name. Register it with {@code provides CellProvider with ...} in
 * the module descriptor, or in {@code META-INF/services} for the class path.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface CellProvider extends NamedProvider {
  /**
   * Makes a cell.
   *
   * @param inputSize I, 1 or more
   * @param hiddenSize H, 1 or more
   * @param options what else the cell understands; options that are left unread are refused
   * @return the cell
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Cell create(int inputSize, int hiddenSize, OptionReader options);
}
