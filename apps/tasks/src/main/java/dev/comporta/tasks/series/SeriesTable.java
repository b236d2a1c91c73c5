package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.data.CsvTable;
import dev.comporta.inference.content.SeriesColumns;
import dev.comporta.inference.content.StoredScale;
import java.util.Arrays;
import java.util.List;

/**
 * The numbers that a forecaster reads: the rows of one series, or of several one after the other.
 *
 * @param columns what the columns are, those to forecast first
 * @param table the numbers
 * @param series where each series is, in order
 * @param lines the line of each row in its file; empty if the rows are those of the file in order
 */
record SeriesTable(SeriesColumns columns, CsvTable table, List<Series> series, List<Long> lines) {
  SeriesTable {
    series = List.copyOf(series);
    lines = List.copyOf(lines);
  }

  /**
   * One series.
   *
   * @param name what the column of groups says; empty if there is no such column
   * @param from its first row
   * @param end one past its last row
   */
  record Series(String name, int from, int end) {}

  /**
   * Rows of a series that are scored.
   *
   * @param series the series
   * @param from the first row that the first forecast reads
   * @param end one past the last row that is forecast
   */
  record Slice(Series series, int from, int end) {}

  /** One series of plain numbers, the first column of which is forecast. */
  static SeriesTable of(CsvTable table) {
    List<String> names = table.columns();
    return new SeriesTable(
        new SeriesColumns(
            names.subList(0, 1), names.subList(1, names.size()), List.of(), List.of()),
        table,
        List.of(new Series("", 0, table.rows())),
        List.of());
  }

  /** The number of columns. */
  int width() {
    return table.columns().size();
  }

  /** The columns to forecast. */
  List<String> targets() {
    return columns.targets();
  }

  /** All numbers, those of the columns to forecast on a scale. */
  double[] on(StoredScale scale) {
    return scale.apply(table.values(), width(), this::place);
  }

  /** Refuses rows that a scale cannot read. */
  void require(StoredScale scale, int from, int end) {
    double[] rows = Arrays.copyOfRange(table.values(), from * width(), end * width());
    scale.apply(rows, width(), row -> place(from + row));
  }

  private String place(int row) {
    return lines.isEmpty() ? StoredScale.place(row) : formatted("line %d", lines.get(row));
  }

  /** The values of a column to forecast, from the start of a series up to a row. */
  double[] values(int target, Series of, int end) {
    double[] values = new double[end - of.from()];
    for (int row = 0; row < values.length; row++) {
      values[row] = table.values()[(of.from() + row) * width() + target];
    }
    return values;
  }
}
