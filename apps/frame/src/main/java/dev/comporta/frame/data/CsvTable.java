package dev.comporta.frame.data;

import static dev.comporta.api.Formatting.formatted;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.Sha256;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Columns of numbers from a CSV file (RFC 4180, in UTF-8) whose first line names its columns. The
 * file is read once, record by record, so it may be a pipe. Only the columns that were requested
 * are kept, in double: a counter or a time far from zero loses nothing before it is normalised.
 *
 * @param columns the names of the columns
 * @param values {@code [rows, columns]}
 * @param sha256 of the names and numbers, 64 lower-case hexadecimal digits
 */
@SuppressWarnings("ArrayRecordComponent") // large, and never changed
public record CsvTable(List<String> columns, double[] values, String sha256) {
  /** Steps of less than this part of a deviation do not matter. */
  private static final double COARSE = 100;

  /** Copies the names. */
  public CsvTable {
    columns = List.copyOf(columns);
  }

  /** {@return the number of records, without the line of names} */
  public int rows() {
    return values.length / columns.size();
  }

  /**
   * Reads columns of a file.
   *
   * @param path the file
   * @param format how it is written
   * @param wanted the names of the columns to read, one or more
   * @return their numbers
   * @throws ComportaException if the file cannot be read, has no such column, a line has more
   *     fields than there are columns, dates go backwards, or a field of one of them is not a
   *     number, with its line, its column and, where there is one, the option that reads it
   */
  public static CsvTable read(Path path, CsvFormat format, List<String> wanted) {
    return reading(
        path,
        format,
        (records, own) ->
            new RecordReader(path.toString(), own, CsvSeries.Wanted.of(wanted))
                .read(records)
                .table());
  }

  /**
   * What is done with the records of a file, and with the format that its first line may change.
   */
  @FunctionalInterface
  interface Records<T> {
    T read(CsvReader<CsvRecord> records, CsvFormat format);
  }

  /** Opens a file and reads its records; {@link CsvTexts} shares it. */
  static <T> T reading(Path path, CsvFormat format, Records<T> records) {
    if (Files.isDirectory(path)) {
      throw new ComportaException(
          formatted("[csv] expected a CSV file but %s is a directory", path));
    }
    try (BufferedReader text = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      return reading(text, path.toString(), format, records);
    } catch (NoSuchFileException e) {
      throw new ComportaException("[csv] expected a CSV file but there is no " + path, e);
    } catch (IOException e) {
      throw unreadable(path.toString(), e);
    }
  }

  /**
   * Reads columns.
   *
   * @param text the lines; not closed
   * @param name of the file, for messages
   * @param format how it is written
   * @param wanted the names of the columns to read, one or more
   * @return their numbers
   * @throws ComportaException as {@link #read(Path, CsvFormat, List)}
   */
  public static CsvTable read(
      BufferedReader text, String name, CsvFormat format, List<String> wanted) {
    return reading(
        text,
        name,
        format,
        (records, own) ->
            new RecordReader(name, own, CsvSeries.Wanted.of(wanted)).read(records).table());
  }

  @SuppressWarnings("resource") // the caller closes the text that the records are read from
  static <T> T reading(BufferedReader text, String name, CsvFormat format, Records<T> reader) {
    try {
      CsvFormat own = format.atStartOf(text).requireUsable();
      CsvReader<CsvRecord> records =
          CsvReader.builder()
              .fieldSeparator(own.separator())
              .skipEmptyLines(false) // one between records is a missing cell
              .missingFieldStrategy(FieldMismatchStrategy.IGNORE) // named below
              .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
              .ofCsvRecord(text);
      return reader.read(records, own);
    } catch (UncheckedIOException e) {
      throw unreadable(name, Objects.requireNonNull(e.getCause()));
    } catch (CsvParseException e) {
      throw new ComportaException(
          formatted(
              "[csv] %s cannot be read as CSV: %s",
              name,
              Printable.quote(
                  String.valueOf(
                      e.getCause() == null ? e.getMessage() : e.getCause().getMessage()))),
          e);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * A note on a column whose numbers doubles cannot tell apart: beyond 2^53 not every whole number
   * is a double, so that a counter advances in steps.
   *
   * @param deviations the standard deviation of each column
   * @return the first column whose steps matter; empty if there is none
   */
  public Optional<String> precisionNote(double[] deviations) {
    for (int column = 0; column < deviations.length; column++) {
      double largest = 0;
      for (int at = column; at < values.length; at += deviations.length) {
        largest = Math.max(largest, Math.abs(values[at]));
      }
      double step = Math.ulp(largest);
      if (step > 1 && step > deviations[column] / COARSE) {
        return Optional.of(
            formatted(
                "column %s has numbers beyond 2^53, which are rounded to multiples of %.0f; subtract a constant from all of them",
                Printable.quoted(columns.get(column)), step));
      }
    }
    return Optional.empty();
  }

  /**
   * {@return the hash that versions before 2026-11-29 gave the same table, whose numbers were
   * floats}
   */
  public String formerSha256() {
    MessageDigest digest = Sha256.newDigest();
    digest.update(String.join("\n", columns).getBytes(StandardCharsets.UTF_8));
    ByteBuffer number = ByteBuffer.allocate(Float.BYTES);
    for (double value : values) {
      digest.update(number.clear().putFloat((float) value).flip());
    }
    return Sha256.hex(digest);
  }

  private static ComportaException unreadable(String name, IOException e) {
    return e instanceof CharacterCodingException
        ? new ComportaException(formatted("[csv] %s is not UTF-8; convert it to UTF-8", name), e)
        : new ComportaException(formatted("[csv] %s cannot be read: %s", name, e.getMessage()), e);
  }

  static String sha256(List<String> names, double[] values) {
    MessageDigest digest = Sha256.newDigest();
    for (String name : names) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    ByteBuffer number = ByteBuffer.allocate(Double.BYTES);
    for (double value : values) {
      digest.update(number.clear().putDouble(value).flip());
    }
    return Sha256.hex(digest);
  }
}
