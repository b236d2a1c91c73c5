package dev.comporta.tasks.job;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.SpecText;
import dev.comporta.tasks.TaskOption;
import org.apiguardian.api.API;

/**
 * The recurrent cell of a training and its options, as {@code --cell lstm:peepholes=true} chooses
 * them.
 *
 * @param spec the cell's name and options
 */
@API(status = API.Status.EXPERIMENTAL)
public record CellChoice(Spec spec) {
  private static final String OPTION = "cell";

  /**
   * The option that chooses.
   *
   * @param byDefault a cell's name
   * @return the option
   */
  public static TaskOption option(String byDefault) {
    return TaskOption.text(
        OPTION, byDefault, "recurrent cell, as in lstm:peepholes=true: see comporta catalog");
  }

  /**
   * Reads what was chosen.
   *
   * @param options of the task
   * @param byDefault a cell's name
   * @return the choice
   * @throws InvalidOptionException if the text is no specification
   */
  public static CellChoice read(OptionReader options, String byDefault) {
    return new CellChoice(SpecText.parse("--" + OPTION, options.text(OPTION, byDefault)));
  }

  /** The cell's name. */
  public String name() {
    return spec.name();
  }

  /**
   * Checks, before anything is read or built, that the cell can be made.
   *
   * @param catalog of cells
   * @param hidden H
   * @throws UnknownNameException if the catalog has none of that name
   * @throws InvalidOptionException if the cell has no such option or refuses its value
   */
  public void requireUsable(Catalog catalog, int hidden) {
    catalog.cell(spec, hidden, hidden);
  }

  /** The text that {@link #read} reads again, as a model file keeps it. */
  @Override
  public String toString() {
    return SpecText.print(spec);
  }
}
