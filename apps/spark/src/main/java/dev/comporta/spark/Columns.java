package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Columns of a data set, checked before a job starts. */
final class Columns {
  private Columns() {}

  /**
   * The place of a column.
   *
   * @param operation for the message
   * @throws ComportaException if there is no column of the name, or more than one
   */
  static int place(String operation, StructType schema, String name) {
    int found = -1;
    StructField[] fields = schema.fields();
    for (int i = 0; i < fields.length; i++) {
      if (fields[i].name().equals(name)) {
        if (found >= 0) {
          throw new ComportaException(
              formatted(
                  "[%s] expected one column %s but there are several; rename one with withColumnRenamed",
                  operation, Printable.quoted(name)));
        }
        found = i;
      }
    }
    if (found < 0) {
      throw new ComportaException(
          formatted(
              "[%s] expected a column %s but the columns are %s",
              operation, Printable.quoted(name), List.of(schema.fieldNames())));
    }
    return found;
  }

  /**
   * The places of the columns that a model reads.
   *
   * @throws ComportaException if their number, a name or a type is wrong
   */
  static int[] places(Scorer<?> scorer, String model, StructType schema, List<String> names) {
    if (names.size() != scorer.inputs().size()) {
      throw new ComportaException(
          formatted(
              "[%s] expected %d %s for %s, %s, but got %d: %s",
              scorer.operation(),
              scorer.inputs().size(),
              scorer.inputs().size() == 1 ? "column" : "columns",
              model,
              String.join(", ", scorer.names()),
              names.size(),
              names));
    }
    int[] places = new int[names.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = place(scorer.operation(), schema, names.get(i));
      StructField field = schema.fields()[places[i]];
      Input input = scorer.inputs().get(i);
      if (!input.accepts(field.dataType())) {
        throw new ComportaException(
            formatted(
                "[%s] expected %s in the column %s but it has the type %s",
                scorer.operation(),
                input.described(),
                Printable.quoted(names.get(i)),
                field.dataType().simpleString()));
      }
    }
    return places;
  }

  /** A column whose name may have dots. */
  static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** Names as messages write them. */
  static List<String> quoted(List<String> names) {
    List<String> quoted = new ArrayList<>();
    names.forEach(name -> quoted.add("the column " + Printable.quoted(name)));
    return quoted;
  }
}
