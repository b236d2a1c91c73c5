package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import java.util.List;

/**
 * The columns of a data set that a model is trained on, and the order of its rows. Training sees
 * them as a file, {@code --data} of {@code comporta train}: as lines of text or as a CSV table.
 *
 * @param layout of the file, which is that of the task's files
 * @param columns what the task reads, in the order of the file's fields; one or more
 * @param order columns by which rows are put in ascending order, such as a time or a number: rows
 *     of a data set have none. Rows that are equal in all of them are ordered by what the task
 *     reads
 */
public record TrainColumns(Layout layout, List<String> columns, List<String> order) {
  /** How a row is written. */
  public enum Layout {
    /**
     * A line with the values, separated by tabs: for a text, pairs of texts, and texts with labels.
     * Columns are strings or whole numbers. The text of a single column may have line breaks.
     */
    LINES("rows.txt"),
    /**
     * A record of a CSV table, whose first line has the names of the columns: for series and
     * tables. Columns are strings or numbers.
     */
    CSV("rows.csv");

    private final String file;

    Layout(String file) {
      this.file = file;
    }

    /** The name of the file, which the model file records as {@code --data}. */
    String file() {
      return file;
    }
  }

  /**
   * Copies the lists.
   *
   * @throws InvalidOptionException if there is no column, or none to order by
   */
  public TrainColumns {
    columns = List.copyOf(columns);
    order = List.copyOf(order);
    if (columns.isEmpty() || order.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "[train] expected one or more columns to train on and to order rows by but got %s and %s; rows of a data set have no order of their own",
              columns, order));
    }
  }

  /**
   * {@return columns of a text file}
   *
   * @param order the column by which rows are put in order
   * @param columns the text, or the fields that tabs separate
   * @throws InvalidOptionException if there is no column
   */
  public static TrainColumns lines(String order, String... columns) {
    return new TrainColumns(Layout.LINES, List.of(columns), List.of(order));
  }

  /**
   * {@return columns of a CSV table}
   *
   * @param order the column by which rows are put in order
   * @param columns those of the table
   * @throws InvalidOptionException if there is no column
   */
  public static TrainColumns csv(String order, String... columns) {
    return new TrainColumns(Layout.CSV, List.of(columns), List.of(order));
  }
}
