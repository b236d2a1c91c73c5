package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.AccumulatorV2;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What executors tell the driver, which logs each sentence once. */
final class ExecutorNotes extends AccumulatorV2<String, Set<String>> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorNotes.class);

  private final TreeSet<String> notes = new TreeSet<>();

  /** The JVM that this is called in, for messages. */
  static String here() {
    SparkEnv env = SparkEnv.get();
    return env == null ? "this JVM" : formatted("executor '%s'", env.executorId());
  }

  @Override
  public synchronized boolean isZero() {
    return notes.isEmpty();
  }

  @Override
  public synchronized AccumulatorV2<String, Set<String>> copy() {
    ExecutorNotes copy = new ExecutorNotes();
    copy.notes.addAll(notes);
    return copy;
  }

  @Override
  public synchronized void reset() {
    notes.clear();
  }

  @Override
  public synchronized void add(String note) {
    if (notes.add(note) && isAtDriverSide()) {
      LOG.warn(note);
    }
  }

  /** On the driver: what a finished task brought. */
  @Override
  public synchronized void merge(AccumulatorV2<String, Set<String>> other) {
    other.value().forEach(this::add);
  }

  @Override
  public synchronized Set<String> value() {
    return Set.copyOf(notes);
  }
}
