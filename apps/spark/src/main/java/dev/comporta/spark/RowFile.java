package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.spark.TrainColumns.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a data set as the bytes of a file that a task reads. They depend on the values alone, not
 * on partitions: rows are sorted by all columns that are given.
 */
final class RowFile {
  /** What the driver has in memory, twice for a moment. */
  private static final int MOST_BYTES = 1 << 30;

  private final Dataset<Row> rows;
  private final TrainColumns columns;

  /**
   * Checks names and types; no row is read.
   *
   * @throws ComportaException if a column is missing or has a wrong type, or if the rows do not end
   */
  RowFile(Dataset<Row> rows, TrainColumns columns) {
    this.rows = rows;
    this.columns = columns;
    if (rows.isStreaming()) {
      throw new ComportaException(
          "[train] expected a data set that ends but got a stream; train on what it has written");
    }
    columns.order().forEach(name -> Columns.place("train", rows.schema(), name));
    for (String name : columns.columns()) {
      StructField field = rows.schema().fields()[Columns.place("train", rows.schema(), name)];
      if (!accepts(field.dataType())) {
        throw new ComportaException(
            formatted(
                "[train] expected %s in the column %s but it has the type %s; cast it to string",
                columns.layout() == Layout.CSV ? "texts or numbers" : "texts or whole numbers",
                Printable.quoted(name),
                field.dataType().simpleString()));
      }
    }
  }

  private boolean accepts(DataType type) {
    return type.equals(DataTypes.StringType)
        || (columns.layout() == Layout.CSV ? Input.isNumber(type) : Input.isWhole(type));
  }

  /**
   * Runs the job that sorts the rows, and writes them.
   *
   * @throws ComportaException if a value is null, not finite, or cannot be written in the layout,
   *     or if there are too many rows
   */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Writer writer = new OutputStreamWriter(bytes, StandardCharsets.UTF_8);
        CsvWriter csv =
            CsvWriter.builder()
                .lineDelimiter(LineDelimiter.LF)
                .quoteStrategy(QuoteStrategies.EMPTY) // an empty record would be an empty line
                .build(writer)) {
      if (columns.layout() == Layout.CSV) {
        csv.writeRecord(columns.columns());
      }
      for (Iterator<Row> sorted = sorted().toLocalIterator(); sorted.hasNext(); ) {
        List<String> fields = fields(sorted.next());
        if (columns.layout() == Layout.CSV) {
          csv.writeRecord(fields);
        } else {
          writer.append(String.join("\t", fields)).append('\n');
        }
        if (bytes.size() > MOST_BYTES) {
          throw new ComportaException(
              formatted(
                  "[train] expected rows of up to %,d bytes in all but there are more; each executor has all data in memory",
                  MOST_BYTES));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a writer to memory
    }
    return bytes.toByteArray();
  }

  private Dataset<Row> sorted() {
    List<Column> all = new ArrayList<>();
    columns.order().forEach(name -> all.add(Columns.column(name)));
    columns.columns().forEach(name -> all.add(Columns.column(name)));
    Column[] both = all.toArray(new Column[0]);
    for (int i = 0; i < both.length; i++) {
      both[i] = both[i].as("c" + i);
    }
    Dataset<Row> selected = rows.select(both);
    return selected.sort(
        Arrays.stream(selected.columns()).map(Columns::column).toArray(Column[]::new));
  }

  private List<String> fields(Row row) {
    int keys = columns.order().size();
    for (int i = 0; i < keys; i++) {
      if (row.isNullAt(i)) {
        throw new ComportaException(
            formatted(
                "[train] expected a value in the column %s, by which rows are put in order, but got null; leave such rows out or fill them in",
                Printable.quoted(columns.order().get(i))));
      }
    }
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < columns.columns().size(); i++) {
      fields.add(
          field(row.get(keys + i), "the column " + Printable.quoted(columns.columns().get(i))));
    }
    return fields;
  }

  private String field(@Nullable Object value, String column) {
    if (value instanceof Number number) {
      Input.NUMBERS.read(List.of(number), column);
      return number instanceof BigDecimal exact ? exact.toPlainString() : number.toString();
    }
    String text = (String) Input.TEXT.read(value, column);
    if (columns.layout() == Layout.LINES
        && columns.columns().size() > 1
        && text.chars().anyMatch(it -> it == '\t' || it == '\n' || it == '\r')) {
      throw new ComportaException(
          formatted(
              "[train] expected texts without tabs and line breaks in %s, which separate fields and rows, but got %s",
              column, Printable.quoted(text)));
    }
    return text;
  }
}
