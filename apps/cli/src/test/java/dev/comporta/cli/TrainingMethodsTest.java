package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training may do beside following its gradients, from the command line. */
class TrainingMethodsTest {
  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String[] train(String flags, String... more) {
    List<String> words =
        new ArrayList<>(List.of("train", "adding", "--length", "8", "--hidden", "9"));
    words.addAll(List.of("--batch", "4", "--goal", "0", "--checkpoint-every", "7"));
    words.addAll(Arrays.asList(flags.split(" ")));
    words.addAll(Arrays.asList(more));
    return words.toArray(String[]::new);
  }

  private List<String> tensors(String name) throws Exception {
    return Cli.run("inspect", path(name), "--json").tensors();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*:learning-rate=0.5|[--groups *] option 'learning-rate' has no effect in a group; use learning-rate-factor",
        "*:learning-rate=1e300|use learning-rate-factor",
        "*.b:frozen=true,weight-decay=0.1|expected frozen=true alone but got frozen, weight-decay",
        "*.b:frozen=true,learning-rate-factor=2|expected frozen=true alone",
        "*.b:freeze=true|unknown option of the group *.b 'freeze'",
        "*.b:freeze=true|did you mean 'frozen'?",
        "*.b:learning-rate-facto=2|did you mean 'learning-rate-factor'?",
        "*.b:weightdecay=0|did you mean 'weight-decay'?",
      })
  void anOptionOfAGroupHasAnEffectOrIsRefused(String groups, String reason) {
    assertThat(Cli.run(train("--steps 2 --groups " + groups)).refusal()).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--learning-rate 0.1", "--find-learning-rate 9"})
  void anOptimizersLearningRateIsRefusedBesideAnother(String other) {
    assertThat(Cli.run(train("--steps 2 --optimizer adam:learning-rate=0.5 " + other)).refusal())
        .contains(other.split(" ")[0] + " goes with an --optimizer without a learning rate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--accumulate 3 --clip-by per-layer",
        "--average ema:decay=0.9 --validate-every 7",
        "--average asgd:start=5 --optimizer sgd:momentum=0.9,nesterov=true",
        "--average swa:start=10,every=4 --keep best --validate-every 9",
        "--groups *.b:beta2=0.9,learning-rate-factor=0.5;layers.2.*:frozen=true",
        "--schedule step:every=5,factor=0.5,count=updates --warmup 6",
        "--schedule linear-warmup:length=5,then=(cosine:minimum=0.001)",
        "--l1 0.0001 --l2 0.001 --activation-penalty 2 --temporal-activation-penalty 1",
        "--schedule reduce-on-plateau:patience=0,factor=0.5 --validate-every 5",
        "--schedule one-cycle:highest=0.02 --optimizer radam",
        "--schedule exponential:factor=0.9,count=updates --optimizer nadam",
        "--schedule epoch-decay:hold=1 --optimizer amsgrad --learning-rate 0.01",
        "--loss huber --patience 3 --min-gain 0.01 --validate-every 5",
      })
  void everyMethodResumesToTheSameBits(String flags) throws Exception {
    String[] whole = train(flags, "--steps", "20", "--out", path("m"), "--json");
    JsonNode figures = Cli.run(whole).json();
    List<String> expected = tensors("m");

    Files.copy(folder.resolve("m.checkpoint.previous"), folder.resolve("again.checkpoint"));
    JsonNode again =
        Cli.run("train", "adding", "--resume", path("again.checkpoint"), "--json").json();
    assertThat(again.get("validation_loss")).isEqualTo(figures.get("validation_loss"));
    assertThat(tensors("again")).isEqualTo(expected);

    // It did something: without the flags the model is another.
    Cli.run(train("--steps 20", "--out", path("plain"), "--json")).json();
    assertThat(tensors("plain")).isNotEqualTo(expected);
  }

  @Test
  void patienceEndsTrainingAndTheBestModelIsSaved() throws Exception {
    String[] flags =
        train(
            "--optimizer sgd --learning-rate 8 --schedule constant --clip 5",
            "--validate-every",
            "4",
            "--patience",
            "5",
            "--steps",
            "1600",
            "--out",
            path("m"),
            "--json");
    Result result = Cli.run(flags);
    JsonNode figures = result.json();
    assertThat(figures.get("steps").intValue()).isLessThan(1600);
    assertThat(result.err())
        .containsPattern("stopped early after step \\d+: no improvement in 5 validations");
    assertThat(tensors("m.best")).isEqualTo(tensors("m"));

    // More patience: the run goes on from its end.
    JsonNode more =
        Cli.run("train", "adding", "--resume", path("m.checkpoint"), "--patience", "9", "--json")
            .json();
    assertThat(more.get("steps").intValue()).isGreaterThan(figures.get("steps").intValue());
    assertThat(
            Cli.run("train", "adding", "--resume", path("m.checkpoint"), "--accumulate", "2")
                .refusal())
        .contains("--accumulate is 2 but the checkpoint was trained with 1");
  }

  @Test
  void frozenParametersKeepTheirBits() throws Exception {
    String groups = " --groups layers.2.*|*.b:frozen=true";
    Cli.run(train("--steps 1" + groups, "--out", path("start"), "--json")).json();
    Cli.run(train("--steps 20" + groups, "--out", path("m"), "--json")).json();
    List<String> start = tensors("start");
    List<String> end = tensors("m");
    for (int i = 0; i < start.size(); i++) {
      String name = start.get(i).split(" ")[0];
      boolean frozen = name.contains("layers.2.") || name.endsWith(".b");
      assertThat(start.get(i).equals(end.get(i))).as(start.get(i)).isEqualTo(frozen);
    }
  }

  @Test
  void theSameCommandGoesOnWhereverItIsTypedOtherwise() throws Exception {
    String[] typed =
        train(
            "--steps 20 --accumulate 1 --average none --keep last",
            "--optimizer",
            "sgd: momentum=0.90, nesterov=true",
            "--schedule",
            "step: every=5, factor=5e-1, count=updates",
            "--out",
            path("m"),
            "--json");
    Cli.run(typed).json();
    List<String> expected = tensors("m");
    Files.copy(folder.resolve("m.checkpoint.previous"), folder.resolve("again.checkpoint"));
    List<String> again = new ArrayList<>(Arrays.asList(typed));
    again.set(again.indexOf(path("m")), path("again"));
    again.addAll(List.of("--resume", path("again.checkpoint")));
    Cli.run(again.toArray(String[]::new)).json();
    assertThat(tensors("again")).isEqualTo(expected);
    again.set(again.indexOf("sgd: momentum=0.90, nesterov=true"), "sgd:momentum=0.8");
    assertThat(Cli.run(again.toArray(String[]::new)).refusal())
        .contains("--optimizer is sgd:momentum=0.8 but the checkpoint was trained with sgd:");
  }

  @Test
  void patienceThatComesWithAResumeKeepsTheLastModel() throws Exception {
    Cli.run(train("--steps 10", "--out", path("m"), "--json")).json();
    String[] more = {
      "train",
      "adding",
      "--resume",
      path("m.checkpoint"),
      "--steps",
      "70",
      "--patience",
      "9",
      "--json"
    };
    assertThat(Cli.run(more).json().get("steps").intValue()).isEqualTo(70);
    assertThat(folder.resolve("m.best")).doesNotExist();
  }
}
