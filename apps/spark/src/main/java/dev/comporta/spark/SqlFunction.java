package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.jspecify.annotations.Nullable;

/**
 * A function of SQL that asks a model. It has one argument: what the model reads, or a struct of
 * it. As functions of SQL do, it answers null if the argument, or a field of the struct, is null.
 */
final class SqlFunction implements UDF1<@Nullable Object, @Nullable Object> {
  private static final long serialVersionUID = 1L;

  private final SharedModel model;
  private final String name;
  private transient @Nullable Scorer<?> scorer;

  SqlFunction(SharedModel model, String name) {
    this.model = model;
    this.name = name;
  }

  @Override
  public @Nullable Object call(@Nullable Object argument) {
    if (argument == null) {
      return null;
    }
    Scorer<?> found = scorer;
    if (found == null) {
      found = Scorers.of(model.get(), 0);
      scorer = found;
    }
    return answer(found, argument);
  }

  private <I> @Nullable Object answer(Scorer<I> asked, Object argument) {
    int count = asked.inputs().size();
    List<@Nullable Object> values = new ArrayList<>();
    if (argument instanceof Row row && row.size() == count) {
      for (int i = 0; i < count; i++) {
        if (row.isNullAt(i)) {
          return null;
        }
        values.add(row.get(i));
      }
    } else {
      values.add(argument);
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(count == 1 ? "the argument of " + name : "field " + (i + 1) + " of " + name);
    }
    if (values.size() != count) {
      throw new ComportaException(
          formatted(
              "[%s] expected a struct of %d fields, %s, as the argument of %s but got another value",
              asked.operation(), count, String.join(", ", asked.names()), name));
    }
    return asked.answered(List.of(asked.input(values, names))).getFirst();
  }
}
