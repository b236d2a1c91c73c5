package dev.comporta.frame.data;

import static dev.comporta.api.Formatting.formatted;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses records whose dates go backwards. Dates are written year first, as in ISO 8601: {@code
 * 1949-01}, {@code 2010/1/31}, {@code 2010-01-31 23:00} or {@code 2010-01-31T23:00:00}; a time zone
 * after them is ignored. {@code 1958.04} is a number, a year with a fraction.
 */
final class DateOrder {
  private static final Pattern DATE =
      Pattern.compile(
          "(\\d{4})(?:[-/]|\\.(?=\\d{1,2}\\.))(\\d{1,2})(?:[-/.](\\d{1,2})(?:[T ](\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,]\\d+)?)?)?)?(?:Z|[+-]\\d{2}:?\\d{2})?");

  /** No date is longer. */
  private static final int LONGEST = 40;

  private final String file;
  private final String column;
  private List<String> names = List.of();
  private List<String> numbers = List.of();
  private int place = -1;
  private boolean begun;
  private @Nullable LocalDateTime last;
  private String lastText = "";
  private long lastLine;

  /**
   * Before the first line.
   *
   * @param file its name, for messages
   * @param column the name of the column, {@link CsvFormat#AUTO} or {@link CsvFormat#NONE}
   */
  DateOrder(String file, String column) {
    this.file = file;
    this.column = column;
  }

  private boolean isNamed() {
    return !column.equals(CsvFormat.AUTO) && !column.equals(CsvFormat.NONE);
  }

  /** Finds a named column among those of the file. */
  void in(List<String> columns, List<String> wanted) {
    names = columns;
    numbers = wanted;
    if (isNamed()) {
      place = columns.indexOf(column);
      if (place < 0) {
        throw new UnknownNameException("column of " + file, column, columns);
      }
    }
  }

  /** Checks a record and returns its date, or null if it has none. */
  @Nullable LocalDateTime add(CsvRecord record) {
    if (!begun) {
      begun = true;
      if (column.equals(CsvFormat.AUTO)) {
        find(record);
      }
    }
    if (place < 0) {
      return null;
    }
    String text = place < record.getFieldCount() ? record.getField(place).strip() : "";
    LocalDateTime date = date(text);
    if (date == null) {
      if (isNamed()) {
        throw noDate(record);
      }
      return null;
    }
    if (last != null && date.isBefore(last)) {
      throw new ComportaException(
          formatted(
              "[csv] expected dates in order in column %s of %s but line %d has %s after %s in line %d; sort the file by date, or give --dates none",
              Printable.quoted(names.get(place)),
              file,
              record.getStartingLineNumber(),
              Printable.quote(text),
              Printable.quote(lastText),
              lastLine));
    }
    last = date;
    lastText = text;
    lastLine = record.getStartingLineNumber();
    return date;
  }

  /** The date of a record that was added, which must have one. */
  LocalDateTime require(CsvRecord record, @Nullable LocalDateTime date) {
    if (date != null) {
      return date;
    }
    if (place < 0) {
      throw new ComportaException(
          formatted(
              "[csv] expected a column of dates such as 2010-01-31 or 2010-01-31 23:00 for --calendar but found none in line %d of %s; name the column with --dates",
              record.getStartingLineNumber(), file));
    }
    throw noDate(record);
  }

  private ComportaException noDate(CsvRecord record) {
    String text = place < record.getFieldCount() ? record.getField(place).strip() : "";
    return new ComportaException(
        formatted(
            "[csv] expected a date such as 2010-01-31 or 2010-01-31 23:00 at line %d, column %d (%s) of %s but got %s; correct it, or give --dates none",
            record.getStartingLineNumber(),
            place + 1,
            Printable.quoted(names.get(place)),
            file,
            text.isEmpty() ? "nothing" : Printable.quoted(text)));
  }

  private void find(CsvRecord record) {
    for (int i = 0; i < Math.min(names.size(), record.getFieldCount()); i++) {
      if (!numbers.contains(names.get(i)) && date(record.getField(i).strip()) != null) {
        place = i;
        return;
      }
    }
  }

  /** The moment that a text names, or null if it names none. */
  private static @Nullable LocalDateTime date(String text) {
    Matcher parts = DATE.matcher(text);
    if (text.length() > LONGEST || !parts.matches()) {
      return null;
    }
    try {
      return LocalDateTime.of(
          part(parts, 1, 0),
          part(parts, 2, 1),
          part(parts, 3, 1),
          part(parts, 4, 0),
          part(parts, 5, 0),
          part(parts, 6, 0));
    } catch (DateTimeException e) { // such as month 13: not a date
      return null;
    }
  }

  private static int part(Matcher parts, int group, int otherwise) {
    String text = parts.group(group);
    return text == null ? otherwise : Integer.parseInt(text);
  }
}
