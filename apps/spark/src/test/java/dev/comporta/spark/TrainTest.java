package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.training.TrainingRun;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Distributed training in local mode, compared with one machine that accumulates. */
class TrainTest {
  private static final Catalog CATALOG = Catalog.load(Task.KIND);

  @TempDir Path folder;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = text(folder.resolve("text.txt"));
  }

  /** Sums in words: an alphabet of 16, and something to learn. */
  static Path text(Path file) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 700; i++) {
      int a = i * 7 % 31;
      int b = i * 5 % 23;
      lines.append(a).append(" + ").append(b).append(" = ").append(a + b).append('\n');
    }
    return Files.writeString(file, lines);
  }

  private Map<String, String> settings(String... more) {
    return settings(text, folder.resolve("spark.comporta"), more);
  }

  static Map<String, String> settings(Path text, Path out, String... more) {
    Map<String, String> settings =
        new LinkedHashMap<>(
            Map.of(
                "data", text.toString(),
                "out", out.toString(),
                "hidden", "12",
                "embedding", "6",
                "batch", "4",
                "chunk", "10",
                "dropout", "0.1",
                "steps", "12",
                "sample", "0"));
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  /** One machine, which accumulates. */
  static ModelFile alone(Map<String, String> settings, int parts) {
    Map<String, String> own = new LinkedHashMap<>(settings);
    own.put("accumulate", Integer.toString(parts));
    new TrainingRun(CATALOG.find(Task.KIND, "char-lm"), TaskContext.of(CATALOG)).run(own);
    return ModelFiles.read(Path.of(own.get("out")));
  }

  private TrainOptions options(int tasks, String name) {
    return TrainOptions.of(tasks, folder.resolve(name).toString());
  }

  private static TrainedModel train(Map<String, String> settings, TrainOptions options) {
    return Comporta.train(TestSpark.session(), "char-lm", settings, options);
  }

  private static void assertSame(ModelFile model, ModelFile expected) {
    assertThat(model.spec()).isEqualTo(expected.spec());
    assertThat(model.tensors()).usingRecursiveComparison().isEqualTo(expected.tensors());
  }

  @Test
  void oneTwoAndFourTasksGiveTheBitsOfOneMachineThatAccumulates() throws IOException {
    ModelFile expected = alone(settings("out", folder.resolve("alone").toString()), 4);
    for (int tasks : new int[] {1, 2, 4}) {
      TrainedModel trained = train(settings(), options(tasks, "checkpoints" + tasks).withParts(4));
      ModelFile model = ModelFiles.read(Path.of(trained.model()));
      assertSame(model, expected);
      assertThat(model.provenance().hyperParameters().options().get("data"))
          .isEqualTo(text.toString());
      assertThat(trained.text()).contains("baseline");
      // The formula of docs/scale.md, and the heads of messages and a carry for each part.
      int parameters = (Integer) Objects.requireNonNull(trained.figures().get("parameters"));
      double bytes = 12 * 2.0 * (tasks - 1) / tasks * Float.BYTES * parameters;
      assertThat((double) trained.bytesSent()).isBetween(bytes, 1.3 * bytes);
      assertThat(trained.figures()).containsEntry("steps", 12L);
    }
    assertNothingElse("alone", "alone.checkpoint", "spark.comporta", "text.txt");
  }

  private void assertNothingElse(String... names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(
              files
                  .map(it -> it.getFileName().toString())
                  .filter(it -> !it.startsWith("checkpoints") && !it.endsWith(".crc")))
          .containsExactlyInAnyOrder(names);
    }
  }

  @Test
  void aRunIsResumedWithAnotherNumberOfTasks() {
    ModelFile expected = alone(settings("out", folder.resolve("alone").toString()), 4);
    train(settings("steps", "7", "schedule", "constant"), options(4, "c").withParts(4));
    ModelFile constant =
        alone(settings("schedule", "constant", "out", folder.resolve("constant").toString()), 4);
    train(settings("schedule", "constant"), options(2, "c").withParts(4).resuming());
    assertSame(ModelFiles.read(folder.resolve("spark.comporta")), constant);
    assertThat(constant.tensors()).isNotEqualTo(expected.tensors());
    assertThatThrownBy(
            () -> train(settings("hidden", "13"), options(2, "c").withParts(4).resuming()))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("--hidden is 13 but the checkpoint was trained with 12");
    assertThatThrownBy(() -> train(settings(), options(2, "c").withParts(4)))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("has that of update 12; resume it, or name another folder");
  }

  @Test
  void localStepsGiveTheSameBitsForAnyNumberOfTasks() {
    ModelFile first = null;
    for (int tasks : new int[] {1, 2, 4}) {
      TrainedModel trained =
          train(
              settings("steps", "13"),
              options(tasks, "local" + tasks).withParts(4).withLocalSteps(5));
      ModelFile model = ModelFiles.read(Path.of(trained.model()));
      if (first == null) {
        first = model;
      }
      assertSame(model, first);
    }
    train(
        settings("steps", "10", "schedule", "constant"),
        options(4, "r").withParts(4).withLocalSteps(5));
    train(
        settings("steps", "15", "schedule", "constant"),
        options(2, "r").withParts(4).withLocalSteps(5).resuming());
    ModelFile resumed = ModelFiles.read(folder.resolve("spark.comporta"));
    train(
        settings("steps", "15", "schedule", "constant"),
        options(1, "s").withParts(4).withLocalSteps(5));
    assertSame(resumed, ModelFiles.read(folder.resolve("spark.comporta")));
  }

  @ParameterizedTest
  @CsvSource({"0,bf16,2", "0,top-5%,0.4", "5,bf16,2"})
  void compressedExchangesGiveTheSameBitsForAnyNumberOfTasks(
      int localSteps, String compression, double bytesPerValue) {
    ModelFile first = null;
    for (int tasks : new int[] {1, 4}) {
      TrainOptions options = options(tasks, "compressed" + tasks).withParts(4);
      options = localSteps == 0 ? options : options.withLocalSteps(localSteps);
      TrainedModel trained = train(settings(), options.withCompression(compression));
      ModelFile model = ModelFiles.read(Path.of(trained.model()));
      if (first == null) {
        first = model;
      }
      assertSame(model, first);
      // The formula of docs/scale.md, and the heads of messages and a carry for each checkpoint.
      int parameters = (Integer) Objects.requireNonNull(trained.figures().get("parameters"));
      double bytes = trained.exchanges() * 2 * 3 / 4.0 * bytesPerValue * parameters;
      assertThat((double) trained.bytesSent()).isBetween(bytes, 1.1 * bytes + 12_000);
      assertThat(trained.exchanges()).isEqualTo(localSteps == 0 ? 12 : 3);
      assertThat(trained.leftOut()).isBetween(1e-4, 1.0);
    }
    assertThatThrownBy(
            () -> train(settings("steps", "20"), options(4, "compressed4").withParts(4).resuming()))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("values for ");
  }

  @Test
  void aStageThatFailedContinuesFromTheNewestCheckpoint() {
    Map<String, String> settings = settings("checkpoint-every", "4");
    ModelFile expected = alone(settings("out", folder.resolve("alone").toString()), 2);
    FailingLm.failAt(2 * 5 + 1); // the second part of update 6; the checkpoint is that of update 4
    Comporta.train(TestSpark.session(), FailingLm.NAME, settings, options(2, "c"));
    assertThat(FailingLm.readSince()).contains(2 * 4, 2 * 5 + 1).doesNotContain(2 * 4 - 1);
    assertSame(ModelFiles.read(folder.resolve("spark.comporta")), expected);
    assertThat(FailingLm.scores()).as("scores; only rank 0 has one").isEqualTo(1);
    assertThat(FailingLm.folder())
        .as("deleted at the end, or by Spark")
        .doesNotExist()
        .startsWithRaw(SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].toPath());
  }

  @Test
  void whatCannotBeTrainedIsRefusedInOneSentence() throws IOException {
    refused(
        settings("data", folder.resolve("none").toString()), 2, "cannot read the file of --data");
    refused(settings("data", folder.toString()), 2, "is a folder");
    refused(settings("hidden", "x"), 2, "--hidden expected");
    refused(settings("batch", "90000"), 2, "batches of 90000 rows");
    refused(settings("accumulate", "2"), 2, "--accumulate is for one machine");
    refused(settings("csv", "x.csv"), 2, "--csv is for one machine");
    refused(settings(), 64, "expected executors for 64 tasks at once");
    assertThatThrownBy(
            () -> train(settings("validate-every", "3"), options(2, "c").withLocalSteps(5)))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("after multiples of 5 updates");
    assertThatThrownBy(() -> train(settings(), options(2, "none").resuming()))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected a checkpoint to resume");
    assertThatThrownBy(() -> TrainOptions.of(2, "c").withParts(3))
        .hasMessageContaining("expected 1 or more tasks and a multiple of them as the parts");
    assertNothingElse("text.txt");
  }

  private void refused(Map<String, String> settings, int tasks, String message) {
    assertThatThrownBy(() -> train(settings, options(tasks, "checkpoints")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }
}
