package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.cli.Cli.Result;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.Checkpoints;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.NamedTensor;
import dev.comporta.serialization.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints with correct checksums whose content no training wrote: each is refused by one
 * sentence, and none chooses where files are written.
 */
class HostileCheckpointTest {
  @TempDir private Path folder;
  private Path file;
  private Checkpoint genuine;

  @BeforeEach
  void train() throws IOException {
    file = folder.resolve("m.checkpoint");
    Result result =
        Cli.run(
            ("train adding --hidden 5 --batch 4 --length 8 --threads 1"
                    + " --steps 4 --validate-every 2 --keep best --average ema --schedule constant"
                    + " --out %s")
                .formatted(folder.resolve("m"))
                .split(" ", -1));
    assertThat(result.code()).as(result.err()).isZero();
    genuine = Checkpoints.read(file);
    Files.delete(folder.resolve("m"));
    Files.delete(folder.resolve("m.best"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(path -> folder.relativize(path).toString()).sorted().toList();
    }
  }

  private Result resume(Checkpoint checkpoint, String... more) throws IOException {
    Files.deleteIfExists(Checkpoints.previous(file));
    Checkpoints.write(file, checkpoint);
    Files.deleteIfExists(Checkpoints.previous(file));
    List<String> words =
        new ArrayList<>(List.of("train", "adding", "--resume", file.toString(), "--steps", "6"));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  private void refused(String what, Checkpoint hostile, String... sentence) throws IOException {
    Result result = resume(hostile);
    List<String> before = List.of("", "m.checkpoint");
    assertThat(result.code()).as("%s: %s", what, result.err()).isEqualTo(2);
    assertThat(result.lastError()).as(what).startsWith("comporta: ").contains(sentence);
    assertThat(names()).as(what).isEqualTo(before);
  }

  private Checkpoint with(UnaryOperator<Spec> settings) {
    ModelFile model = genuine.model();
    Provenance old = model.provenance();
    Provenance changed =
        Provenance.of(
            old.frameworkVersion(),
            old.seed(),
            old.data(),
            old.dataSha256(),
            settings.apply(old.hyperParameters()));
    return new Checkpoint(
        new ModelFile(model.spec(), model.tensors(), model.vocabularies(), changed, Map.of()),
        genuine.progress(),
        genuine.tensors(),
        genuine.numbers());
  }

  private Checkpoint withProgress(String option, Object value) {
    return new Checkpoint(
        genuine.model(),
        genuine.progress().with(option, value),
        genuine.tensors(),
        genuine.numbers());
  }

  private Checkpoint withTensors(UnaryOperator<List<NamedTensor>> change) {
    return new Checkpoint(
        genuine.model(),
        genuine.progress(),
        change.apply(new ArrayList<>(genuine.tensors())),
        genuine.numbers());
  }

  private Checkpoint withNumbers(Consumer<Map<String, double[]>> change) {
    Map<String, double[]> numbers = new LinkedHashMap<>();
    genuine.numbers().forEach((name, row) -> numbers.put(name, row.clone()));
    change.accept(numbers);
    return new Checkpoint(genuine.model(), genuine.progress(), genuine.tensors(), numbers);
  }

  @Test
  void theGenuineOneGoesOn() throws IOException {
    Result result = resume(genuine);
    assertThat(result.code()).as(result.err()).isZero();
  }

  @Test
  void settingsThatNoTaskKeepsAreRefusedByName() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    for (String option :
        List.of("out", "csv", "tensorboard", "resume", "threads", "checkpoint-every")) {
      Object value =
          option.equals("threads") || option.equals("checkpoint-every")
              ? (Object) 1
              : elsewhere.toString();
      Checkpoint hostile = with(settings -> settings.with(option, value));
      refused(option, hostile, "[adding] ", "sets --" + option + ", which only a command line");
      // What the command line says wins for its own option, and makes the other no better.
      Result given = resume(hostile, "--out", folder.resolve("given").toString());
      assertThat(given.code()).as(given.err()).isEqualTo(2);
      assertThat(elsewhere).doesNotExist();
    }
    refused("unknown", with(it -> it.with("picture", "x.html")), "picture");
    refused("another task", with(it -> new Spec("dates", it.options())), "comporta train dates");
    refused("both", with(it -> it.with("epochs", 3)), "epochs");
    refused("steps", with(it -> it.with("validate-every", -3)), "--validate-every");
    refused("hidden", with(it -> it.with("hidden", 0)), "--hidden");
    refused("size", with(it -> it.with("hidden", Integer.MAX_VALUE)), "--hidden");
    refused("batch", with(it -> it.with("batch", 5)), "[resume] ");
    refused("type", with(it -> it.with("cell", 7)), "--cell");
    refused("seed", with(it -> it.with("seed", -1)), "--seed");
    refused("optimizer", with(it -> it.with("optimizer", "sgd")), "[resume] ");
    refused("smaller", with(it -> it.with("hidden", 4)), "the model that its settings describe");
  }

  @Test
  void aDeviceIsNeverReadBecauseACheckpointNamesIt() throws IOException {
    for (String option : List.of("from", "architecture")) {
      refused(
          option,
          with(it -> it.with(option, "/dev/zero")),
          "--" + option + " /dev/zero, which is neither a file nor a folder; give --" + option);
    }
  }

  @Tag("full")
  @Test
  void positionsThatNoTrainingHasAreRefused() throws IOException {
    for (Object value : List.of(-1, Long.MIN_VALUE, Long.MAX_VALUE, 5, 3, 1.5, "four")) {
      refused("step " + value, withProgress("step", value), "[resume] ");
      refused("epoch " + value, withProgress("epoch", value), "[");
      if (!value.equals(4)) {
        refused("chunk " + value, withProgress("chunk", value), "[");
      }
    }
    for (Object value : List.of(-1, Long.MIN_VALUE, Long.MAX_VALUE, 1.5, "many")) {
      refused("tokens " + value, withProgress("tokens", value), "[");
    }
    refused("more", withProgress("row", 3), "'row'");
  }

  @Tag("full")
  @Test
  void arraysThatNoTrainingHasAreRefused() throws IOException {
    for (int index = 0; index < genuine.tensors().size(); index++) {
      int at = index;
      NamedTensor tensor = genuine.tensors().get(at);
      refused("no " + tensor.name(), withTensors(all -> without(all, at)), "[resume] ");
      float[] nan = tensor.values().clone();
      nan[nan.length - 1] = Float.NaN;
      refused(
          "NaN in " + tensor.name(), withTensors(all -> put(all, at, nan)), "[restore] ", "NaN");
      for (int length : new int[] {1, tensor.values().length + 1}) {
        refused(
            tensor.name() + " of " + length,
            withTensors(all -> put(all, at, new float[length])),
            "[resume] ");
      }
    }
    for (String name : List.of("optimizer.x", "carry.x", "weights.x", "x")) {
      refused(
          "one more, " + name,
          withTensors(all -> {
            all.add(new NamedTensor(name, Shape.of(2), new float[2]));
            return all;
          }),
          "[resume] ");
    }
  }

  private static List<NamedTensor> without(List<NamedTensor> all, int index) {
    all.remove(index);
    return all;
  }

  private static List<NamedTensor> put(List<NamedTensor> all, int index, float[] values) {
    all.set(index, new NamedTensor(all.get(index).name(), Shape.of(values.length), values));
    return all;
  }

  @Tag("full")
  @Test
  void numbersThatNoTrainingHasAreRefused() throws IOException {
    for (var row : genuine.numbers().entrySet()) {
      String name = row.getKey();
      boolean mayBeNone =
          row.getValue().length == 0
              || name.equals("counted.last-validation"); // older checkpoints lack it
      refused("more in " + name, withNumbers(all -> all.put(name, new double[999])), "[resume] ");
      if (!mayBeNone) {
        if (!name.equals("counted.last-validation")) { // earlier versions did not write it
          refused("no " + name, withNumbers(all -> all.remove(name)), "[resume] ");
        }
        if (!name.equals("validation-losses")) { // a validation may overflow
          refused("NaN in " + name, withNumbers(all -> all.get(name)[0] = Double.NaN), "[resume] ");
        }
      }
    }
    for (String name : List.of("counted.averaged-updates", "counted.best-step")) {
      for (double value : new double[] {-1, 0.5, 5, 1e300, Double.POSITIVE_INFINITY}) {
        refused(
            name + " " + value,
            withNumbers(all -> all.put(name, new double[] {value})),
            "[resume] ");
      }
    }
    refused("one more", withNumbers(all -> all.put("counted.x", new double[1])), "'x'");
    refused("one more", withNumbers(all -> all.put("x", new double[1])), "'x'");
    refused("a half", withNumbers(all -> all.get("fresh-rows")[1] = 0.5), "expected 0 or 1");
  }
}
