package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.cells.model.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.ExpiredTimerInfo;
import org.apache.spark.sql.streaming.ListState;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One session of a model for each key. Events wait until the watermark has passed them, and are
 * then processed in the order of their times; events of one time in the order of their values, so
 * that the order in which they arrived plays no part. Whatever arrives later than the watermark has
 * been dropped by Spark before.
 *
 * <p>A key has at most one timer: at its earliest waiting event, or, if none waits, when its
 * time-out ends.
 */
final class SessionProcessor extends StatefulProcessor<String, Row, Row> {
  private static final long serialVersionUID = 1L;

  /** What this reads. */
  static final StructType INPUT =
      new StructType()
          .add("key", DataTypes.StringType)
          .add("time", DataTypes.TimestampType)
          .add("micros", DataTypes.LongType)
          .add("values", DataTypes.createArrayType(DataTypes.DoubleType));

  /** What this answers: an event and the outputs of the network. */
  static final StructType OUTPUT =
      new StructType()
          .add("key", DataTypes.StringType)
          .add("micros", DataTypes.LongType)
          .add("output", DataTypes.createArrayType(DataTypes.FloatType, false));

  private static final StructType WAITING =
      new StructType()
          .add("micros", DataTypes.LongType)
          .add("values", DataTypes.createArrayType(DataTypes.DoubleType));

  private static final Comparator<Event> ORDER =
      Comparator.comparingLong(Event::micros).thenComparing(Event::values, Arrays::compare);

  private final SharedModel model;
  private final StreamOptions options;
  private final int size;

  private transient @Nullable ListState<Row> waiting;
  private transient @Nullable ValueState<byte[]> saved;
  private transient @Nullable ValueState<Long> timer;
  private transient @Nullable Session session;

  /**
   * Creates the processor.
   *
   * @param size how many numbers an event has; 0 for an id
   */
  SessionProcessor(SharedModel model, StreamOptions options, int size) {
    this.model = model;
    this.options = options;
    this.size = size;
  }

  /** An event that waits, or is processed. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as records
  private record Event(long micros, double[] values) {}

  @Override
  public void init(OutputMode mode, TimeMode time) {
    waiting = getHandle().getListState("waiting", Encoders.row(WAITING), TTLConfig.NONE());
    saved = getHandle().getValueState("session", Encoders.BINARY(), TTLConfig.NONE());
    timer = getHandle().getValueState("timer", Encoders.LONG(), TTLConfig.NONE());
  }

  @Override
  public Iterator<Row> handleInputRows(String key, Iterator<Row> rows, TimerValues times) {
    ListState<Row> kept = waiting();
    boolean none = !kept.exists();
    long earliest = Long.MAX_VALUE;
    while (rows.hasNext()) {
      Event event = read(rows.next());
      kept.appendValue(stored(event));
      earliest = Math.min(earliest, due(event.micros()));
    }
    ValueState<Long> at = timer();
    if (none || !at.exists() || earliest < at.get()) {
      setTimer(earliest);
    }
    return rows(List.of());
  }

  @Override
  public Iterator<Row> handleExpiredTimer(String key, TimerValues times, ExpiredTimerInfo info) {
    timer().clear(); // Spark deletes a timer after this call
    long watermark = TimeUnit.MILLISECONDS.toMicros(times.getCurrentWatermarkInMs());
    List<Event> due = new ArrayList<>();
    List<Row> later = new ArrayList<>();
    long earliest = Long.MAX_VALUE;
    Iterator<Row> all = waiting().get();
    while (all.hasNext()) {
      Row row = all.next();
      Event event =
          new Event(row.getLong(0), (double[]) Input.NUMBERS.read(row.get(1), "the state store"));
      if (event.micros() <= watermark) {
        due.add(event);
      } else {
        later.add(stored(event));
        earliest = Math.min(earliest, due(event.micros()));
      }
    }
    if (later.isEmpty()) {
      waiting().clear();
    } else {
      waiting().put(later.toArray(Row[]::new));
      setTimer(earliest);
    }
    due.sort(ORDER);
    return rows(processed(key, due, later.isEmpty(), watermark));
  }

  /** The outputs for events in order; the session is saved after the last one, or ends. */
  private List<Row> processed(String key, List<Event> events, boolean last, long watermark) {
    byte[] bytes = saved().exists() ? saved().get() : null;
    SavedSession before = bytes == null ? null : SavedSession.of(bytes);
    Session now = session();
    long micros = before == null ? 0 : before.micros();
    boolean going = before != null && restored(now, before, key);
    if (!going) {
      now.reset();
    }
    List<Row> answers = new ArrayList<>();
    float[] output = new float[model.get().streaming().outputSize()];
    for (Event event : events) {
      if (going && isOver(micros, event.micros())) {
        now.reset();
      }
      going = true;
      micros = event.micros();
      if (size == 0) {
        now.step((int) event.values()[0], output);
      } else {
        now.step(Scorers.floats(event.values()), output);
      }
      answers.add(RowFactory.create(key, micros, Scorers.boxed(output)));
    }
    if (last && going && isOver(micros, watermark)) {
      saved().clear();
    } else if (going) {
      if (!events.isEmpty()) {
        saved().update(new SavedSession(model.checksum(), micros, now.save()).bytes());
      }
      if (last && !options.timeout().isZero()) {
        setTimer(due(micros + timeout() + 1));
      }
    }
    return answers;
  }

  /** Whether a session continues from what was saved. */
  private boolean restored(Session session, SavedSession before, String key) {
    if (!before.model().equals(model.checksum())) {
      switch (options.otherModel()) {
        case REFUSE ->
            throw new ComportaException(
                formatted(
                    "[stream] expected sessions that %s saved but the checkpoint has one of another model for the key %s; use a new checkpoint folder, or say with StreamOptions.withOtherModel what to do",
                    model.name(), Printable.quoted(key)));
        case RESTART -> {
          return false;
        }
        case CONTINUE -> {}
      }
    }
    session.load(before.state());
    return true;
  }

  private boolean isOver(long last, long next) {
    return !options.timeout().isZero() && next - last > timeout();
  }

  private long timeout() {
    return TimeUnit.MILLISECONDS.toMicros(options.timeout().toMillis());
  }

  /** The first watermark, in milliseconds, that has passed a time in microseconds. */
  private static long due(long micros) {
    return Math.ceilDiv(micros, 1000L);
  }

  /** Sets the one timer of the key. */
  private void setTimer(long millis) {
    ValueState<Long> at = timer();
    if (at.exists()) {
      getHandle().deleteTimer(at.get());
    }
    getHandle().registerTimer(millis);
    at.update(millis);
  }

  private Event read(Row row) {
    if (row.isNullAt(2)) {
      throw without("time");
    }
    double[] values = (double[]) Input.NUMBERS.read(row.get(3), "the values of an event");
    if (values.length != Math.max(1, size)) {
      throw new ComportaException(
          formatted(
              "[stream] expected %d numbers in each event, as %s reads them, but got %d",
              size, model.name(), values.length));
    }
    return new Event(row.getLong(2), values);
  }

  /** The refusal of an event whose key or time is null. */
  static ComportaException without(String what) {
    return new ComportaException(
        formatted(
            "[stream] expected a key and a time in each event but the %s is null; leave such events out",
            what));
  }

  private static Row stored(Event event) {
    return RowFactory.create(event.micros(), event.values());
  }

  private static Iterator<Row> rows(List<Row> rows) {
    return CollectionConverters.asScala(rows.iterator());
  }

  private Session session() {
    Session open = session;
    if (open == null) {
      open = model.get().newSession();
      session = open;
    }
    return open;
  }

  private ListState<Row> waiting() {
    return Objects.requireNonNull(waiting);
  }

  private ValueState<byte[]> saved() {
    return Objects.requireNonNull(saved);
  }

  private ValueState<Long> timer() {
    return Objects.requireNonNull(timer);
  }
}
