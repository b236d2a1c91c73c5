package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of music, from end to end. */
class MusicJobTest {
  private static final String SMALL =
      "--hidden 12 --batch 8 --dropout 0 --threads 1 --learning-rate 0.03 --epochs 16";

  @TempDir private Path folder;
  private String pieces = "";

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  /** Two chords take turns; which note is on top depends on the one below. */
  @BeforeEach
  void writePieces() throws Exception {
    Random random = new Random(1);
    List<List<List<Integer>>> train = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      List<List<Integer>> piece = new ArrayList<>();
      for (int t = 0; t < 12 + i % 5; t++) {
        int low = (t % 2 == 0 ? 48 : 53) + random.nextInt(2);
        piece.add(List.of(low, low + 7));
      }
      train.add(piece);
    }
    pieces =
        Files.writeString(
                folder.resolve("pieces.json"),
                "{\"train\": %s, \"valid\": %s}".formatted(train, train.subList(0, 5)))
            .toString();
  }

  private static String outputs(String kind) {
    return "--outputs " + kind + (kind.equals("nade") ? " --nade-hidden 8" : "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"independent", "nade"})
  void modelsAreTrainedScoredResumedAndVerified(String kind) throws Exception {
    String train = "train music --data " + pieces + " " + SMALL + " " + outputs(kind);
    String model = path("m");
    JsonNode figures = run(train, "--out " + model + " --json").json();
    double nll = figures.get("nll").doubleValue();
    assertThat(nll).isLessThan(figures.get("markov").doubleValue());
    assertThat(figures.get("markov").doubleValue())
        .isLessThan(figures.get("marginal").doubleValue());
    assertThat(figures.get("baseline").textValue()).contains("Markov");

    JsonNode score = run("evaluate --model " + model + " --data " + pieces + " --json").json();
    assertThat(score.get("nll").doubleValue()).isEqualTo(nll);
    assertThat(score.get("part").textValue()).isEqualTo("valid");
    assertThat(score.get("markov").doubleValue()).isEqualTo(figures.get("markov").doubleValue());
    assertThat(run("verify " + model + " --data " + pieces).out())
        .contains("the same bits in all ");
    assertThat(run("inspect " + model).out()).contains("steps per beat: 2.0");

    String constant = train + " --schedule constant --transpose 3 ";
    assertThat(run(constant.replace("--epochs 16", "--epochs 2"), "--out " + path("r")).code())
        .isZero();
    Result resumed = run("train music --resume " + path("r.checkpoint") + " --epochs 4");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(run(constant.replace("--epochs 16", "--epochs 4"), "--out " + path("w")).code())
        .isZero();
    assertThat(run("inspect " + path("r") + " --json").tensors())
        .isEqualTo(run("inspect " + path("w") + " --json").tensors());
    Result continued = run(train, "--from " + model + " --out " + path("c"));
    assertThat(continued.code()).as(continued.err()).isZero();
  }

  /** Dependent outputs know that only one of two notes goes with the note below. */
  @Test
  void nadeIsBetterWhereKeysDependOnEachOther() throws Exception {
    double independent = nll("independent");
    double nade = nll("nade");
    assertThat(nade).isLessThan(independent - 0.3);
  }

  private double nll(String kind) throws Exception {
    return run(
            "train music --data " + pieces + " " + SMALL.replace("epochs 16", "epochs 40"),
            outputs(kind) + " --json --out " + path(kind))
        .json()
        .get("nll")
        .doubleValue();
  }

  @Test
  void piecesAreContinuedWrittenDrawnAndHeard() throws Exception {
    String model = path("m");
    Result trained =
        run("train music --data " + pieces + " " + SMALL + " --out " + model, outputs("nade"));
    assertThat(trained.code()).as(trained.err()).isZero();

    String begun = path("begun.mid");
    JsonNode answer =
        run("predict --model " + model + " --length 10 --out " + begun + " --json").json();
    assertThat(answer.get("start_steps").intValue()).isZero();
    assertThat(answer.get("chords").size()).isEqualTo(10);
    assertThat(Files.readAllBytes(Path.of(begun))).startsWith('M', 'T', 'h', 'd');

    String continued = path("continued.json");
    String picture = path("roll.png");
    String same =
        "predict --model " + model + " --input " + begun + " --length 6 --start-steps 4 --seed 3";
    Result next = run(same, "--out " + continued + " --picture " + picture + " --json");
    assertThat(next.json().get("start_steps").intValue()).isEqualTo(4);
    assertThat(Files.readString(Path.of(continued))).endsWith("]\n");
    assertThat(Files.readAllBytes(Path.of(picture))).startsWith(0x89, 'P', 'N', 'G');
    assertThat(run(same, "--out " + path("x.wav")).code()).isZero();
    assertThat(Files.readAllBytes(Path.of(path("x.wav")))).startsWith('R', 'I', 'F', 'F');
    String again = "predict --model " + model + " --input " + continued + " --length 2 ";
    assertThat(run(again, "--json").json().get("start_steps").intValue()).isEqualTo(10);
    assertThat(run(same).out())
        .isEqualTo(next.json().get("chords").toString().replace(",", ", ") + "\n");
    assertThat(run(again, "--picture " + path("p.html")).code()).isZero();
    assertThat(Files.readString(Path.of(path("p.html")))).contains("10 timesteps given, 2 added");

    assertThat(run(again, "--out x.mp3").refusal()).contains("--out expected a file that ends in");
    assertThat(run("predict --model " + model + " --input " + pieces).refusal())
        .contains("expected one piece to continue in", "but it has 45");
    String low = Files.writeString(folder.resolve("low.json"), "[[20]]").toString();
    assertThat(run("predict --model " + model + " --input " + low).refusal())
        .contains("expected notes from 21 to 108");
    assertThat(run("predict --model " + model + " --start-steps 3").refusal())
        .contains("--start-steps goes with --input");
    assertThat(run("predict --model " + model + " --input " + path("none.mid")).refusal())
        .contains("there is no");
  }

  @Test
  void foldersOfMidiFilesAreRead() throws Exception {
    String model = path("m");
    Result trained =
        run("train music --data " + pieces + " --out " + model + " " + SMALL, outputs("nade"));
    assertThat(trained.code()).as(trained.err()).isZero();
    Path songs = Files.createDirectories(folder.resolve("songs"));
    for (int seed = 0; seed < 4; seed++) {
      String out = songs.resolve(seed + ".mid").toString();
      assertThat(run("predict --model " + model + " --out " + out + " --seed " + seed).code())
          .isZero();
    }
    String train = "train music --data " + songs + " --outputs independent " + SMALL;
    JsonNode figures = run(train, "--out " + path("n") + " --json").json();
    assertThat(figures.get("pieces").intValue()).isEqualTo(1);
    String one = songs.resolve("0.mid").toString();
    JsonNode score = run("evaluate --model " + path("n") + " --data " + one + " --json").json();
    assertThat(score.get("nll").doubleValue()).isPositive();
    assertThat(score.has("baseline")).isFalse();
    assertThat(run("train music --data " + one).refusal()).contains("expected two pieces or more");
  }

  @Test
  void dataThatCannotBeUsedAreNamed() throws Exception {
    String empty = Files.writeString(folder.resolve("e.json"), "{\"train\": [[]]}").toString();
    assertThat(run("train music --data " + empty).refusal())
        .contains("expected a piece of one timestep or more in piece 1 of part 'train'");
    assertThat(run("train music --data " + path("none")).refusal()).contains("there is no");
    assertThat(run("train music --validation 0.2 --data " + pieces).refusal())
        .contains("--validation goes with data without a part 'valid'");
    assertThat(run("train music --validation 0.2 --validation-data " + pieces).refusal())
        .contains("expected either --validation-data or --validation but got both");
    assertThat(run("train music --nade-hidden 3 --outputs independent").refusal())
        .contains("--nade-hidden goes with --outputs nade");
    String shortOnes = Files.writeString(folder.resolve("s.json"), "[[[60]], [[62]]]").toString();
    assertThat(run("train music --epochs 1 --data " + shortOnes + " --out " + path("m")).refusal())
        .contains("expected a piece of two timesteps or more to score");
  }
}
