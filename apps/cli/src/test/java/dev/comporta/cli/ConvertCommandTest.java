package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.ElementType;
import dev.comporta.serialization.ModelDescription;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.NamedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models in each storage type: written, scored, run, continued, and refused where they are damaged.
 */
class ConvertCommandTest {
  @TempDir private Path folder;
  private Path model;
  private Path out;

  @BeforeEach
  void train() {
    model = folder.resolve("m");
    out = folder.resolve("o");
    String small = "train adding --length 6 --hidden 16 --steps 4 --threads 1 --out " + model;
    Cli.Result result = Cli.run(small.split(" "));
    assertThat(result.code()).as(result.err()).isZero();
  }

  private Cli.Result convert(String words) {
    return Cli.run(("convert " + model + " --out " + out + " " + words).split(" "));
  }

  @Test
  void trainingWritesFormat2() {
    assertThat(ModelFiles.describe(model).format()).isEqualTo(2);
    assertThat(ModelFiles.describe(folder.resolve("m.checkpoint")).format()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "f16", "bf16", "int8"})
  void theReportHasWhatEvaluateSays(String type) throws Exception {
    JsonNode report = convert("--dtype " + type + " --report --json --seed 5 --threads 1").json();
    for (String which : List.of("before", "after")) {
      Path file = which.equals("before") ? model : out;
      JsonNode score =
          Cli.run("evaluate", "--model", file.toString(), "--json", "--seed", "5", "--threads", "1")
              .json();
      String metric = report.get("metric").textValue();
      assertThat(metric).isEqualTo(score.get("metric").textValue());
      assertThat(report.get(which).doubleValue()).isEqualTo(score.get(metric).doubleValue());
      assertThat(report.get("bytes_" + which).longValue()).isEqualTo(Files.size(file));
    }
    double change = report.get("largest_weight_change").doubleValue();
    assertThat(change).isEqualTo(largestChange());
    assertThat(report.get("largest_weight_change_in").isNull()).isEqualTo(type.equals("f32"));
    if (type.equals("f32")) {
      assertThat(change).isZero();
    } else {
      assertThat(change).isPositive().isLessThan(0.01);
      assertThat(report.get("after").doubleValue())
          .isNotEqualTo(report.get("before").doubleValue())
          .isCloseTo(report.get("before").doubleValue(), within(0.01));
    }
    for (ModelDescription.StoredTensor tensor : ModelFiles.describe(out).tensors()) {
      boolean rounded = !type.equals("int8") || tensor.shape().rank() == 2;
      assertThat(tensor.type().label()).as(tensor.name()).isEqualTo(rounded ? type : "f32");
    }
  }

  private double largestChange() {
    double largest = 0;
    List<NamedTensor> now = ModelFiles.read(out).tensors();
    for (NamedTensor old : ModelFiles.read(model).tensors()) {
      NamedTensor other =
          now.stream().filter(it -> it.name().equals(old.name())).findFirst().orElseThrow();
      for (int i = 0; i < old.values().length; i++) {
        largest = Math.max(largest, Math.abs((double) other.values()[i] - old.values()[i]));
      }
    }
    return largest;
  }

  @Test
  void theTextForPeople() throws IOException {
    Cli.Result result = convert("--dtype int8 --report");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(
            "%s: %,d bytes, ".formatted(out, Files.size(out)),
            "tensors: 3 in int8, 2 in f32",
            "test loss: ",
            " before, ",
            "largest change of a weight: ");
    assertThat(convert("--dtype f32 --report").out()).contains("no weight changed");
    assertThat(convert("--dtype f16").out()).contains("tensors: 5 in f16").hasLineCount(2);
    assertThat(Cli.run("inspect", out.toString()).out())
        .contains("a model of format 2")
        .contains(" f16 ");
  }

  @Test
  void aConvertedModelIsTrainedFurtherAndNotVerified() {
    assertThat(convert("--dtype int8").code()).isZero();
    Path next = folder.resolve("next");
    String train = "train adding --from %s --length 6 --hidden 16 --steps 2 --threads 1 --out %s";
    Cli.Result trained = Cli.run(train.formatted(out, next).split(" "));
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(ModelFiles.describe(next).tensors())
        .extracting(ModelDescription.StoredTensor::type)
        .containsOnly(ElementType.F32);
    assertThat(Cli.run("verify", out.toString()).refusal())
        .contains("expected parameters as they were trained, in f32, but " + out + " stores ")
        .contains(" in int8; verify the model that it was converted from");
  }

  @Test
  void valuesBeyondTheRangeStay() throws Exception {
    ModelFile file = ModelFiles.read(model);
    List<NamedTensor> tensors = new ArrayList<>(file.tensors());
    NamedTensor first = tensors.getFirst();
    float[] values = first.values().clone();
    values[2] = 70_000;
    tensors.set(0, new NamedTensor(first.name(), first.shape(), values));
    ModelFiles.write(
        model,
        new ModelFile(
            file.spec(), tensors, file.vocabularies(), file.provenance(), file.metrics()));
    assertThat(convert("--dtype f16").out())
        .contains("left in f32, with values beyond the range of f16: " + first.name());
    JsonNode json = convert("--dtype f16 --json").json();
    assertThat(json.get("beyond_range").get(0).textValue()).isEqualTo(first.name());
    assertThat(json.get("tensors").get("f16").intValue()).isEqualTo(4);
    assertThat(ModelFiles.read(out).tensors().getFirst().values()).isEqualTo(values);
    assertThat(convert("--dtype bf16 --json").json().get("beyond_range").size()).isZero();
  }

  @Test
  void whatCannotBeConverted() throws IOException {
    assertThat(convert("--dtype int4").refusal()).contains("unknown type 'int4'").contains("int8");
    assertThat(convert("--dtype f64").refusal()).contains("unknown type 'f64'");
    assertThat(convert("--dtype f16 --seed 3").refusal())
        .contains("--seed is for the scores of --report; add --report or leave it out");
    assertThat(convert("--dtype f16 --report --data none").refusal()).contains("none");
    assertThat(convert("--dtype f16 --report --beam 3").refusal())
        .contains("--beam does not apply to models of adding");
    assertThat(out).doesNotExist();
    assertThat(
            Cli.run("convert", model.toString(), "--dtype", "f16", "--out", model.toString())
                .refusal())
        .contains("--out and MODEL expected two files");
    assertThat(
            Cli.run("convert", model + ".checkpoint", "--dtype", "f16", "--out", out.toString())
                .refusal())
        .contains("is a checkpoint but a model was expected");
    Files.writeString(out, "a letter");
    assertThat(convert("--dtype f16").refusal()).contains("--out expected a model file");
    assertThat(Files.readString(out)).isEqualTo("a letter");
  }

  @Test
  void aPipeIsRefusedForDataThatAreReadTwice() throws Exception {
    Path copy = Files.copy(model, folder.resolve("copy"));
    NamedPipe pipe = new NamedPipe(folder.resolve("pipe"));
    String sentence =
        "--data expected a regular file, as every model reads it, but " + pipe.path + " is a pipe";
    assertThat(convert("--dtype f16 --report --data " + pipe.path).refusal()).contains(sentence);
    String[] both = {
      "evaluate", "--model", model.toString(), "--model", copy.toString(), "--data", "" + pipe.path
    };
    assertThat(Cli.run(both).refusal()).contains(sentence);
    pipe.close();
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "f16", "bf16", "int8"})
  void aDamagedTensorIsNamed(String type) throws IOException {
    assertThat(convert("--dtype " + type).code()).isZero();
    byte[] bytes = Files.readAllBytes(out);
    ModelDescription description = ModelFiles.describe(out);
    bytes[bytes.length - 33] ^= 4; // the last byte of the last tensor
    Files.write(out, bytes);
    String name = description.tensors().getLast().name();
    for (String command : List.of("evaluate --model " + out, "inspect " + out, "verify " + out)) {
      assertThat(Cli.run(command.split(" ")).refusal())
          .contains("%s is damaged in tensor '%s' (bytes ".formatted(out, name))
          .contains("; use another copy of the file");
    }
  }

  @Tag("full")
  @Test
  void aScalarStaysAndAModelThatCannotRunIsNotScored() {
    ModelFile file = ModelFiles.read(model);
    ModelFiles.write(
        model,
        new ModelFile(
            file.spec(),
            List.of(new NamedTensor("x", Shape.of(), new float[] {1})),
            List.of(),
            file.provenance(),
            file.metrics()));
    assertThat(convert("--dtype int8").out()).contains("tensors: 1 in f32");
    assertThat(convert("--dtype int8 --report").refusal()).contains("the file is inconsistent");
  }
}
