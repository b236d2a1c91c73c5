package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.metrics.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a forecaster reads and says, as the hyperparameters of its file name it.
 *
 * @param columns what it reads in each row
 * @param window the number of input rows
 * @param quantiles what it says of each value; empty if it says the value itself
 */
public record StoredSeries(SeriesColumns columns, int window, Optional<Quantiles> quantiles) {
  /** The name of the hyperparameters of a forecaster, and of the task that trains one. */
  public static final String TASK = "forecast";

  /** The name of the task that watches a column by forecasts, whose files hold the same. */
  public static final String ANOMALY = "anomaly";

  /** The option that names the column to forecast. */
  public static final String COLUMN = "column";

  /** The option that names several columns to forecast, separated by commas. */
  public static final String TARGET = "target";

  /** The option that names further input columns, separated by commas. */
  public static final String ALSO = "also";

  /** The option that names cycles of the calendar, separated by commas. */
  public static final String CALENDAR = "calendar";

  /** The option that names columns of categories, separated by commas. */
  public static final String CATEGORY = "category";

  /** The option that names the column that tells several series of a file apart. */
  public static final String GROUP = "group";

  /** The option that gives the number of input rows. */
  public static final String WINDOW = "window";

  /** The option that gives the levels of quantiles. */
  public static final String QUANTILES = "quantiles";

  /** The number of input rows of files that name none. */
  public static final int DEFAULT_WINDOW = 48;

  /** The kind of the vocabularies of categories. */
  private static final String CATEGORIES = "categories";

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
    if (!List.of(TASK, ANOMALY).contains(kept.name())
        || !(options.given(COLUMN) || options.given(TARGET))) {
      throw new ComportaException(
          formatted(
              "[forecast] expected a model of comporta train forecast, whose file names a column, but %s is not one",
              from));
    }
    String levels = options.text(QUANTILES, "");
    return new StoredSeries(
        columns(
            options.text(COLUMN, ""),
            options.text(TARGET, ""),
            options.text(ALSO, ""),
            options.text(CALENDAR, ""),
            categories(SeriesColumns.split(options.text(CATEGORY, "")), file, from)),
        options.size(WINDOW, 1, DEFAULT_WINDOW),
        levels.isEmpty() ? Optional.empty() : Optional.of(Quantiles.parse("--quantiles", levels)));
  }

  private static List<SeriesColumns.Category> categories(
      List<String> columns, ModelFile file, String from) {
    List<SeriesColumns.Category> categories = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = vocabulary(i);
      List<String> words =
          file.vocabularies().stream()
              .filter(it -> it.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new ComportaException(
                      formatted(
                          "[forecast] expected a model with the categories of its columns but %s lacks '%s'; train it again",
                          from, name)))
              .tokens();
      categories.add(new SeriesColumns.Category(columns.get(i), words));
    }
    return categories;
  }

  private static String vocabulary(int column) {
    return formatted("%s %d", CATEGORIES, column + 1);
  }

  /**
   * {@return the categories as a model file holds them}
   *
   * @param columns what a forecaster reads
   */
  public static List<Vocabulary> vocabularies(SeriesColumns columns) {
    List<Vocabulary> vocabularies = new ArrayList<>();
    for (SeriesColumns.Category category : columns.categories()) {
      vocabularies.add(
          new Vocabulary(vocabulary(vocabularies.size()), CATEGORIES, category.words()));
    }
    return vocabularies;
  }

  /**
   * {@return what a forecaster reads, as options name it}
   *
   * @param column the one column to forecast, which may have a comma in its name; empty if there
   *     are several
   * @param targets several columns to forecast, separated by commas; empty for one
   * @param also further columns, separated by commas; empty for none
   * @param calendar cycles of the calendar, separated by commas; empty for none
   * @param categories columns of categories
   * @throws InvalidOptionException if a column is named twice
   */
  public static SeriesColumns columns(
      String column,
      String targets,
      String also,
      String calendar,
      List<SeriesColumns.Category> categories) {
    SeriesColumns columns =
        new SeriesColumns(
            targets.isEmpty() ? List.of(column) : SeriesColumns.split(targets),
            SeriesColumns.split(also),
            DateFeature.parse(calendar),
            categories);
    columns.requireDistinct();
    return columns;
  }
}
