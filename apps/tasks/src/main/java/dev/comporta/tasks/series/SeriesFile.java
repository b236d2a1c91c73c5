package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Decimals;
import dev.comporta.api.Printable;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvSeries;
import dev.comporta.frame.data.CsvTable;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.content.SeriesColumns;
import dev.comporta.inference.content.StoredSeries;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a CSV file, those of each series together, before dates and words become numbers.
 *
 * @param name of the file, for messages
 * @param content what was read
 * @param order the rows of {@code content}, those of each series together, in their order
 * @param series where each series is in this order
 */
@SuppressWarnings("ArrayRecordComponent") // created once, never compared
record SeriesFile(String name, CsvSeries content, int[] order, List<SeriesTable.Series> series) {
  /** More categories than this need an embedding. */
  private static final int MOST_CATEGORIES = 1000;

  /** The constants of each series are in the model file. */
  private static final int MOST_SERIES = 1000;

  private static final int MOST_NUMBERS = Integer.MAX_VALUE / 2;

  /**
   * The columns of a file that are read.
   *
   * @param columns as options name them, without the words of categories
   * @param group the column that tells series apart, or null
   */
  record Wanted(SeriesColumns columns, @Nullable String group) {
    /** What settings name. */
    static Wanted of(Settings settings) {
      boolean extended = settings.options().has(Forecast.TARGET);
      if (extended) {
        settings.requireNotBoth(Forecast.COLUMN, Forecast.TARGET);
      }
      String targets = extended ? settings.find(Forecast.TARGET).orElse("") : "";
      List<SeriesColumns.Category> categories = new ArrayList<>();
      String words = extended ? settings.find(Forecast.CATEGORY).orElse("") : "";
      SeriesColumns.split(words)
          .forEach(it -> categories.add(new SeriesColumns.Category(it, List.of())));
      return new Wanted(
          StoredSeries.columns(
              targets.isEmpty() ? settings.get(Forecast.COLUMN) : "",
              targets,
              settings.find(Forecast.ALSO).orElse(""),
              extended ? settings.find(Forecast.CALENDAR).orElse("") : "",
              categories),
          extended ? settings.find(Forecast.GROUP).orElse(null) : null);
    }

    private CsvSeries.Wanted inFile() {
      return new CsvSeries.Wanted(
          columns.numbers(),
          columns.categories().stream().map(SeriesColumns.Category::column).toList(),
          !columns.calendar().isEmpty(),
          group);
    }
  }

  /** Reads a file. */
  static SeriesFile read(Path file, CsvFormat format, Wanted wanted) {
    return of(file.toString(), CsvSeries.read(file, format, wanted.inFile()));
  }

  /** Reads lines. */
  static SeriesFile read(BufferedReader text, String name, CsvFormat format, Wanted wanted) {
    return of(name, CsvSeries.read(text, name, format, wanted.inFile()));
  }

  private static SeriesFile of(String name, CsvSeries content) {
    int rows = content.table().rows();
    int[] order = new int[rows];
    List<SeriesTable.Series> series = new ArrayList<>();
    if (content.groups().isEmpty()) {
      for (int row = 0; row < rows; row++) {
        order[row] = row;
      }
      series.add(new SeriesTable.Series("", 0, rows));
      return new SeriesFile(name, content, order, series);
    }
    Map<String, List<Integer>> byGroup = new LinkedHashMap<>();
    for (int row = 0; row < rows; row++) {
      byGroup.computeIfAbsent(content.groups().get(row), _ -> new ArrayList<>()).add(row);
    }
    if (byGroup.size() > MOST_SERIES) {
      throw new ComportaException(
          formatted(
              "[forecast] expected at most %d series in %s but --group tells %d apart; name the column of IDs, or divide the file",
              MOST_SERIES, name, byGroup.size()));
    }
    int at = 0;
    for (var group : byGroup.entrySet()) {
      int from = at;
      for (int row : group.getValue()) {
        order[at++] = row;
      }
      series.add(new SeriesTable.Series(group.getKey(), from, at));
    }
    return new SeriesFile(name, content, order, series);
  }

  /** A series in words, for messages. */
  String nameOf(SeriesTable.Series one) {
    return one.name().isEmpty()
        ? name
        : formatted("the series %s of %s", Printable.quoted(one.name()), name);
  }

  /**
   * The columns with the categories of the rows that are trained on.
   *
   * @param columns without words
   * @param parts of each series
   * @throws ComportaException if a column holds numbers, or more categories than fit
   */
  SeriesColumns withCategories(SeriesColumns columns, List<ForecastParts> parts) {
    List<SeriesColumns.Category> categories = new ArrayList<>();
    for (int i = 0; i < columns.categories().size(); i++) {
      String column = columns.categories().get(i).column();
      requireWords(column, i);
      Set<String> words = new LinkedHashSet<>();
      for (ForecastParts part : parts) {
        for (int row = part.from(); row < part.cut(); row++) {
          words.add(content.words().get(order[row]).get(i));
        }
      }
      if (words.size() > MOST_CATEGORIES) {
        throw new ComportaException(
            formatted(
                "[forecast] expected at most %d categories in column %s of %s but got %d; leave the column out, or join rare categories",
                MOST_CATEGORIES, Printable.quoted(column), name, words.size()));
      }
      categories.add(new SeriesColumns.Category(column, words.stream().sorted().toList()));
    }
    return new SeriesColumns(columns.targets(), columns.also(), columns.calendar(), categories);
  }

  private void requireWords(String column, int category) {
    boolean numbers =
        !content.words().isEmpty()
            && content.words().stream().allMatch(row -> Decimals.isDecimal(row.get(category)));
    if (numbers) {
      throw new ComportaException(
          formatted(
              "[forecast] expected words in column %s of %s, which --category names, but all of it is numbers, such as %s in line %d; give the column with --also",
              Printable.quoted(column),
              name,
              Printable.quoted(content.words().getFirst().get(category)),
              content.lines().getFirst()));
    }
  }

  /**
   * The table that a forecaster reads.
   *
   * @param columns with the words of their categories
   * @param log is told of words that are not among them
   */
  SeriesTable table(SeriesColumns columns, Consumer<String> log) {
    CsvTable read = content.table();
    List<String> names = columns.names();
    int width = names.size();
    int numbers = read.columns().size();
    if (width == numbers && content.groups().isEmpty()) {
      return new SeriesTable(columns, read, series, content.lines());
    }
    if (Set.copyOf(names).size() < width) {
      throw new ComportaException(
          formatted(
              "[forecast] expected columns of %s whose names differ from those of dates and categories, such as %s; rename one",
              name, Printable.quoted(names.getLast())));
    }
    if ((long) width * read.rows() > MOST_NUMBERS) {
      throw new ComportaException(
          formatted(
              "[forecast] expected at most %,d numbers but %,d rows of %,d numbers are more; use fewer categories or rows",
              MOST_NUMBERS, read.rows(), width));
    }
    double[] values = new double[read.rows() * width];
    int unknown = 0;
    for (int row = 0; row < order.length; row++) {
      int from = order[row];
      System.arraycopy(read.values(), from * numbers, values, row * width, numbers);
      boolean known =
          columns.encode(
              content.dates().isEmpty() ? null : content.dates().get(from),
              content.words().isEmpty() ? List.of() : content.words().get(from),
              values,
              row * width);
      unknown += known ? 0 : 1;
    }
    if (unknown > 0) {
      log.accept(
          formatted(
              "%,d rows of %s have a category that the rows for training do not have; it is read as none of them",
              unknown, name));
    }
    List<Long> lines =
        content.lines().isEmpty()
            ? List.of()
            : Arrays.stream(order).mapToObj(content.lines()::get).toList();
    return new SeriesTable(columns, new CsvTable(names, values, content.sha256()), series, lines);
  }
}
