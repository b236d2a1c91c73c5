package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.AccumulatorV2;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What executors tell the driver, which logs each sentence once. */
final class ExecutorNotes extends AccumulatorV2<String, Set<String>> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorNotes.class);

  private final TreeSet<String> notes = new TreeSet<>();

  /** Notes that reach the driver. */
  static ExecutorNotes in(SparkContext context) {
    ExecutorNotes notes = new ExecutorNotes();
    context.register(notes, "Comporta: notes of executors");
    return notes;
  }

  /**
   * Chooses a backend, and notes why this JVM computes without the Vector API if it does.
   *
   * @return the backend in words: equal words give equal bits
   */
  String addBackend(Catalog catalog) {
    StringBuilder reasons = new StringBuilder();
    TensorBackend backend =
        catalog.preferredBackend(it -> reasons.append(reasons.isEmpty() ? "" : "; ").append(it));
    if (!reasons.isEmpty()) {
      add(formatted("%s computes on the backend '%s' because %s", here(), backend.name(), reasons));
    }
    return backend.description();
  }

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
