package dev.comporta.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** Adds the answer of a model to each row of a partition, in bounded memory. */
final class PartitionScorer implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** So many rows are read before they are answered. */
  private static final int ROWS = 1024;

  /** With so many numbers or characters, fewer rows are read. */
  private static final long LENGTH = 1L << 20;

  private final SharedModel model;
  private final int horizon;
  private final int[] places;
  private final String[] columns;

  PartitionScorer(SharedModel model, int horizon, int[] places, List<String> columns) {
    this.model = model;
    this.horizon = horizon;
    this.places = places.clone();
    this.columns = columns.toArray(String[]::new);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    // Without a row, the model is not loaded.
    return rows.hasNext() ? new Answers<>(rows, Scorers.of(model.get(), horizon)) : rows;
  }

  /** Rows with answers. */
  private final class Answers<I> implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final Scorer<I> scorer;
    private final Deque<Row> ready = new ArrayDeque<>();

    Answers(Iterator<Row> rows, Scorer<I> scorer) {
      this.rows = rows;
      this.scorer = scorer;
    }

    @Override
    public boolean hasNext() {
      return !ready.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (ready.isEmpty()) {
        answer();
      }
      return ready.remove();
    }

    private void answer() {
      List<Row> read = new ArrayList<>();
      List<I> inputs = new ArrayList<>();
      long length = 0;
      while (rows.hasNext() && read.size() < ROWS && length < LENGTH) {
        Row row = rows.next();
        read.add(row);
        I input = scorer.input(Arrays.stream(places).mapToObj(row::get).toList(), List.of(columns));
        inputs.add(input);
        length += scorer.length().applyAsLong(input);
      }
      List<Object> answers = scorer.answered(inputs);
      for (int i = 0; i < answers.size(); i++) {
        ready.add(with(read.get(i), answers.get(i)));
      }
    }
  }

  private static Row with(Row row, Object answer) {
    @Nullable Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = answer;
    return RowFactory.create(values);
  }
}
