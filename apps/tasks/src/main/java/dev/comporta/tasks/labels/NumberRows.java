package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Decimals;
import dev.comporta.api.Printable;
import dev.comporta.frame.data.CsvTexts;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of timesteps of numbers, kept as text: a line for each timestep, with a space between
 * its numbers.
 */
final class NumberRows {
  private static final int LONGEST = 400;

  private final boolean decimalComma;
  private final StringBuilder text = new StringBuilder();
  private int columns;
  private int rows;

  NumberRows(boolean decimalComma) {
    this.decimalComma = decimalComma;
  }

  /** Whether a field is a number. */
  private boolean isNumber(String field) {
    return field.length() <= LONGEST && Decimals.isDecimal(comma(field));
  }

  private String comma(String field) {
    return decimalComma ? field.replace(',', '.') : field;
  }

  /** Whether none of the fields is a number, as in a line of names. */
  boolean isHeader(List<String> fields) {
    return fields.stream().noneMatch(this::isNumber);
  }

  /** Adds a timestep. */
  void add(List<String> fields, String place) {
    if (rows > 0 && fields.size() != columns) {
      throw new ComportaException(
          formatted(
              "[classify] expected %d numbers in %s, as in the lines before, but it has %d",
              columns, place, fields.size()));
    }
    columns = fields.size();
    for (int i = 0; i < columns; i++) {
      String field = fields.get(i);
      if (!isNumber(field) || !Double.isFinite(Double.parseDouble(comma(field)))) {
        throw new ComportaException(
            formatted(
                "[classify] expected a number in column %d of %s but got %s; sequences have numbers only, and no missing values",
                i + 1, place, field.isEmpty() ? "nothing" : Printable.quoted(field)));
      }
      text.append(i == 0 ? "" : " ").append(comma(field));
    }
    text.append('\n');
    rows++;
  }

  boolean isEmpty() {
    return rows == 0;
  }

  String text() {
    return text.toString();
  }

  /** All records of a file of one sequence; its first line may name the columns. */
  static NumberRows of(List<CsvTexts.Row> records, boolean decimalComma, String name) {
    NumberRows rows = new NumberRows(decimalComma);
    boolean named = !records.isEmpty() && rows.isHeader(records.getFirst().fields());
    for (CsvTexts.Row record : records.subList(named ? 1 : 0, records.size())) {
      rows.add(record.fields(), record.place());
    }
    if (rows.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[classify] expected a sequence of numbers in %s but it is empty; add a line for each timestep, or leave it out",
              name));
    }
    return rows;
  }

  /** The numbers of a text, {@code [T, columns]}. */
  static double[] numbers(String text) {
    List<Double> numbers = new ArrayList<>();
    text.lines()
        .forEach(line -> {
          for (String number : line.split(" ", -1)) {
            numbers.add(Double.parseDouble(number));
          }
        });
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The number of columns of a text. */
  static int columns(String text) {
    int end = text.indexOf('\n');
    return (int) text.substring(0, end).chars().filter(it -> it == ' ').count() + 1;
  }
}
