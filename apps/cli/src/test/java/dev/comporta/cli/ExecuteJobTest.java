package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.model.Spec;
import dev.comporta.cli.Cli.Result;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs print, from end to end, with sums of two digits. */
class ExecuteJobTest {
  private static final String SMALL =
      "train execute --operations additions --length 1 --hidden 24 --embedding 12 --programs 640"
          + " --batch 16 --learning-rate 0.01 --threads 1";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void sumsAreLearnedScoredPredictedAndDrawn() throws Exception {
    String model = path("m");
    JsonNode figures = run(SMALL + " --epochs 12 --json --out " + model).json();
    assertThat(figures.get("metric").textValue()).isEqualTo("character_accuracy");
    assertThat(figures.get("character_accuracy").doubleValue()).isGreaterThan(0.8);
    assertThat(figures.get("exact").doubleValue()).isGreaterThan(0.6);
    assertThat(figures.get("baseline").textValue()).isEqualTo("the most frequent digit");
    assertThat(figures.get("baseline_value").doubleValue()).isBetween(0.2, 0.6);
    assertThat(figures.get("programs").intValue()).isEqualTo(1000);
    assertThat(figures.at("/by_digits/1/digits").intValue()).isEqualTo(2);

    Result drawn =
        run("examples execute --operations additions --length 1 --count 30 --out", path("x"));
    assertThat(drawn.code()).as(drawn.err()).isZero();
    String file = path("x/programs.txt");
    assertThat(Files.readString(Path.of(file))).startsWith("print(").contains(")\n# ");
    JsonNode scored = run("evaluate --json --data " + file + " --model " + model).json();
    assertThat(scored.get("programs").intValue()).isEqualTo(30);
    assertThat(scored.get("exact").doubleValue()).isGreaterThan(0.5);
    // Generated from the last digit to the first, but predicted and scored as they are read.
    Result all =
        Cli.withInput(Files.readString(Path.of(file)), "predict", "--model", model, "--json");
    assertThat(all.out().lines().filter(it -> it.contains("\"exact\":true")))
        .hasSize((int) Math.round(30 * scored.get("exact").doubleValue()));
    JsonNode generated =
        run("evaluate --json --programs 50 --length 1 --seed 3 --model " + model).json();
    assertThat(generated.get("programs").intValue()).isEqualTo(50);

    predictionsAreMarked(model);
    String same = "the same bits in all ";
    assertThat(run("verify", model).out()).contains(same);
  }

  private void predictionsAreMarked(String model) throws Exception {
    String[] predict = {"predict", "--model", model, "--json"};
    Result answers = Cli.withInput("print(3+4)\n\na=5\nprint(a+a) # ten\n# 10\n", predict);
    assertThat(answers.out().lines()).as(answers.err()).hasSize(2);
    assertThat(answers.out())
        .contains("{\"program\":\"print(3+4)\",\"output\":\"", "\"expected\":\"7\"")
        .contains("{\"program\":\"a=5\\nprint(a+a)\"", "\"expected\":\"10\"", "\"right\":[");
    Result plain = Cli.withInput("print(3+4)\n", "predict", "--model", model);
    assertThat(plain.out())
        .matches("-?\\d+  (right|\\d of 1 characters are right: the program prints 7)\\R");
    assertThat(Cli.withInput("A_1=2\nprint(A_1)\n", "predict", "--model", model).err())
        .contains("the model was not trained on 'A' and reads <unk>")
        .contains("the model was not trained on '_'");
    String picture = path("look.png");
    assertThat(
            Cli.withInput("print(3+4)\n", "predict", "--model", model, "--picture", picture).code())
        .isZero();
    assertThat(Files.readAllBytes(Path.of(picture))).startsWith(0x89, 'P', 'N', 'G');
    assertThat(
            Cli.withInput(
                    "print(3)\n\nprint(4)\n", "predict", "--model", model, "--picture", picture)
                .refusal())
        .contains("--picture expected a single program but the input has 2");
  }

  @Test
  void aModelOfBeforeTheOptionGeneratesInTheOrderOfReading() throws Exception {
    Path model = folder.resolve("m");
    JsonNode figures = run(SMALL + " --reverse-output=no --epochs 4 --json --out " + model).json();
    ModelFile file = ModelFiles.read(model);
    Provenance now = file.provenance();
    Spec kept = Spec.of(now.hyperParameters().name());
    for (var setting : now.hyperParameters().options().entrySet()) {
      if (!setting.getKey().equals("reverse-output")) {
        kept = kept.with(setting.getKey(), setting.getValue());
      }
    }
    assertThat(kept).isNotEqualTo(now.hyperParameters());
    Provenance then =
        Provenance.of(now.frameworkVersion(), now.seed(), now.data(), now.dataSha256(), kept);
    Path earlier = folder.resolve("earlier");
    ModelFiles.write(
        earlier, new ModelFile(file.spec(), file.tensors(), file.vocabularies(), then, Map.of()));
    String evaluate = "evaluate --json --programs 200 --model ";
    JsonNode before = run(evaluate + earlier).json();
    assertThat(before.get("character_accuracy"))
        .isEqualTo(run(evaluate + model).json().get("character_accuracy"));
    assertThat(before.get("character_accuracy").doubleValue())
        .isCloseTo(figures.get("character_accuracy").doubleValue(), within(0.1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "naive", "mixed", "combined"})
  void everyCurriculumGivesTheSameBitsForAnyThreads(String curriculum) throws Exception {
    String train =
        "train execute --length 2 --nesting 2 --hidden 8 --embedding 4 --programs 64 --batch 8"
            + " --epochs 2 --curriculum "
            + curriculum;
    assertThat(run(train, "--threads 1 --out", path("a")).code()).isZero();
    assertThat(run(train, "--threads 3 --out", path("b")).code()).isZero();
    assertThat(run("inspect", path("a"), "--json").tensors())
        .isEqualTo(run("inspect", path("b"), "--json").tensors());
  }

  @Test
  void trainingIsResumed() throws Exception {
    Jobs.requireResumable(SMALL + " --curriculum mixed --epochs 2", path("r"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=1\\nwhile a>0:a+=1\\nprint(a)|expected a program that ends at line 2 of standard input but it still runs after 100,000 steps",
        "print(1)\\n\\nprint(2|expected ')' at line 3 of standard input",
        "print(1)\\n# 2|expected the output of the program at line 2 of standard input but it prints 1",
        "a=3|expected a program that prints one number",
      })
  void programsThatCannotBeUsed(String input, String message) {
    String model = path("m");
    assertThat(run(SMALL + " --steps 1 --out " + model).code()).isZero();
    Result refused = Cli.withInput(input.replace("\\n", "\n"), "predict", "--model", model);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("[execute] ", message);
  }

  @Test
  void settingsThatCannotBeUsed() throws Exception {
    assertThat(run(SMALL, "--programs 8 --out", path("m")).refusal())
        .contains("--programs expected at least the 16 of one update but got 8");
    assertThat(run(SMALL, "--nesting 2 --out", path("m")).refusal()).contains("--operations all");
    assertThat(run("train execute --length 10 --out", path("m")).refusal()).contains("--length");
    String model = path("m");
    assertThat(run(SMALL + " --steps 1 --out " + model).code()).isZero();
    Path empty = Files.writeString(folder.resolve("empty.txt"), "\n\n");
    assertThat(run("evaluate --model", model, "--data", empty.toString()).refusal())
        .contains("expected programs, such as print(12+30), in");
    assertThat(run("evaluate --length 2 --model", model, "--data", empty.toString()).refusal())
        .contains("--length");
  }
}
