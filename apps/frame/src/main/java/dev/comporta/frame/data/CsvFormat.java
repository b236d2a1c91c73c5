package dev.comporta.frame.data;

import static dev.comporta.api.Formatting.formatted;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Decimals;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a CSV file is written.
 *
 * @param separator the character between fields
 * @param decimalComma whether numbers have a decimal comma
 * @param missing what becomes of a record with a missing value
 * @param dates the column whose dates must not go backwards, {@link #AUTO} for the first one that
 *     holds dates and is not read as numbers, or {@link #NONE}
 */
public record CsvFormat(char separator, boolean decimalComma, Missing missing, String dates) {
  /** Any column with dates that is not read as numbers. */
  public static final String AUTO = "auto";

  /** No column: dates are not looked at. */
  public static final String NONE = "none";

  /**
   * A format of files whose dates are not looked at.
   *
   * @param separator the character between fields
   * @param decimalComma whether numbers have a decimal comma
   * @param missing what becomes of a record with a missing value
   */
  public CsvFormat(char separator, boolean decimalComma, Missing missing) {
    this(separator, decimalComma, missing, NONE);
  }

  /** The separator. */
  public static final Option<String> SEPARATOR =
      Option.text("separator", "CHARACTER")
          .in(Group.DATA)
          .or(",")
          .free()
          .help("the character between fields, or the word tab");

  /** Whether numbers have a decimal comma. */
  public static final Option<Boolean> DECIMAL_COMMA =
      Option.flag("decimal-comma")
          .in(Group.DATA)
          .keptIfGiven()
          .free()
          .help("numbers have a decimal comma, as in 3,14");

  /** What becomes of missing values. */
  public static final Option<String> MISSING =
      Option.choice("missing", "reject", "previous", "drop")
          .in(Group.DATA)
          .or("reject")
          .keptIfGiven()
          .help("missing values: reject the file, repeat the previous value, or drop the record");

  /** The column of dates; only for files whose rows are in the order of time. */
  public static final Option<String> DATES =
      Option.text("dates", "NAME")
          .in(Group.DATA)
          .or(AUTO)
          .keptIfGiven()
          .free()
          .help(
              "the column of dates, which must not go backwards; none to ignore dates, auto for the first column that has any");

  /** What becomes of a record with a missing value. */
  public enum Missing {
    /** The file is rejected. */
    REJECT,
    /** The value of the previous record is repeated; records before the first value are dropped. */
    PREVIOUS,
    /** The record is dropped. */
    DROP
  }

  /** The longest field that can be a number; a quote that is never closed makes longer ones. */
  private static final int LONGEST = 400;

  /** Beyond this, the square of an error is infinite. */
  private static final double LARGEST = 1e150;

  /** Characters of numbers, quotes, comments and line breaks. */
  private static final String TAKEN = "+-.\"#\r\n";

  private static final Set<String> MISSING_WORDS =
      Set.of("", "na", "n/a", "nan", "null", "none", "?", "-");

  private static final int PEEKED = 8;

  /** {@return the options: separator, decimal comma and missing values} */
  public static Options options() {
    return Options.of(SEPARATOR, DECIMAL_COMMA, MISSING);
  }

  /**
   * {@return the format that settings describe}
   *
   * @param settings with {@link #options}
   * @throws InvalidOptionException if the separator cannot separate numbers
   */
  public static CsvFormat of(Settings settings) {
    return new CsvFormat(
        separator(settings),
        settings.get(DECIMAL_COMMA),
        Missing.valueOf(settings.get(MISSING).toUpperCase(Locale.ROOT)),
        settings.options().has(DATES) ? settings.get(DATES) : NONE);
  }

  /**
   * {@return the format of a file of words, of which settings tell the separator only}
   *
   * @param settings with {@link #SEPARATOR}
   * @throws InvalidOptionException if the separator cannot separate fields
   */
  public static CsvFormat ofWords(Settings settings) {
    return new CsvFormat(separator(settings), false, Missing.REJECT);
  }

  private static char separator(Settings settings) {
    String text = settings.get(SEPARATOR);
    boolean tab = text.equals("tab") || text.equals("\\t");
    if (!tab && (text.length() != 1 || !separates(text.charAt(0)))) {
      throw new InvalidOptionException(
          formatted(
              "--separator expected one character that numbers and quoted fields do not contain, such as ; or the word tab, but got %s",
              Printable.quoted(text)));
    }
    return tab ? '\t' : text.charAt(0);
  }

  /** Whether numbers and quoted fields are free of a character, and lines do not end with it. */
  private static boolean separates(char character) {
    return !Character.isLetterOrDigit(character) && TAKEN.indexOf(character) < 0;
  }

  /** Skips a byte order mark and a line such as {@code sep=;}, which names the separator. */
  CsvFormat atStartOf(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != '\uFEFF') { // it would also hide the quote of a first name
      text.reset();
    }
    text.mark(PEEKED);
    char[] start = new char[5];
    int read = 0;
    for (int c; read < start.length && (c = text.read()) >= 0; ) {
      start[read++] = (char) c;
    }
    if (read == start.length && new String(start, 0, 4).equalsIgnoreCase("sep=")) {
      int end = text.read();
      if (end == '\r' || end == '\n' || end < 0) {
        if (end == '\r') {
          text.mark(1);
          if (text.read() != '\n') {
            text.reset();
          }
        }
        if (!separates(start[4])) {
          throw new ComportaException(
              formatted(
                  "[csv] expected the line sep= to name a character that numbers and quoted fields do not contain but got %s; correct or remove that line",
                  Printable.quoted(String.valueOf(start[4]))));
        }
        return new CsvFormat(start[4], decimalComma, missing, dates);
      }
    }
    text.reset();
    return this;
  }

  /** Refuses a comma as both the separator and the decimal sign. */
  CsvFormat requireUsable() {
    if (separator == ',' && decimalComma) {
      throw new InvalidOptionException(
          "--decimal-comma expected another --separator than the comma, such as --separator ';'");
    }
    return this;
  }

  /** Refuses a header that another character separates. */
  void requireSeparated(String file, List<String> names) {
    if (names.size() == 1) {
      for (char other : new char[] {';', '\t', ',', '|'}) {
        if (other != separator && names.getFirst().indexOf(other) >= 0) {
          throw new ComportaException(
              formatted(
                  "[csv] expected columns separated by '%s' in %s but its first line has one field with %s in it; give --separator %s",
                  separator == '\t' ? "tab" : separator,
                  file,
                  other == '\t' ? "tabs" : "'" + other + "'",
                  other == '\t' ? "tab" : "'" + other + "'"));
        }
      }
    }
  }

  /** The number in a field; NaN if it is missing and need not be there. */
  double number(String file, CsvRecord record, int place, String name) {
    String field = place < record.getFieldCount() ? record.getField(place).strip() : "";
    String text = decimalComma ? field.replace(',', '.') : field;
    if (missing != Missing.REJECT && isMissing(field)) {
      return Double.NaN;
    }
    double number =
        field.length() <= LONGEST && Decimals.isDecimal(text)
            ? Double.parseDouble(text)
            : Double.NaN;
    if (!(Math.abs(number) <= LARGEST)) {
      throw wrong(file, record, place, name, field);
    }
    return number;
  }

  private static boolean isMissing(String field) {
    return field.length() <= 4 && MISSING_WORDS.contains(field.toLowerCase(Locale.ROOT));
  }

  ComportaException wrong(String file, CsvRecord record, int place, String name, String field) {
    return new ComportaException(
        formatted(
            "[csv] expected a number at line %d, column %d (%s) of %s but got %s; %s",
            record.getStartingLineNumber(),
            place + 1,
            Printable.quoted(name),
            file,
            field.isEmpty() ? "nothing" : Printable.quoted(field),
            advice(field)));
  }

  /** Which option reads such a field, or what else to do. */
  private static String advice(String field) {
    if (isMissing(field)) {
      return "fill in missing values, or give --missing previous or --missing drop";
    }
    if (field.length() <= LONGEST && Decimals.isDecimal(field)) {
      return "numbers are between -1e150 and 1e150";
    }
    if (field.length() <= LONGEST && Decimals.isDecimal(field.replace(',', '.'))) {
      return "give --decimal-comma for numbers with a decimal comma";
    }
    boolean date =
        field.length() >= 8
            && field.length() <= 32
            && Character.isDigit(field.charAt(0))
            && field.chars().filter(c -> c == '-' || c == '/' || c == '.').count() >= 2;
    return date
        ? "this looks like a date, and dates are not read as numbers: choose another column"
        : "correct the field, or choose another column";
  }
}
