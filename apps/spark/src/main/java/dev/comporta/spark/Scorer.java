package dev.comporta.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * What a model reads from a row and what it answers.
 *
 * @param operation the name of the operation, for messages
 * @param function the name of its function in SQL
 * @param inputs what the columns hold, in order
 * @param names what the columns stand for, in the same order
 * @param type the type of an answer
 * @param joined one input from the values that were read from the columns
 * @param length how long an input is, by which rows are put together
 * @param answers the answers to several inputs, in order, as Spark takes values of the type
 * @param <I> the type of an input
 */
record Scorer<I>(
    String operation,
    String function,
    List<Input> inputs,
    List<String> names,
    DataType type,
    Function<Object[], I> joined,
    ToLongFunction<I> length,
    Function<List<I>, List<?>> answers) {
  /** The most rows that are answered together. */
  private static final int BATCH = 32;

  /**
   * The most numbers of rows that are answered together, padding included; one row may have more.
   */
  private static final long NUMBERS = 1L << 18;

  /**
   * The input of a row.
   *
   * @param values of the columns, in order
   * @param columns their names, for messages
   */
  I input(List<? extends @Nullable Object> values, List<String> columns) {
    Object[] read = new Object[inputs.size()];
    for (int i = 0; i < read.length; i++) {
      read[i] = inputs.get(i).read(values.get(i), columns.get(i));
    }
    return joined.apply(read);
  }

  /** The answers to inputs, in their order; inputs of similar length are answered together. */
  List<Object> answered(List<I> all) {
    List<Integer> order = new ArrayList<>();
    long[] lengths = new long[all.size()];
    for (int i = 0; i < lengths.length; i++) {
      order.add(i);
      lengths[i] = length.applyAsLong(all.get(i));
    }
    order.sort((a, b) -> Long.compare(lengths[a], lengths[b]));
    Object[] found = new Object[lengths.length];
    int from = 0;
    while (from < found.length) {
      int to = from + 1;
      while (to < found.length
          && to - from < BATCH
          && (to + 1 - from) * lengths[order.get(to)] <= NUMBERS) {
        to++;
      }
      List<Integer> places = order.subList(from, to);
      List<?> some = answers.apply(places.stream().map(all::get).toList());
      for (int i = 0; i < places.size(); i++) {
        found[places.get(i)] = some.get(i);
      }
      from = to;
    }
    return List.of(found);
  }
}
