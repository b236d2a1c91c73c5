package dev.comporta.frame.data;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the order of time from a CSV file: columns of numbers, columns of words, and the dates of
 * the rows. The rows of several series are told apart by a column.
 *
 * @param table the numbers
 * @param words the words of each row, one for each column of words
 * @param dates of each row; empty if they were not asked for
 * @param groups the series that each row belongs to; empty if there is one
 * @param lines the line of each row in the file; empty for one series of numbers that may not be
 *     missing
 */
public record CsvSeries(
    CsvTable table,
    List<List<String>> words,
    List<LocalDateTime> dates,
    List<String> groups,
    List<Long> lines) {

  /**
   * What is read.
   *
   * @param numbers the names of columns of numbers, one or more
   * @param words the names of columns of words
   * @param dated whether every row needs a date
   * @param group the name of the column that tells series apart, or null
   */
  public record Wanted(
      List<String> numbers, List<String> words, boolean dated, @Nullable String group) {
    /** Copies the lists. */
    public Wanted {
      numbers = List.copyOf(numbers);
      words = List.copyOf(words);
    }

    /** Columns of numbers. */
    static Wanted of(List<String> numbers) {
      return new Wanted(numbers, List.of(), false, null);
    }

    /** All columns, those of numbers first. */
    List<String> columns() {
      List<String> all = new ArrayList<>(numbers);
      all.addAll(words);
      if (group != null) {
        all.add(group);
      }
      return all;
    }
  }

  /**
   * Reads a file.
   *
   * @param path the file
   * @param format how it is written
   * @param wanted what is read
   * @return the rows
   * @throws ComportaException as {@link CsvTable#read(Path, CsvFormat, List)}, and if a row has no
   *     word or no date
   */
  public static CsvSeries read(Path path, CsvFormat format, Wanted wanted) {
    return CsvTable.reading(
        path,
        format,
        (records, own) -> new RecordReader(path.toString(), own, wanted).read(records));
  }

  /**
   * Reads lines.
   *
   * @param text the lines; not closed
   * @param name of the file, for messages
   * @param format how it is written
   * @param wanted what is read
   * @return the rows
   * @throws ComportaException as {@link #read(Path, CsvFormat, Wanted)}
   */
  public static CsvSeries read(BufferedReader text, String name, CsvFormat format, Wanted wanted) {
    return CsvTable.reading(
        text, name, format, (records, own) -> new RecordReader(name, own, wanted).read(records));
  }

  /** {@return the hash of all that was read; that of the table if there is nothing else} */
  public String sha256() {
    if (words.isEmpty() && dates.isEmpty() && groups.isEmpty()) {
      return table.sha256();
    }
    MessageDigest digest = Sha256.newDigest();
    digest.update(table.sha256().getBytes(StandardCharsets.UTF_8));
    words.forEach(row -> row.forEach(word -> add(digest, word)));
    dates.forEach(date -> add(digest, date.toString()));
    groups.forEach(group -> add(digest, group));
    return Sha256.hex(digest);
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }
}
