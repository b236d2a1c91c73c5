package dev.comporta.tasks.forecast;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.comporta.api.ComportaException;
import dev.comporta.api.UnknownNameException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * Columns of numbers from a CSV file (RFC 4180, in UTF-8) whose first line has the names of its
 * columns. The file is read record by record; only the numbers that were asked for are kept.
 *
 * @param columns the names of the columns
 * @param values {@code [rows, columns]}
 * @param sha256 of the names and numbers, 64 lower-case hexadecimal digits
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // megabytes that nobody changes
public record CsvTable(List<String> columns, float[] values, String sha256) {
  /** Not what Java's own literals allow beside it: suffixes, hexadecimal digits, names. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private static final int SHOWN = 40;

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
          "[csv] expected a CSV file but %s is a directory".formatted(path));
    }
    try (BufferedReader text = Files.newBufferedReader(path, StandardCharsets.UTF_8);
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
          "[csv] expected a CSV file but there is no %s".formatted(path), e);
    } catch (UncheckedIOException e) {
      throw unreadable(path, Objects.requireNonNull(e.getCause()));
    } catch (CsvParseException e) {
      throw new ComportaException(
          "[csv] %s cannot be read as CSV: %s"
              .formatted(path, e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static ComportaException unreadable(Path path, IOException e) {
    return e instanceof CharacterCodingException
        ? new ComportaException(
            "[csv] %s is not UTF-8; convert the file to UTF-8".formatted(path), e)
        : new ComportaException("[csv] %s cannot be read: %s".formatted(path, e), e);
  }

  private static CsvTable read(Path path, CsvReader<CsvRecord> records, List<String> wanted) {
    List<String> names = null;
    int[] places = new int[wanted.size()];
    float[] values = new float[1024];
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
            "[csv] expected %d columns as named at the top of %s but line %d has %d; quote fields that have the separator in them"
                .formatted(
                    names.size(), path, record.getStartingLineNumber(), record.getFieldCount()));
      }
      if (count + places.length > values.length) {
        values = Arrays.copyOf(values, Math.multiplyExact(2, values.length));
      }
      for (int place : places) {
        values[count++] = number(path, record, place, names.get(place));
      }
    }
    if (names == null) {
      throw new ComportaException(
          "[csv] expected a line with the names of the columns in %s but it is empty"
              .formatted(path));
    }
    float[] all = Arrays.copyOf(values, count);
    return new CsvTable(wanted, all, sha256(wanted, all));
  }

  private static List<String> names(CsvRecord header) {
    List<String> names = new ArrayList<>(header.getFields());
    names.set(0, names.getFirst().replaceFirst("^\\uFEFF", "")); // a byte order mark
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
            "[csv] expected one column '%s' in %s but there are several; give them different names"
                .formatted(name, path));
      }
    }
    return places;
  }

  private static boolean isEmpty(CsvRecord record) {
    return record.getFieldCount() == 1 && record.getField(0).isEmpty();
  }

  private static float number(Path path, CsvRecord record, int place, String name) {
    String field = place < record.getFieldCount() ? record.getField(place).strip() : "";
    float number = NUMBER.matcher(field).matches() ? Float.parseFloat(field) : Float.NaN;
    if (!Float.isFinite(number)) {
      throw wrong(path, record, place, name, field);
    }
    return number;
  }

  private static ComportaException wrong(
      Path path, CsvRecord record, int place, String name, String field) {
    return new ComportaException(
        "[csv] expected a number at line %d, column %d ('%s') of %s but got %s; fill it in or leave the record out"
            .formatted(record.getStartingLineNumber(), place + 1, name, path, shown(field)));
  }

  /** A quote that is never closed makes a field of the rest of the file. */
  private static String shown(String field) {
    if (field.isEmpty()) {
      return "nothing";
    }
    return field.length() > SHOWN
        ? "'%s...'".formatted(field.substring(0, SHOWN))
        : "'%s'".formatted(field);
  }

  private static String sha256(List<String> names, float[] values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(String.join("\n", names).getBytes(StandardCharsets.UTF_8));
      for (float value : values) {
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 24; shift >= 0; shift -= 8) {
          digest.update((byte) (bits >>> shift));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
