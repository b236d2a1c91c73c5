package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ElementType;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.ModelFileException.Problem;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.StorageTypes;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.testkit.Allocation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where models come from, what is refused, and what a loaded model holds. */
class LoadingTest {
  @TempDir private Path folder;

  @Test
  void aFileAStreamAndAUrlGiveTheSameAnswer() throws Exception {
    Path file = GoldenModels.file("char-lm");
    Path jar = folder.resolve("models.jar");
    try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
      Files.copy(file, zip.getPath("poet.comporta"));
    }
    URL resource = URI.create("jar:" + jar.toUri() + "!/poet.comporta").toURL();
    try (LoadedModel ofFile = Models.load(file, GoldenModels.OPTIONS);
        InputStream in = Files.newInputStream(file);
        LoadedModel ofStream = Models.load(in, GoldenModels.OPTIONS);
        LoadedModel ofUrl = Models.load(resource, GoldenModels.OPTIONS)) {
      String text = ofFile.textGenerator().generate("the ").text();
      assertThat(text).hasSize(300);
      assertThat(ofStream.textGenerator().generate("the ").text()).isEqualTo(text);
      assertThat(ofUrl.textGenerator().generate("the ").text()).isEqualTo(text);
      assertThat(ofUrl.name()).isEqualTo(resource.toString());
    }
  }

  @Test
  void theCopyOfAStreamIsDeleted() throws IOException {
    long before = copies();
    byte[] bytes = Files.readAllBytes(GoldenModels.file("adding"));
    Models.load(new ByteArrayInputStream(bytes), GoldenModels.OPTIONS).close();
    assertThatThrownBy(() -> Models.load(new ByteArrayInputStream(new byte[9])))
        .isInstanceOf(ModelFileException.class);
    assertThat(copies()).isEqualTo(before);
  }

  private static long copies() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(it -> String.valueOf(it.getFileName()))
          .filter(name -> name.startsWith("comporta-") && name.endsWith(".model"))
          .count();
    }
  }

  @Test
  void damagedStreamsAreRefusedInOneSentence() throws IOException {
    byte[] bytes = Files.readAllBytes(GoldenModels.file("char-lm"));
    refused(Arrays.copyOf(bytes, bytes.length - 100), Problem.CUT, "the stream is truncated: ");
    byte[] flipped = bytes.clone();
    flipped[bytes.length - 200] ^= 1;
    refused(flipped, Problem.DAMAGED, "the stream is damaged in tensor ");
    refused("a poem".getBytes(), Problem.NOT_A_MODEL_FILE, "the stream is not a Comporta model");
    refused(new byte[0], Problem.CUT, "the stream is empty");
  }

  private static void refused(byte[] bytes, Problem problem, String start) {
    assertThatThrownBy(() -> Models.load(new ByteArrayInputStream(bytes), GoldenModels.OPTIONS))
        .isInstanceOfSatisfying(
            ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(problem))
        .hasMessageStartingWith(start);
  }

  @Test
  void aStreamThatBreaksOffIsRefused() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }
        };
    assertThatThrownBy(() -> Models.load(broken, GoldenModels.OPTIONS))
        .isInstanceOf(ModelFileException.class)
        .hasMessage("cannot read the stream: connection reset");
    assertThatThrownBy(() -> Models.load(folder.resolve("none").toUri().toURL()))
        .isInstanceOf(ModelFileException.class)
        .hasMessageStartingWith("cannot read file:");
    assertThatThrownBy(() -> Models.load(folder.resolve("none")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageStartingWith("there is no file ");
  }

  @Test
  void parametersThatAreNotFiniteAreRefused() throws IOException {
    ModelFile fresh = GoldenModels.fresh(GoldenModels.layers(3, Spec.of("dense").with("units", 2)));
    fresh.tensors().getFirst().values()[1] = Float.NaN;
    Path file = folder.resolve("broken.comporta");
    ModelFiles.write(file, fresh);
    String sentence = "[restore] expected finite numbers in ";
    refusedWhenUsed(file, sentence + file);
    assertThatThrownBy(() ->
            Models.load(new ByteArrayInputStream(Files.readAllBytes(file)), GoldenModels.OPTIONS))
        .isInstanceOf(ModelFileException.class)
        .hasMessageStartingWith(sentence + "the stream");
  }

  /** The file opens, and every use of its weights gives the sentence. */
  private static void refusedWhenUsed(Path file, String start) {
    try (LoadedModel model = Models.load(file, GoldenModels.OPTIONS)) {
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(
              model::readWeights, () -> model.run(new float[3]), model::newSession)) {
        assertThatThrownBy(use)
            .isInstanceOf(ModelFileException.class)
            .hasMessageStartingWith(start);
      }
    }
  }

  @Test
  void aDamagedTensorIsFoundAtTheFirstUse() throws IOException {
    ModelFile fresh = GoldenModels.fresh(GoldenModels.layers(3, Spec.of("dense").with("units", 2)));
    Path file = folder.resolve("damaged.comporta");
    for (ElementType type : StorageTypes.ofParameters()) {
      ModelFiles.write(file, StorageTypes.convert(fresh, type));
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 33] ^= 1;
      Files.write(file, bytes);
      String last = fresh.tensors().getLast().name();
      refusedWhenUsed(file, file + " is damaged in tensor '" + last + "' (bytes ");
    }
  }

  @Test
  void allStorageTypesRunAndAFileMayBeReplacedMeanwhile() {
    ModelFile fresh =
        GoldenModels.fresh(
            GoldenModels.layers(
                3,
                Spec.of("recurrent").with("cell", "lstm").with("hidden", 5),
                Spec.of("dense").with("units", 2)));
    float[] input = {0.5f, -1, 2, 0, 1, 0.25f};
    Path file = folder.resolve("m.comporta");
    ModelFiles.write(file, fresh);
    try (LoadedModel exact = Models.load(file, GoldenModels.OPTIONS)) {
      float[] expected = exact.run(input);
      for (ElementType type : StorageTypes.ofParameters()) {
        ModelFiles.write(file, StorageTypes.convert(fresh, type));
        try (LoadedModel model = Models.load(file, GoldenModels.OPTIONS)) {
          ModelFiles.write(file, fresh); // what is mapped stays as it was
          model.readWeights();
          SequenceModel read = Models.build(fresh, "memory", exact.catalog());
          assertThat(
                  Arrays.equals(model.network().parameters().values(), read.parameters().values()))
              .isEqualTo(type == ElementType.F32);
          float[] outputs = model.run(input);
          for (int i = 0; i < outputs.length; i++) {
            assertThat(outputs[i]).isCloseTo(expected[i], within(0.02f));
          }
          assertThat(Arrays.equals(outputs, expected)).isEqualTo(type == ElementType.F32);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "adding, ",
    "captions, CAPTION",
    "char-lm, GENERATE_TEXT",
    "dates, TRANSLATE",
    "forecast, FORECAST",
    "numbers, TRANSLATE",
    "translation, TRANSLATE",
    "word-lm, GENERATE_TEXT"
  })
  void modelsSayWhatTheyCanDo(String task, ModelAbility ability) {
    try (LoadedModel model = GoldenModels.load(task)) {
      EnumSet<ModelAbility> expected = EnumSet.noneOf(ModelAbility.class);
      if (ability != null) {
        expected.add(ability);
      }
      assertThat(model.abilities()).isEqualTo(expected);
      for (ModelAbility each : ModelAbility.values()) {
        assertThat(model.can(each)).isEqualTo(each == ability);
      }
      assertThat(model.task()).isEqualTo(task);
    }
  }

  @Test
  void whatAModelCannotDoIsRefusedEachTime() {
    try (LoadedModel dates = GoldenModels.load("dates");
        LoadedModel poet = GoldenModels.load("char-lm")) {
      for (int i = 0; i < 2; i++) {
        refused(dates::textGenerator, "[model] expected a language model but " + dates.name());
        refused(poet::translator, "[translate] expected a model that was trained on pairs but ");
        refused(poet::forecaster, "[forecast] expected a model of comporta train forecast");
        refused(poet::captioner, "[caption] expected a model of comporta train captions");
        refused(poet::labeler, "[label] expected a vocabulary of the kind 'labels' in ");
        refused(poet::classifier, "[classify] expected a vocabulary of the kind 'labels' in ");
        refused(dates::newSession, "[session] expected a model without an encoder");
      }
    }
  }

  private static void refused(Runnable call, String start) {
    assertThatThrownBy(call::run)
        .isInstanceOf(ComportaException.class)
        .hasMessageStartingWith(start);
  }

  @Test
  void aVocabularyThatDoesNotFitIsRefused() {
    Spec spec = GoldenModels.layers(0, Spec.of("dense").with("units", 5));
    refused(
        loaded(GoldenModels.fresh(spec, new Vocabulary("text", "characters", List.of("a", "b"))))
            ::textGenerator,
        "[model] expected an output for each of the 2 characters of ");
    Spec features = GoldenModels.layers(2, Spec.of("dense").with("units", 2));
    refused(
        loaded(
                GoldenModels.fresh(
                    features, new Vocabulary("text", "characters", List.of("a", "b"))))
            ::textGenerator,
        "[model] expected m to begin with an embedding of its 2 tokens but it begins with another");
  }

  private static LoadedModel loaded(ModelFile file) {
    return LoadedModels.of(file);
  }

  /**
   * The weights that a loaded model keeps: the parameters, and packed matrices once for all calls
   * that do not overlap. Before there was this module, the tensors of the file and a gradient for
   * each parameter made it four times the file.
   */
  @Test
  void theWeightsAreHeldTwiceAtMost() throws IOException {
    Spec spec =
        Spec.of("sequential")
            .with("input-size", 64)
            .with(
                "layers",
                List.of(
                    Spec.of("recurrent").with("cell", Spec.of("lstm")).with("hidden", 256),
                    Spec.of("dense").with("units", 64)));
    Path file = folder.resolve("large.comporta");
    ModelFiles.write(file, GoldenModels.fresh(spec));
    try (LoadedModel model = Models.load(file, GoldenModels.OPTIONS.withBackend("reference"))) {
      float[] sequence = new float[3 * 64];
      model.run(sequence);
      assertThat(model.content().tensors()).isEmpty();
      long parameters = model.network().parameters().count();
      long packed = model.with(runner -> runner.heldFloats()); // and the workspace of a call
      double share = (parameters + packed) * (double) Float.BYTES / Files.size(file);
      assertThat(share).isBetween(1.5, 2.5);
      long call = Allocation.least(1 << 14, 50, () -> model.run(sequence));
      assertThat(call).isLessThan(parameters * Float.BYTES / 20); // no weights are copied
    }
  }
}
