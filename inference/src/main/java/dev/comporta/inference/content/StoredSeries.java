package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.serialization.ModelFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a forecaster reads, as the hyperparameters of its file name it.
 *
 * @param columns the names of the input columns, the one to forecast first
 * @param window the number of input rows
 */
public record StoredSeries(List<String> columns, int window) {
  /** The name of the hyperparameters of a forecaster, and of the task that trains one. */
  public static final String TASK = "forecast";

  /** The name of the task that watches a column by forecasts, whose files hold the same. */
  public static final String ANOMALY = "anomaly";

  /** The option that names the column to forecast. */
  public static final String COLUMN = "column";

  /** The option that names further input columns, separated by commas. */
  public static final String ALSO = "also";

  /** The option that gives the number of input rows. */
  public static final String WINDOW = "window";

  /** The number of input rows of files that name none. */
  public static final int DEFAULT_WINDOW = 48;

  /** Copies the list. */
  public StoredSeries {
    columns = List.copyOf(columns);
  }

  /**
   * {@return what the forecaster of a file reads}
   *
   * @param file the content of the file
   * @param from the name of the file, for messages
   * @throws ComportaException if the file does not name a column and a window
   */
  public static StoredSeries of(ModelFile file, String from) {
    Spec kept = file.provenance().hyperParameters();
    OptionReader options = kept.reader();
    if (!List.of(TASK, ANOMALY).contains(kept.name()) || !options.given(COLUMN)) {
      throw new ComportaException(
          formatted(
              "[forecast] expected a model of comporta train forecast, whose file names a column, but %s is not one",
              from));
    }
    return new StoredSeries(
        columns(options.text(COLUMN, ""), options.text(ALSO, "")),
        options.size(WINDOW, 1, DEFAULT_WINDOW));
  }

  /**
   * {@return the input columns, the one to forecast first}
   *
   * @param column the column to forecast
   * @param also further columns, separated by commas; empty for none
   * @throws InvalidOptionException if a column is named twice
   */
  public static List<String> columns(String column, String also) {
    List<String> columns = new ArrayList<>(List.of(column));
    if (!also.isEmpty()) {
      Arrays.stream(also.split(",", -1)).map(String::strip).forEach(columns::add);
    }
    if (columns.stream().distinct().count() < columns.size()) {
      throw new InvalidOptionException(
          "[forecast] expected each column once in --column and --also but got " + columns);
    }
    return columns;
  }
}
