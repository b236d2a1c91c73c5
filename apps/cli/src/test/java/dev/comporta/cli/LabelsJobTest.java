package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels for texts and for sequences of bases, from end to end. */
class LabelsJobTest {
  private static final String SMALL =
      "--hidden 8 --batch 8 --dropout 0 --threads 1 --learning-rate 0.02 --epochs 6";

  @TempDir private Path folder;
  private String texts = "";

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @BeforeEach
  void writeTexts() throws Exception {
    StringBuilder lines = new StringBuilder();
    String[][] words = {{"good", "fine", "lovely"}, {"bad", "poor", "awful"}};
    for (int i = 0; i < 120; i++) {
      int label = i % 2;
      lines.append(label == 0 ? "yes\t" : "no\t");
      lines.append("thing number %d was %s\n".formatted(i % 7, words[label][i % 3]));
    }
    texts = Files.writeString(folder.resolve("texts"), lines).toString();
  }

  private static Result run(String... words) {
    return Cli.runWords(words);
  }

  @Test
  void textsAreClassifiedDrawnResumedAndVerified() throws Exception {
    String model = path("m");
    String train = "train classify --embedding 8 --data " + texts + " " + SMALL;
    JsonNode figures = run(train, "--out " + model + " --json").json();
    assertThat(figures.get("accuracy").doubleValue()).isGreaterThan(0.9);
    assertThat(figures.get("macro_f1").doubleValue()).isGreaterThan(0.9);
    assertThat(figures.get("baseline").textValue()).contains("logistic regression");

    String picture = path("confusion.png");
    JsonNode score =
        run("evaluate --model " + model + " --data " + texts + " --picture " + picture + " --json")
            .json();
    assertThat(score.get("accuracy").doubleValue()).isGreaterThan(0.9);
    assertThat(score.at("/labels/yes/count").intValue()).isEqualTo(60);
    assertThat(Files.readAllBytes(Path.of(picture))).startsWith(0x89, 'P', 'N', 'G');

    Result predicted =
        Cli.withInput("that was lovely\n\nthat was awful\n", "predict", "--model", model);
    assertThat(predicted.out().lines().map(it -> it.split(" ")[0])).containsExactly("yes", "no");
    assertThat(run("verify " + model + " --data " + texts).out()).contains("the same bits in all ");
    Result continued = run(train, "--from " + model + " --out " + path("c"));
    assertThat(continued.code()).as(continued.err()).isZero();

    String constant = train + " --schedule constant ";
    assertThat(run(constant.replace("--epochs 6", "--epochs 2"), "--out " + path("r")).code())
        .isZero();
    Result resumed = run("train classify --resume " + path("r.checkpoint") + " --epochs 4");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(run(constant.replace("--epochs 6", "--epochs 4"), "--out " + path("w")).code())
        .isZero();
    assertThat(run("inspect " + path("r") + " --json").tensors())
        .isEqualTo(run("inspect " + path("w") + " --json").tensors());
  }

  @Test
  void generatedDataAreVerifiedToo() {
    for (String task : List.of("classify", "dna")) {
      String model = path(task);
      String small = " --hidden 2 --steps 2 --threads 1 --out ";
      assertThat(run("train " + task + small + model).code()).isZero();
      assertThat(run("verify " + model + " --threads 1").out()).contains("the same bits in all ");
    }
  }

  @Test
  void rareLabelsCountMoreIfTheyAreToldTo() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      boolean rare = i % 10 == 0;
      lines.append(rare ? "rare" : "often").append(" word").append(i % (rare ? 4 : 9)).append('\n');
    }
    String data = Files.writeString(folder.resolve("rare"), lines).toString();
    String train = "train classify --embedding 8 --data " + data + " " + SMALL + " --json --out ";
    double plain = recall(run(train + path("p")).json());
    for (String remedy :
        List.of(
            "--class-weights balanced", "--oversample=yes", "--focal 2 --class-weights balanced")) {
      JsonNode figures = run(train + path("r") + " " + remedy).json();
      assertThat(recall(figures)).as(remedy).isGreaterThan(plain);
      assertThat(run("verify " + path("r") + " --threads 1").out()).contains("the same bits");
    }
    assertThat(run(train + path("x") + " --loss nll --focal 1").refusal())
        .contains("either --loss or --focal but got both");
    assertThat(run(train + path("x") + " --monitor accuracy").refusal())
        .contains("--monitor goes with --patience or --keep best");
    JsonNode stopped =
        run(
                train.replace("--epochs 6", "--epochs 60") + path("s"),
                "--monitor accuracy --patience 2")
            .json();
    assertThat(stopped.get("steps").intValue()).isLessThan(60 * 23);
    assertThat(stopped.get("validation_loss").doubleValue())
        .isCloseTo(1 - stopped.get("accuracy").doubleValue(), within(1e-9));
  }

  private static double recall(JsonNode figures) {
    return figures.at("/labels/rare/recall").doubleValue();
  }

  @Test
  void probabilitiesAreCalibratedAndModelsCompared() throws Exception {
    String train = "train classify --embedding 8 --data " + texts + " " + SMALL + " --epochs 1";
    assertThat(run(train, "--out " + path("a")).code()).isZero();
    Result calibrated = run(train, "--calibrate=yes --out " + path("b"));
    assertThat(calibrated.err()).contains("calibrated with temperature ");
    JsonNode both =
        run("evaluate --model " + path("a") + " --model " + path("b") + " --json --data " + texts)
            .json();
    JsonNode a = both.at("/models/0");
    JsonNode b = both.at("/models/1");
    assertThat(a.get("accuracy")).isEqualTo(b.get("accuracy")); // the same labels
    assertThat(a.get("mean_probability")).isNotEqualTo(b.get("mean_probability"));
    JsonNode compared = both.at("/comparisons/0");
    assertThat(compared.get("metric").textValue()).isEqualTo("accuracy");
    assertThat(compared.get("difference").doubleValue()).isZero();
    assertThat(compared.get("low").doubleValue()).isZero();
    assertThat(
            run("train classify --embedding 8 --data " + texts + " " + SMALL, "--out " + path("c"))
                .code())
        .isZero();
    assertThat(
            run("evaluate --model " + path("a") + " --model " + path("c") + " --data " + texts)
                .out())
        .contains(path("c") + " against " + path("a") + ": accuracy +")
        .contains("95 % interval +", "by the paired bootstrap, clearly better");
    assertThat(run("verify " + path("b") + " --threads 1").out()).contains("the same bits");
  }

  @Test
  void charactersThatTheModelDoesNotKnowAreLeftOut() throws Exception {
    String model = path("m");
    Result trained =
        run(
            "train classify --tokens characters --embedding 8 --data " + texts + " " + SMALL,
            "--out " + model);
    assertThat(trained.code()).as(trained.err()).isZero();
    Result predicted = Cli.withInput("€ that was löv€ly\n", "predict", "--model", model, "--json");
    assertThat(predicted.json().get("labels").size()).isEqualTo(2);
    assertThat(Cli.withInput("€€\n", "predict", "--model", model).refusal())
        .contains("expected a character that the model knows");
  }

  @Test
  void textsThatCannotBeUsedAreNamed() throws Exception {
    String other = Files.writeString(folder.resolve("other"), "maybe\tso so\n").toString();
    assertThat(run("train classify --data " + texts + " --validation-data " + other).refusal())
        .contains("expected one of the labels [no, yes] in line 1 of", "but got 'maybe'");
    assertThat(run("train classify --data " + other).refusal()).contains("'maybe' occurs once");
    String one = Files.writeString(folder.resolve("one"), "a b\na c\na d\n").toString();
    assertThat(run("train classify --data " + one).refusal()).contains("2 labels or more");
    assertThat(run("train classify --min-count 3 --threads 1").refusal())
        .contains("--min-count", "--tokens words");
  }

  @Test
  void sequencesOfBasesAreClassified() throws Exception {
    StringBuilder csv = new StringBuilder("label,instance,sequence\n");
    String bases = "ACGT";
    for (int i = 0; i < 80; i++) {
      StringBuilder strand = new StringBuilder();
      for (int t = 0; t < 20; t++) {
        strand.append(bases.charAt((i * 7 + t * t * 3 + i * t) % 4));
      }
      boolean marked = i % 2 == 0;
      strand.replace(8, 12, marked ? "GTNA" : "CCCC");
      csv.append("%s, n%d,  %s\n".formatted(marked ? "site" : "none", i, strand));
    }
    String data = Files.writeString(folder.resolve("dna.csv"), csv).toString();
    String model = path("m");
    JsonNode figures =
        run("train dna --data " + data + " " + SMALL, "--out " + model + " --json").json();
    assertThat(figures.get("accuracy").doubleValue()).isGreaterThan(0.9);
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();
    assertThat(
            run("evaluate --model " + model + " --data " + data + " --json")
                .json()
                .get("macro_f1")
                .doubleValue())
        .isGreaterThan(0.9);
    Result predicted =
        Cli.withInput("ACGTACGTGTAATTACGCGA\n", "predict", "--model", model, "--json");
    assertThat(predicted.json().get("label").isTextual()).isTrue();
    assertThat(Cli.withInput("ACGT\nACQT\n", "predict", "--model", model).err())
        .contains("letter 3 of the sequence in line 2 of standard input is 'Q'");
    String wrong = Files.writeString(folder.resolve("w.csv"), csv + "site,x,AC-T\n").toString();
    assertThat(run("train dna --data " + wrong).refusal())
        .contains("letter 3 of the sequence in line 82 of", "is '-'");
    assertThat(run("train dna --sequence-column bases --data " + data).refusal())
        .contains("bases", "sequence");
    String unlabelled = Files.writeString(folder.resolve("u.csv"), csv + ",x,ACGT\n").toString();
    assertThat(run("train dna --data " + unlabelled).refusal())
        .contains("expected a label in line 82 of");
    Path latin = folder.resolve("l.csv");
    Files.writeString(latin, csv + "caf\u00e9,x,ACGT\n", StandardCharsets.ISO_8859_1);
    assertThat(run("train dna --data " + latin).refusal()).contains("is not UTF-8");
    Path semicolons = folder.resolve("s.csv");
    Files.writeString(semicolons, csv.toString().replace(',', ';'));
    assertThat(
            run("evaluate --model " + model + " --separator ; --json --data " + semicolons)
                .json()
                .get("count")
                .intValue())
        .isEqualTo(80);
    assertThat(run("train dna --label-column x --threads 1").refusal()).contains("--label-column");
  }

  @Test
  void aPictureIsRefusedBeforeAnythingIsScored() throws Exception {
    String model = path("m");
    Result trained =
        run("train classify --embedding 4 --data " + texts + " " + SMALL, "--out " + model);
    assertThat(trained.code()).as(trained.err()).isZero();
    String evaluate = "evaluate --model " + model + " --data " + texts;
    Files.copy(Path.of(model), folder.resolve("n"));
    assertThat(run(evaluate, "--model " + path("n") + " --picture " + path("p.png")).refusal())
        .contains("--picture expected one model but got 2");
    assertThat(run(evaluate, "--picture " + texts + ".png.txt").refusal())
        .contains(".html or .png");
    assertThat(run(evaluate, "--picture " + path("none/p.png")).refusal()).contains("--picture");
  }
}
