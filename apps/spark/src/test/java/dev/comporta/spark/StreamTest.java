package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.model.Session;
import dev.comporta.inference.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of files, compared with one session for each key that is fed in order. */
class StreamTest {
  private static final StructType EVENTS =
      new StructType()
          .add("sensor", DataTypes.LongType)
          .add("at", DataTypes.TimestampType)
          .add("x", DataTypes.DoubleType)
          .add("y", DataTypes.FloatType);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final StreamColumns COLUMNS = new StreamColumns("sensor", "at", "x", "y");
  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  /** An event of a sensor; of one time in the order of the values. */
  private record Event(long sensor, Instant at, float x, float y) {
    static final Comparator<Event> ORDER =
        Comparator.comparing(Event::at).thenComparing(Event::x).thenComparing(Event::y);

    String json() {
      return "{\"sensor\":" + sensor + ",\"at\":\"" + at + "\",\"x\":" + x + ",\"y\":" + y + "}";
    }
  }

  @TempDir Path folder;
  private Path in;
  private String model;
  private int files;

  @BeforeEach
  void makeModel() throws IOException {
    in = Files.createDirectory(folder.resolve("in"));
    model = TestModels.write(folder, "m", 6, 2, List.of(), TestModels.dense(3));
  }

  private void file(List<Event> events) throws IOException {
    Path file = folder.resolve("next");
    Files.write(file, events.stream().map(Event::json).toList());
    Files.setLastModifiedTime(file, FileTime.from(START.plusSeconds(files)));
    Files.move(file, in.resolve("events" + files++));
  }

  /** Seconds in no order, within 5 of their place, often several events at once. */
  private static List<Event> events(int from, int to, long seed) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int second = from; second < to; second++) {
      for (int i = random.nextInt(4); i > 0; i--) {
        Instant at =
            START.plusSeconds(second - random.nextInt(5)).plusNanos(random.nextInt(3) * 250_000L);
        events.add(
            new Event(random.nextInt(3), at, (float) random.nextGaussian(), random.nextInt(2)));
      }
    }
    return events;
  }

  private static Dataset<Row> stream(Path in) {
    return TestSpark.session()
        .readStream()
        .schema(EVENTS)
        .option("maxFilesPerTrigger", 1)
        .json(in.toString())
        .withWatermark("at", "10 seconds");
  }

  private static StreamOptions options() {
    return StreamOptions.DEFAULT.withTimeout(TIMEOUT);
  }

  /** The query on the files of a folder, which ends after the last one. */
  static StreamingQuery start(Path folder, String model) throws Exception {
    return start(folder, model, options());
  }

  private static StreamingQuery start(Path folder, String model, StreamOptions options)
      throws Exception {
    return Comporta.stream(stream(folder.resolve("in")), model, COLUMNS, options)
        .writeStream()
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .format("parquet")
        .start(folder.resolve("out").toString());
  }

  private void run(String by, StreamOptions options) throws Exception {
    start(folder, by, options).awaitTermination();
  }

  /** What was written, in order, for each sensor. */
  private Map<Long, List<List<Object>>> written() {
    Map<Long, List<List<Object>>> all = new TreeMap<>();
    List<Row> rows =
        TestSpark.session().read().parquet(folder.resolve("out").toString()).collectAsList();
    for (Row row : rows) {
      all.computeIfAbsent(row.getLong(0), key -> new ArrayList<>())
          .add(List.of(row.getTimestamp(1).toInstant(), List.copyOf(row.<Float>getList(2))));
    }
    all.values().forEach(it -> it.sort(Comparator.comparing(StreamTest::order)));
    return all;
  }

  private static String order(List<Object> answer) {
    return answer.toString();
  }

  /** What sessions answer that are fed in order, on one machine without Spark. */
  private Map<Long, List<List<Object>>> expected(List<Event> events) {
    return expected(events, model, TIMEOUT);
  }

  private static Map<Long, List<List<Object>>> expected(
      List<Event> events, String by, Duration timeout) {
    Map<Long, List<List<Object>>> all = new TreeMap<>();
    Map<Long, Session> sessions = new LinkedHashMap<>();
    Map<Long, Instant> last = new TreeMap<>();
    try (LoadedModel loaded = TestModels.load(by)) {
      float[] output = new float[3];
      for (Event event : events.stream().sorted(Event.ORDER).toList()) {
        Session session = sessions.computeIfAbsent(event.sensor(), key -> loaded.newSession());
        Instant before = last.put(event.sensor(), event.at());
        if (before != null && Duration.between(before, event.at()).compareTo(timeout) > 0) {
          session.reset();
        }
        session.step(new float[] {event.x(), event.y()}, output);
        all.computeIfAbsent(event.sensor(), key -> new ArrayList<>())
            .add(List.of(event.at(), List.of(Scorers.boxed(output))));
      }
    }
    all.values().forEach(it -> it.sort(Comparator.comparing(StreamTest::order)));
    return all;
  }

  /** An event so late that the watermark passes all others; it waits itself. */
  private static Event last() {
    return new Event(99, START.plusSeconds(100_000), 0, 0);
  }

  @Test
  void aStreamThatWasStoppedAndCrashedGivesTheBitsOfOneSession() throws Exception {
    List<Event> all = new ArrayList<>();
    for (int file = 0; file < 3; file++) {
      List<Event> some = events(20 * file, 20 * file + 20, file);
      all.addAll(some);
      file(some);
    }
    run(model, options());
    // As if the process had been killed after it wrote the last batch, and before Spark noted it.
    Path commits = folder.resolve("checkpoint/commits");
    List<Path> numbers;
    try (var listed = Files.list(commits)) {
      numbers =
          listed
              .filter(it -> it.getFileName().toString().matches("\\d+"))
              .sorted(Comparator.comparing(it -> Integer.valueOf(it.getFileName().toString())))
              .toList();
    }
    Path lost = numbers.getLast();
    Files.delete(lost);
    Files.deleteIfExists(lost.resolveSibling("." + lost.getFileName() + ".crc"));
    List<Event> more = events(90, 110, 7); // after a silence that ends sessions
    all.addAll(more);
    file(more);
    file(List.of(new Event(0, START, 1, 1), last())); // the first is late: Spark drops it
    run(model, options());
    file(List.of(last()));
    run(model, options());

    assertThat(written()).isEqualTo(expected(all));
  }

  @Test
  @Tag("full")
  void aStreamWhoseProcessWasKilledGivesTheBitsOfOneSession() throws Exception {
    List<Event> all = new ArrayList<>();
    for (int file = 0; file < 6; file++) {
      List<Event> some = events(20 * file, 20 * file + 20, 10 + file);
      all.addAll(some);
      file(some);
    }
    file(List.of(last()));
    for (int life = 0; life < 2; life++) {
      ChildJvm.run(
          ChildJvm.Stream.DEAD, true, ChildJvm.Stream.class, folder.toString(), model, "2");
    }
    run(model, options());

    assertThat(written()).isEqualTo(expected(all));
  }

  @Test
  void sessionsOfAnotherModelAreRefusedUnlessSaidOtherwise() throws Exception {
    file(events(0, 20, 1));
    file(events(100, 120, 2));
    StreamOptions keep = StreamOptions.DEFAULT;
    run(model, keep);
    String other = TestModels.write(folder, "other", 8, 2, List.of(), TestModels.dense(3));
    file(events(200, 220, 3));
    Throwable thrown = catchThrowable(() -> run(other, keep));
    assertThat(Comporta.reason(thrown).orElseThrow())
        .startsWith(
            "[stream] expected sessions that "
                + other
                + " saved but the checkpoint has one of another model");
    long before = written().values().stream().mapToLong(List::size).sum();
    run(other, keep.withOtherModel(StreamOptions.OtherModel.CONTINUE));
    assertThat(written().values().stream().mapToLong(List::size).sum()).isGreaterThan(before);
  }

  @Test
  void aNewerModelTakesOverBetweenTwoBatchesWithNewSessions() throws Exception {
    List<Event> before = events(0, 20, 4);
    file(before);
    Event between = new Event(1, START.plusSeconds(1000), 1, 0); // waits for the newer model
    file(List.of(between));
    run(model, StreamOptions.DEFAULT);
    List<Event> after = new ArrayList<>(events(2000, 2020, 5));
    file(after);
    file(List.of(last()));
    String newer = TestModels.write(folder, "newer", 9, 2, List.of(), TestModels.dense(3));
    run(newer, StreamOptions.DEFAULT.withOtherModel(StreamOptions.OtherModel.RESTART));

    after.add(between);
    Map<Long, List<List<Object>>> expected =
        expected(before, model, Duration.ofDays(1)); // never silent for so long
    expected(after, newer, Duration.ofDays(1))
        .forEach((key, answers) ->
            expected.computeIfAbsent(key, _ -> new ArrayList<>()).addAll(answers));
    expected.values().forEach(it -> it.sort(Comparator.comparing(StreamTest::order)));
    assertThat(written()).isEqualTo(expected);
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeTheQueryStarts() {
    Dataset<Row> stream = stream(in);
    refused(stream, new StreamColumns("none", "at", "x", "y"), "expected a column 'none'");
    refused(
        stream, new StreamColumns("x", "at", "x", "y"), "a string or a whole number as the key");
    refused(stream, new StreamColumns("sensor", "x", "x", "y"), "expected a timestamp as the time");
    refused(
        stream,
        new StreamColumns("sensor", "at", "x"),
        "expected 2 columns or one array of values");
    refused(stream, new StreamColumns("sensor", "at", "x", "at"), "expected numbers as the values");
    Dataset<Row> plain = TestSpark.session().readStream().schema(EVENTS).json(in.toString());
    refused(plain, COLUMNS, "expected a watermark on the time column 'at'");
    refused(TestSpark.rows(EVENTS, List.of()), COLUMNS, "expected a stream of events");
    assertThatThrownBy(() -> Comporta.stream(stream, TestModels.golden("dates"), COLUMNS))
        .isInstanceOf(ComportaException.class);
    assertThatThrownBy(() -> StreamOptions.DEFAULT.withTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(InvalidOptionException.class);
  }

  private void refused(Dataset<Row> events, StreamColumns columns, String message) {
    assertThatThrownBy(() -> Comporta.stream(events, model, columns))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anEventWithoutAFiniteValueStopsTheQuery() throws Exception {
    Files.writeString(
        in.resolve("bad"), "{\"sensor\":1,\"at\":\"" + START + "\",\"x\":null,\"y\":1}\n");
    Throwable thrown = catchThrowable(() -> run(model, options()));
    assertThat(Comporta.reason(thrown).orElseThrow())
        .isEqualTo(
            "[spark] expected finite numbers in the values of an event but one of them is null; leave such rows out or fill them in");
  }

  @Test
  void aSavedSessionIsReadAsItWasWritten() {
    SavedSession session = new SavedSession("0".repeat(62) + "ff", -5, new byte[] {1, 2});
    byte[] bytes = session.bytes();
    SavedSession read = SavedSession.of(bytes);
    assertThat(read.model()).isEqualTo(session.model());
    assertThat(read.micros()).isEqualTo(-5);
    assertThat(read.state()).containsExactly(1, 2);
    bytes[0] = 9;
    assertThatThrownBy(() -> SavedSession.of(bytes))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("version 9");
    assertThatThrownBy(() -> SavedSession.of(new byte[3]))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("3 bytes");
  }
}
