package dev.comporta.frame.data;

import static dev.comporta.api.Formatting.formatted;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Columns of words from a CSV file in UTF-8, whose first line names the columns. Fields are
 * stripped.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CsvTexts {
  private CsvTexts() {}

  /**
   * A record of the file.
   *
   * @param fields one for each column that was asked for
   * @param place the line and the file, for messages
   */
  public record Row(List<String> fields, String place) {
    /** Copies the list. */
    public Row {
      fields = List.copyOf(fields);
    }
  }

  /**
   * Reads columns.
   *
   * @param path the file
   * @param format how it is written; its separator counts
   * @param wanted the names of the columns, one or more
   * @return the records in order; empty lines are left out
   * @throws ComportaException if the file cannot be read, lacks a column, or a record lacks a field
   */
  public static List<Row> read(Path path, CsvFormat format, List<String> wanted) {
    List<Row> rows = new ArrayList<>();
    CsvTable.reading(
        path,
        format,
        (records, _) -> {
          int[] places = new int[wanted.size()];
          boolean named = false;
          for (CsvRecord record : records) {
            List<String> fields = record.getFields().stream().map(String::strip).toList();
            if (record.getFieldCount() == 1 && fields.getFirst().isEmpty()) {
              continue;
            }
            if (named) {
              rows.add(row(path, record, fields, places, wanted));
            } else {
              for (int i = 0; i < places.length; i++) {
                places[i] = fields.indexOf(wanted.get(i));
                if (places[i] < 0) {
                  throw new UnknownNameException("column of " + path, wanted.get(i), fields);
                }
              }
              named = true;
            }
          }
          return rows;
        });
    if (rows.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[csv] expected a line with the names of the columns and one or more records in %s but it has none",
              path));
    }
    return rows;
  }

  private static Row row(
      Path path, CsvRecord record, List<String> fields, int[] places, List<String> wanted) {
    String place = formatted("line %d of %s", record.getStartingLineNumber(), path);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= fields.size()) {
        throw new ComportaException(
            formatted(
                "[csv] expected a field for column %s in %s but the line ends after %d",
                Printable.quoted(wanted.get(i)), place, fields.size()));
      }
      found.add(fields.get(places[i]));
    }
    return new Row(found, place);
  }
}
