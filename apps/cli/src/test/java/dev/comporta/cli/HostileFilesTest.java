package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.Printable;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.Checkpoints;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.NamedTensor;
import dev.comporta.serialization.Provenance;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tensor.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Model files whose checksums are right and whose content is not. */
class HostileFilesTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final List<String> TOKENS = List.of("\n", "\u001b", "a", "b");
  private static final String ESCAPES = "\u001b]0;title\u0007\u001b[2J\nforged\r\u202e\u2028";

  @TempDir private Path folder;

  private static Spec embedding(int vocabulary) {
    return Spec.of("embedding").with("vocabulary", vocabulary).with("size", 4);
  }

  private static Spec model(Spec... between) {
    List<Spec> layers = new ArrayList<>(List.of(embedding(TOKENS.size())));
    layers.addAll(List.of(between));
    layers.add(Spec.of("dense").with("units", TOKENS.size()));
    return Spec.of("sequential").with("layers", layers);
  }

  private static Provenance provenance(String data) {
    return Provenance.of("0" + data, 1, "text" + data, "", Spec.of("char-lm"));
  }

  private static ModelFile whole(Spec spec, String data) {
    SequenceModel model = SequenceModel.build(spec, CATALOG);
    model.initialize(CATALOG, new CounterRandom(3));
    return ModelFile.of(spec, model.parameters(), provenance(data))
        .with(new Vocabulary("text", "characters", TOKENS));
  }

  /** A file with this specification and the tensors of a small model. */
  private Path lying(Spec spec) {
    ModelFile honest = whole(model(), "");
    return write(
        new ModelFile(
            spec, honest.tensors(), honest.vocabularies(), honest.provenance(), Map.of()));
  }

  private Path write(ModelFile file) {
    Path path = folder.resolve("m.comporta");
    ModelFiles.write(path, file);
    return path;
  }

  private static ModelFile withValue(ModelFile file, float value) {
    NamedTensor last = file.tensors().getLast();
    float[] values = last.values().clone();
    values[1] = value;
    List<NamedTensor> tensors = new ArrayList<>(file.tensors());
    tensors.set(tensors.size() - 1, new NamedTensor(last.name(), last.shape(), values));
    return new ModelFile(
        file.spec(), tensors, file.vocabularies(), file.provenance(), file.metrics());
  }

  private static void refused(String sentence, String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).startsWith("comporta: ").contains(sentence).hasLineCount(1);
    assertThat(Printable.line(result.err().stripTrailing()))
        .isEqualTo(result.err().stripTrailing());
    assertThat(result.err()).hasSizeLessThan(Printable.LONGEST_SENTENCE + 20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate --model", "explain"})
  void aStackOfBillionsOfLayersIsRefused(String command) {
    Spec stack = Spec.of("layer-norm");
    for (int i = 0; i < 10; i++) {
      stack = Spec.of("stack").with("layer", stack).with("depth", 100);
    }
    refused(
        "expected a model of at most 4096 layers and cells", words(command, lying(model(stack))));
    refused(
        "option 'depth' expected a whole number from 1 to 1024 but got 2147483647",
        words(
            command,
            lying(
                model(
                    Spec.of("stack")
                        .with("layer", "layer-norm")
                        .with("depth", Integer.MAX_VALUE)))));
  }

  private static String[] words(String command, Path path) {
    return (command + " " + path).split(" ");
  }

  @ParameterizedTest
  @CsvSource({
    "10000, option 'pad' expected a whole number from 0 to 1024 but got 10000",
    "1073741824, option 'pad' expected a whole number from 0 to 1024 but got 1073741824",
  })
  void aConvolutionThatTakesAllMemoryIsRefused(int pad, String sentence) {
    Spec picture =
        Spec.of("conv2d")
            .with("height", 2)
            .with("width", 2)
            .with("kernel", 2)
            .with("filters", 1)
            .with("pad", pad);
    Path path = lying(model(picture));
    refused(sentence, words("generate --model", path));
    refused(sentence, words("explain", path));
  }

  @Test
  void aConvolutionWhoseSizesOverflowIsRefused() {
    Spec time =
        Spec.of("conv1d").with("filters", 4).with("width", 1 << 30).with("padding", "causal");
    refused("option 'width' expected a whole number", words("explain", lying(model(time))));
    refused(
        "expected a window of at most 65537 timesteps",
        words("explain", lying(model(time.with("width", 1 << 24)))));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void parametersThatAreNotFiniteAreRefusedAndInspected(float value) throws IOException {
    Path path = write(withValue(whole(model(), ""), value));
    String sentence =
        "expected finite numbers in %s but tensor 'layers.1.b' has 1 of 4 values that are not finite, the first is %s at index 1"
            .formatted(path, value);
    refused(sentence, "generate", "--model", path.toString(), "--length", "5");
    Path text = Files.writeString(folder.resolve("t.txt"), "abab");
    refused(sentence, "evaluate", "--model", path.toString(), "--text", text.toString());
    Cli.Result inspected = Cli.run("inspect", path.toString());
    assertThat(inspected.code()).isZero();
    assertThat(inspected.out())
        .contains("  NOT FINITE: 1")
        .contains(
            "broken: 1 of 36 parameters are NaN or infinite, those of layers.1.b first; nothing can be computed with this file");
    assertThat(Cli.run("inspect", "--json", path.toString()).out())
        .contains("\"non_finite\":0")
        .contains("\"non_finite\":1");
  }

  @Test
  void aCheckpointThatIsNotFiniteIsNoStart() throws IOException {
    Path text = Files.writeString(folder.resolve("t.txt"), "abab".repeat(100));
    Path out = folder.resolve("c.comporta");
    String options = "--hidden 4 --embedding 4 --batch 2 --chunk 5 --steps 2 --sample 0";
    String train = "train char-lm --text %s --out %s %s".formatted(text, out, options);
    assertThat(Cli.run(train.split(" ")).code()).isZero();
    Path path = folder.resolve("c.comporta.checkpoint");
    Checkpoint good = Checkpoints.read(path);
    String resume = "train char-lm --text %s --resume %s --steps 3".formatted(text, path);
    Checkpoints.write(
        path,
        new Checkpoint(
            withValue(good.model(), Float.NaN), good.progress(), good.tensors(), good.numbers()));
    refused("expected finite numbers in " + path, resume.split(" "));
    List<NamedTensor> broken = new ArrayList<>(good.tensors());
    NamedTensor slot = broken.getFirst();
    float[] values = slot.values().clone();
    values[0] = Float.POSITIVE_INFINITY;
    broken.set(0, new NamedTensor(slot.name(), slot.shape(), values));
    Checkpoints.write(path, new Checkpoint(good.model(), good.progress(), broken, good.numbers()));
    refused(
        "expected finite numbers in %s but tensor '%s'".formatted(path, slot.name()),
        resume.split(" "));
    Spec nested = good.model().provenance().hyperParameters();
    Spec optimizer = nested.with("optimizer", "a:b=" + "[".repeat(200_000));
    Provenance old = good.model().provenance();
    ModelFile deep =
        new ModelFile(
            good.model().spec(),
            good.model().tensors(),
            good.model().vocabularies(),
            Provenance.of(
                old.frameworkVersion(), old.seed(), old.data(), old.dataSha256(), optimizer),
            Map.of());
    Checkpoints.write(path, new Checkpoint(deep, good.progress(), good.tensors(), good.numbers()));
    refused("specifications and lists at most 24 levels deep", resume.split(" "));
    refused("specifications and lists at most 24 levels deep", "explain", path.toString());
    assertThat(Cli.run("inspect", path.toString()).code()).isZero();
  }

  @Test
  void textOfAFileReachesNoTerminal() {
    UnaryOperator<String> printed =
        command -> {
          Cli.Result result = Cli.run(words(command, write(whole(model(), ESCAPES))));
          assertThat(result.code()).as(result.err()).isZero();
          assertThat(result.out().lines())
              .allSatisfy(line -> assertThat(Printable.line(line)).isEqualTo(line))
              .noneMatch(line -> line.startsWith("forged"));
          return result.out();
        };
    assertThat(printed.apply("inspect"))
        .contains("data: text\\u001b]0;title\\u0007\\u001b[2J\\u000aforged\\u000d\\u202e\\u2028");
    printed.apply("inspect --json");
    printed.apply("explain");
    refused(
        "option 'units' expected a whole number of 1 or more but got \\u001b]0;title",
        words("generate --model", lying(model(Spec.of("dense").with("units", ESCAPES)))));
    refused(
        "but got xxx",
        words(
            "generate --model",
            lying(model(Spec.of("dense").with("units", "x".repeat(3_000_000))))));
    refused(
        "unknown function of activation '\\u001b]0;title",
        words("generate --model", lying(model(Spec.of("activation").with("function", ESCAPES)))));
  }

  @Test
  void whatAModelWritesKeepsItsLinesButMovesNoCursor() {
    Path path = write(whole(model(), ""));
    String[] generate = {"generate", "--model", path.toString(), "--temperature", "9", "--length"};
    String[] arguments = Arrays.copyOf(generate, generate.length + 1);
    arguments[generate.length] = "200";
    String out = Cli.run(arguments).out();
    assertThat(out).contains("\n").contains("\\u001b").doesNotContain("\u001b");
    assertThat(out.stripTrailing()).contains("\n");
  }

  @Test
  void anEmbeddingOfAnotherVocabularyIsRefused() {
    Spec spec =
        Spec.of("sequential")
            .with("layers", List.of(embedding(3), Spec.of("dense").with("units", TOKENS.size())));
    refused(
        "m.comporta to begin with an embedding of its 4 tokens but it begins with one of 3",
        words("generate --model", write(whole(spec, ""))));
    Spec features =
        Spec.of("sequential")
            .with("input-size", 2)
            .with("layers", List.of(Spec.of("dense").with("units", TOKENS.size())));
    refused(
        "but it begins with another layer", words("generate --model", write(whole(features, ""))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dates --batch|--batch expected a whole number from 1 to 16777216",
        "dates --pairs|--pairs expected a whole number from 1 to 5000000",
        "numbers --pairs|--pairs expected a whole number from 100 to 5000000",
        "dates --hidden|--hidden expected a whole number from 1 to 16777216",
        "adding --batch|--batch expected a whole number from 1 to 16777216",
        "char-lm --sample|--sample expected a whole number from 0 to 16777216",
      })
  void sizesNearTheLargestIntegerAreRefused(String option, String sentence) throws IOException {
    Path text = Files.writeString(folder.resolve("t.txt"), "abab".repeat(100));
    String task = option.startsWith("char-lm") ? "char-lm --text " + text : option.split(" ")[0];
    String command =
        "train %s --out %s %s 2147483647"
            .formatted(task, folder.resolve("o.comporta"), option.split(" ")[1]);
    Cli.Result result = Cli.run(command.split(" "));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains("comporta: ").contains(sentence);
  }
}
