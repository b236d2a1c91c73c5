package dev.comporta.tasks.forecast;

import static dev.comporta.api.Formatting.formatted;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.tasks.Decimals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Columns of numbers from a CSV file (RFC 4180, in UTF-8) whose first line has the names of its
 * columns. The file is read once, record by record, so it may be a pipe; only the numbers that were
 * asked for are kept, in double: a counter or a time far from zero loses nothing before it is
 * normalised.
 *
 * @param columns the names of the columns
 * @param values {@code [rows, columns]}
 * @param sha256 of the names and numbers, 64 lower-case hexadecimal digits
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // megabytes that nobody changes
public record CsvTable(List<String> columns, double[] values, String sha256) {
  /** Longer fields are no numbers: a quote that is never closed makes one of the whole rest. */
  private static final int LONGEST = 400;

  /** Beyond this, the square of an error is no number any more. */
  private static final double LARGEST = 1e150;

  /** What a number may need in memory: itself, twice while the table grows, and normalised. */
  private static final int MEMORY_PER_NUMBER = 40;

  /** Copies the names. */
  public CsvTable {
    columns = List.copyOf(columns);
  }

  /**
   * The number of records.
   *
   * @return without the line of names
   */
  public int rows() {
    return values.length / columns.size();
  }

  /**
   * Reads columns.
   *
   * @param path the file
   * @param separator what stands between fields
   * @param wanted the names of the columns to read, one or more
   * @return their numbers
   * @throws ComportaException if the file cannot be read, has no such column, a line has more
   *     fields than there are columns, or a field of one of them is missing or no number, with its
   *     line and column
   */
  public static CsvTable read(Path path, char separator, List<String> wanted) {
    if (Files.isDirectory(path)) {
      throw new ComportaException(
          formatted("[csv] expected a CSV file but %s is a directory", path));
    }
    try (BufferedReader text = withoutMark(path);
        CsvReader<CsvRecord> records =
            CsvReader.builder()
                .fieldSeparator(separator)
                .skipEmptyLines(false) // one between records is a missing cell
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE) // named below
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(text)) {
      return read(path, records, wanted);
    } catch (NoSuchFileException e) {
      throw new ComportaException(
          formatted("[csv] expected a CSV file but there is no %s", path), e);
    } catch (UncheckedIOException e) {
      throw unreadable(path, Objects.requireNonNull(e.getCause()));
    } catch (CsvParseException e) {
      throw new ComportaException(
          formatted(
              "[csv] %s cannot be read as CSV: %s",
              path,
              Printable.quote(
                  String.valueOf(
                      e.getCause() == null ? e.getMessage() : e.getCause().getMessage()))),
          e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** The text without a byte order mark, which would also hide the quote of a first name. */
  private static BufferedReader withoutMark(Path path) throws IOException {
    BufferedReader text = Files.newBufferedReader(path, StandardCharsets.UTF_8);
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
    return text;
  }

  private static ComportaException unreadable(Path path, IOException e) {
    return e instanceof CharacterCodingException
        ? new ComportaException(
            formatted("[csv] %s is not UTF-8; convert the file to UTF-8", path), e)
        : new ComportaException(formatted("[csv] %s cannot be read: %s", path, e), e);
  }

  private static CsvTable read(Path path, CsvReader<CsvRecord> records, List<String> wanted) {
    List<String> names = null;
    int[] places = new int[wanted.size()];
    long room =
        Math.min(Runtime.getRuntime().maxMemory() / MEMORY_PER_NUMBER, Integer.MAX_VALUE / 2);
    double[] values = new double[Math.max(1024, places.length)];
    int count = 0;
    CsvRecord empty = null;
    for (CsvRecord record : records) {
      if (isEmpty(record)) {
        empty = empty == null ? record : empty;
        continue;
      }
      if (names == null) {
        empty = null;
        names = names(record);
        places = places(path, names, wanted);
        continue;
      }
      if (empty != null) { // only at the end is an empty line no record
        throw wrong(path, empty, places[0], names.get(places[0]), "");
      }
      if (record.getFieldCount() > names.size()) {
        throw new ComportaException(
            formatted(
                "[csv] expected %d columns as named at the top of %s but line %d has %d; quote fields that have the separator in them",
                names.size(), path, record.getStartingLineNumber(), record.getFieldCount()));
      }
      if (count + (long) places.length > room) {
        throw new ComportaException(
            formatted(
                "[csv] %s has more than %,d numbers in %d columns, which is more than the memory holds; give it fewer rows or the JVM more memory (-Xmx)",
                path, room, places.length));
      }
      if (count + places.length > values.length) {
        values = Arrays.copyOf(values, (int) Math.min(room, 2L * values.length));
      }
      for (int place : places) {
        values[count++] = number(path, record, place, names.get(place));
      }
    }
    if (names == null) {
      throw new ComportaException(
          formatted(
              "[csv] expected a line with the names of the columns in %s but it is empty", path));
    }
    double[] all = Arrays.copyOf(values, count);
    return new CsvTable(wanted, all, sha256(wanted, all));
  }

  private static List<String> names(CsvRecord header) {
    List<String> names = new ArrayList<>(header.getFields());
    names.replaceAll(String::strip);
    return names;
  }

  private static int[] places(Path path, List<String> names, List<String> wanted) {
    int[] places = new int[wanted.size()];
    for (int i = 0; i < places.length; i++) {
      String name = wanted.get(i);
      places[i] = names.indexOf(name);
      if (places[i] < 0) {
        throw new UnknownNameException("column of " + path, name, names);
      }
      if (names.lastIndexOf(name) != places[i]) {
        throw new ComportaException(
            formatted(
                "[csv] expected one column %s in %s but there are several; give them different names",
                Printable.quoted(name), path));
      }
    }
    return places;
  }

  private static boolean isEmpty(CsvRecord record) {
    return record.getFieldCount() == 1 && record.getField(0).isEmpty();
  }

  private static double number(Path path, CsvRecord record, int place, String name) {
    String field = place < record.getFieldCount() ? record.getField(place).strip() : "";
    double number =
        field.length() <= LONGEST && Decimals.isDecimal(field)
            ? Double.parseDouble(field)
            : Double.NaN;
    if (!(Math.abs(number) <= LARGEST)) {
      throw wrong(path, record, place, name, field);
    }
    return number;
  }

  private static ComportaException wrong(
      Path path, CsvRecord record, int place, String name, String field) {
    return new ComportaException(
        formatted(
            "[csv] expected a number%s at line %d, column %d (%s) of %s but got %s; fill it in or leave the record out",
            field.length() <= LONGEST && Decimals.isDecimal(field)
                ? " between -1e150 and 1e150"
                : "",
            record.getStartingLineNumber(),
            place + 1,
            Printable.quoted(name),
            path,
            field.isEmpty() ? "nothing" : Printable.quoted(field)));
  }

  private static String sha256(List<String> names, double[] values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name : names) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
      }
      ByteBuffer number = ByteBuffer.allocate(Double.BYTES);
      for (double value : values) {
        digest.update(number.clear().putDouble(value).flip());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
