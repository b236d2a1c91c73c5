package dev.comporta.frame.data;

import static dev.comporta.api.Formatting.formatted;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the records of one CSV file: numbers, words, dates and groups. */
final class RecordReader {
  /** What a number may need in memory: itself, twice while the table grows, and normalised. */
  private static final int MEMORY_PER_NUMBER = 40;

  /** What a row of words, dates and groups needs besides. */
  private static final int NUMBERS_PER_ROW = 4;

  /** A quote that is never closed makes longer words. */
  private static final int LONGEST_WORD = 1000;

  private final String file;
  private final CsvFormat format;
  private final CsvSeries.Wanted wanted;
  private final List<String> columns;
  private final int[] places; // of all columns, those of numbers first
  private final int width; // the columns of numbers
  private final long room =
      Math.min(Runtime.getRuntime().maxMemory() / MEMORY_PER_NUMBER, Integer.MAX_VALUE / 2);
  private final Map<String, DateOrder> dates = new HashMap<>(); // by group
  private final Map<String, Integer> last = new HashMap<>(); // row by group
  private final Map<String, String> same = new HashMap<>(); // each word once in memory
  private List<String> names = List.of();
  private double[] values;
  private int count;
  private final List<List<String>> rowWords = new ArrayList<>();
  private final List<LocalDateTime> rowDates = new ArrayList<>();
  private final List<String> rowGroups = new ArrayList<>();
  private final List<Long> rowLines = new ArrayList<>();

  RecordReader(String file, CsvFormat format, CsvSeries.Wanted wanted) {
    this.file = file;
    this.format = format;
    this.wanted = wanted;
    this.columns = wanted.columns();
    this.places = new int[columns.size()];
    this.width = wanted.numbers().size();
    this.values = new double[Math.max(1024, width)];
  }

  CsvSeries read(CsvReader<CsvRecord> records) {
    CsvRecord empty = null;
    for (CsvRecord record : records) {
      if (record.getFieldCount() == 1 && record.getField(0).isEmpty()) {
        empty = empty == null ? record : empty;
      } else if (names.isEmpty()) {
        empty = null;
        names = record.getFields().stream().map(String::strip).toList();
        findColumns();
        ordered(""); // a column of dates that is not there is named before the first record
      } else if (empty != null) { // an empty line is a record, except at the end
        throw format.wrong(file, empty, places[0], names.get(places[0]), "");
      } else {
        add(record);
      }
    }
    if (names.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[csv] expected a line with the names of the columns in %s but it is empty", file));
    }
    double[] all = Arrays.copyOf(values, count);
    CsvTable table = new CsvTable(wanted.numbers(), all, CsvTable.sha256(wanted.numbers(), all));
    return new CsvSeries(table, rowWords, rowDates, rowGroups, rowLines);
  }

  private DateOrder ordered(String group) {
    return dates.computeIfAbsent(
        group,
        _ -> {
          DateOrder order = new DateOrder(file, format.dates());
          order.in(names, columns);
          return order;
        });
  }

  private void findColumns() {
    for (int i = 0; i < places.length; i++) {
      String name = columns.get(i);
      places[i] = names.indexOf(name);
      if (places[i] < 0) {
        format.requireSeparated(file, names);
        throw new UnknownNameException("column of " + file, name, names);
      }
      if (names.lastIndexOf(name) != places[i]) {
        throw new ComportaException(
            formatted(
                "[csv] expected one column %s in %s but there are several; give them different names",
                Printable.quoted(name), file));
      }
    }
  }

  private void add(CsvRecord record) {
    if (record.getFieldCount() > names.size()) {
      throw new ComportaException(
          formatted(
              "[csv] expected %d columns as named at the top of %s but line %d has %d; quote fields that contain the separator%s",
              names.size(),
              file,
              record.getStartingLineNumber(),
              record.getFieldCount(),
              format.separator() == ','
                  ? ", or give --decimal-comma and --separator ';' for numbers with a decimal comma"
                  : ""));
    }
    String group = wanted.group() == null ? "" : word(record, places.length - 1, null);
    LocalDateTime date = ordered(group).add(record);
    if (count + (long) width > room - (long) NUMBERS_PER_ROW * rowLines.size()) {
      throw new ComportaException(
          formatted(
              "[csv] %s has more than %,d numbers in %d columns, which is more than the memory holds; give it fewer rows or the JVM more memory (-Xmx)",
              file, room, width));
    }
    if (count + width > values.length) {
      values = Arrays.copyOf(values, (int) Math.min(room, 2L * values.length));
    }
    Integer before = last.get(group);
    for (int i = 0; i < width; i++) {
      double number = format.number(file, record, places[i], names.get(places[i]));
      if (Double.isNaN(number)) { // missing
        if (format.missing() == CsvFormat.Missing.DROP || before == null) {
          return; // without the record
        }
        number = values[before * width + i];
      }
      values[count + i] = number;
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < wanted.words().size(); i++) {
      String word = word(record, width + i, before == null ? "" : rowWords.get(before).get(i));
      if (word.isEmpty()) { // missing
        return;
      }
      words.add(word);
    }
    if (wanted.dated()) {
      rowDates.add(ordered(group).require(record, date));
    }
    if (!words.isEmpty()) {
      rowWords.add(List.copyOf(words));
    }
    if (wanted.group() != null) {
      rowGroups.add(group);
    }
    last.put(group, count / width);
    if (!words.isEmpty()
        || wanted.group() != null
        || format.missing() != CsvFormat.Missing.REJECT) {
      rowLines.add(record.getStartingLineNumber());
    }
    count += width;
  }

  /**
   * A word of a record.
   *
   * @param column its index among those that are wanted
   * @param otherwise the word in place of a missing one, empty to leave the record out; null if it
   *     must be there
   */
  private String word(CsvRecord record, int column, @Nullable String otherwise) {
    int place = places[column];
    String word = place < record.getFieldCount() ? record.getField(place).strip() : "";
    if (word.length() > LONGEST_WORD) {
      throw wrongWord(record, place, formatted("%d characters", word.length()));
    }
    if (!word.isEmpty()) {
      return same.computeIfAbsent(word, _ -> word);
    }
    if (otherwise == null || format.missing() == CsvFormat.Missing.REJECT) {
      throw wrongWord(record, place, "nothing");
    }
    return format.missing() == CsvFormat.Missing.DROP ? "" : otherwise;
  }

  private ComportaException wrongWord(CsvRecord record, int place, String found) {
    return new ComportaException(
        formatted(
            "[csv] expected a word of at most %d characters at line %d, column %d (%s) of %s but got %s",
            LONGEST_WORD,
            record.getStartingLineNumber(),
            place + 1,
            Printable.quoted(names.get(place)),
            file,
            found));
  }
}
