import dev.comporta.api.catalog.Catalog;
import dev.comporta.cells.model.Session;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.training.TrainingRun;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.NamedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Makes the data of .ci/spark-cluster, and compares what the cluster made of them with one process
 * without Spark: bit by bit.
 */
public final class SparkCluster {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int FILES = 4;

  private record Event(long key, Instant at, int id) {
    static final Comparator<Event> ORDER = Comparator.comparing(Event::at).thenComparing(Event::id);
  }

  private SparkCluster() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "data" -> data(folder);
      case "check" -> check(folder);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void data(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      int a = i * 7 % 31;
      int b = i * 5 % 23;
      lines.add(a + " + " + b + " = " + (a + b));
    }
    Files.write(folder.resolve("text.txt"), lines);
    Files.write(folder.resolve("rows.txt"), lines.subList(0, 400));
    Path in = Files.createDirectory(folder.resolve("events"));
    int number = 0;
    for (List<Event> file : events()) {
      Path path = in.resolve("events" + number);
      Files.write(
          path,
          file.stream()
              .map(it ->
                  "{\"key\":" + it.key + ",\"at\":\"" + it.at + "\",\"id\":" + it.id + "}")
              .toList());
      Files.setLastModifiedTime(path, FileTime.from(START.plusSeconds(number++)));
    }
  }

  /** Events out of order, within 5 seconds; the last is so late that the watermark passes all others. */
  private static List<List<Event>> events() {
    Random random = new Random(3);
    List<List<Event>> files = new ArrayList<>();
    for (int file = 0; file < FILES; file++) {
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Instant at =
            START.plusSeconds(30L * file + i % 30 - random.nextInt(5)).plusMillis(random.nextInt(3));
        events.add(new Event(random.nextInt(5), at, random.nextInt(10)));
      }
      files.add(events);
    }
    files.add(List.of(new Event(99, START.plusSeconds(100_000), 0)));
    return files;
  }

  private static void check(Path folder) throws Exception {
    Path model = folder.resolve("spark.comporta");
    compareTraining(folder, ModelFiles.read(model));
    try (SparkSession spark =
            SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate();
        LoadedModel loaded = Models.load(model)) {
      List<Row> scored =
          spark.read().parquet(folder.resolve("scored").toString()).collectAsList();
      require(scored.size() == 400, "400 rows were scored", scored.size());
      for (Row row : scored) {
        double expected = loaded.textGenerator().score(row.getString(0)).perplexity();
        require(row.getDouble(1) == expected, "the perplexity of one process", row);
      }
      Map<Long, List<String>> streamed = new TreeMap<>();
      for (Row row :
          spark.read().parquet(folder.resolve("streamed").toString()).collectAsList()) {
        streamed
            .computeIfAbsent(row.getLong(0), key -> new ArrayList<>())
            .add(row.getTimestamp(1).toInstant() + " " + List.copyOf(row.<Float>getList(2)));
      }
      streamed.values().forEach(it -> it.sort(null));
      Map<Long, List<String>> expected = sessions(loaded);
      require(streamed.equals(expected), "the outputs of sessions fed in order", streamed.keySet());
    }
    System.out.println("spark-cluster: trained, scored and streamed with the bits of one process");
  }

  private static void compareTraining(Path folder, ModelFile distributed) throws IOException {
    Catalog catalog = Catalog.load(Task.KIND);
    Path alone = folder.resolve("alone.comporta");
    Map<String, Object> settings = new TreeMap<>();
    List<String> words = Files.readAllLines(folder.resolve("settings"));
    for (String word : words) {
      String[] pair = word.split(" ", 2);
      settings.put(pair[0].substring(2), pair[1]);
    }
    settings.putAll(Map.of("out", alone, "accumulate", 4, "threads", 2));
    new TrainingRun(catalog.find(Task.KIND, "char-lm"), TaskContext.of(catalog)).run(settings);
    List<NamedTensor> expected = ModelFiles.read(alone).tensors();
    List<NamedTensor> found = distributed.tensors();
    require(found.size() == expected.size(), expected.size() + " tensors", found.size());
    for (int i = 0; i < found.size(); i++) {
      require(
          found.get(i).name().equals(expected.get(i).name())
              && Arrays.equals(found.get(i).values(), expected.get(i).values()),
          "the parameters of one process",
          found.get(i).name());
    }
  }

  private static Map<Long, List<String>> sessions(LoadedModel model) {
    Map<Long, List<String>> outputs = new TreeMap<>();
    Map<Long, Session> sessions = new TreeMap<>();
    float[] output = new float[model.network().outputSize()];
    events().stream()
        .flatMap(List::stream)
        .filter(it -> it.key != 99)
        .sorted(Event.ORDER)
        .forEach(event -> {
          sessions.computeIfAbsent(event.key, key -> model.newSession()).step(event.id, output);
          List<Float> values = new ArrayList<>();
          for (float value : output) {
            values.add(value);
          }
          outputs.computeIfAbsent(event.key, key -> new ArrayList<>()).add(event.at + " " + values);
        });
    outputs.values().forEach(it -> it.sort(null));
    return outputs;
  }

  private static void require(boolean holds, String expected, Object found) {
    if (!holds) {
      throw new IllegalStateException("expected " + expected + " but found " + found);
    }
  }
}
