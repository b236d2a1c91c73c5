package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training writes down about itself, and the rate that it finds by itself. */
class TrainRecordingTest {
  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String[] train(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", "adding", "--length", "8", "--hidden", "9"));
    arguments.addAll(List.of("--batch", "4", "--validate-every", "10"));
    arguments.addAll(List.of("--threads", "1", "--out", path("m")));
    arguments.addAll(Arrays.asList(more));
    return arguments.toArray(String[]::new);
  }

  private List<String> rows() throws IOException {
    return Files.readAllLines(folder.resolve("table.csv"));
  }

  @Test
  void theTableHoldsEveryUpdateAndGoesOnAfterAResume() throws Exception {
    String[] recorded = {"--csv", path("table.csv"), "--json", "--steps", "30"};
    JsonNode figures = Cli.run(train(recorded)).json();
    List<String> whole = rows();
    assertThat(whole.getFirst())
        .isEqualTo("event,step,epoch,loss,gradient_norm,learning_rate,timesteps");
    assertThat(whole.stream().filter(row -> row.startsWith("train,"))).hasSize(30);
    String last = whole.stream().filter(row -> row.startsWith("validation,")).toList().getLast();
    assertThat(last).startsWith("validation,30,").contains(figures.get("validation_loss").asText());

    JsonNode resumed =
        Cli.run(
                "train",
                "adding",
                "--resume",
                path("m.checkpoint"),
                "--csv",
                path("table.csv"),
                "--steps",
                "34",
                "--json")
            .json();
    assertThat(resumed.get("steps").intValue()).isEqualTo(34);
    assertThat(rows().stream().filter(row -> row.startsWith("train,"))).hasSize(34);
    assertThat(rows().subList(0, 20)).isEqualTo(whole.subList(0, 20));
  }

  @Test
  void tensorBoardGetsCurvesHistogramsAndTheSettings() throws Exception {
    Cli.run(train("--steps", "20", "--tensorboard", path("board"), "--json")).json();
    try (Stream<Path> files = Files.list(folder.resolve("board"))) {
      List<Path> written = files.toList();
      assertThat(written).hasSize(1);
      assertThat(written.getFirst().getFileName().toString()).startsWith("events.out.tfevents.");
      // Tags stand in the file as they are; its format is held by the tests of training.
      String content = Files.readString(written.getFirst(), StandardCharsets.ISO_8859_1);
      assertThat(content)
          .contains("train/loss", "train/gradient-norm", "train/learning-rate", "validation/loss")
          .contains("parameters/layers.2.W", "parameters/layers.0.cell.U")
          .contains("| hidden | 9 |");
      assertThat(content.split("train/gradient-norm", -1)).hasSize(21);
    }
  }

  @Test
  void theRateThatIsFoundIsTrainedWithAndKept() throws Exception {
    Result result = Cli.run(train("--steps", "4", "--find-learning-rate", "60", "--json"));
    assertThat(result.code()).as(result.err()).isZero();
    Matcher said =
        Pattern.compile(
                "learning rate (\\S+): a tenth of the rate with the lowest loss, among (\\d+) rates")
            .matcher(result.err());
    assertThat(said.find()).as(result.err()).isTrue();
    double found = Double.parseDouble(said.group(1));
    assertThat(found).isBetween(1e-5, 10.0);
    assertThat(Integer.parseInt(said.group(2))).isBetween(2, 60);
    JsonNode inspected = Cli.run("inspect", path("m"), "--json").json();
    assertThat(inspected.at("/provenance/hyper_parameters/options/learning-rate").doubleValue())
        .as(inspected.get("provenance").toString())
        .isEqualTo(found);

    // The search leaves no trace: the same rate, given by hand, trains to the same bits.
    List<String> searched = Cli.run("inspect", path("m"), "--json").tensors();
    Cli.run(train("--steps", "4", "--learning-rate", said.group(1), "--json")).json();
    assertThat(Cli.run("inspect", path("m"), "--json").tensors()).isEqualTo(searched);

    String[] again = {"train", "adding", "--resume", path("m.checkpoint"), "--steps", "6"};
    assertThat(Cli.run(again).code()).isZero();
    again = Arrays.copyOf(again, 8);
    again[6] = "--find-learning-rate";
    again[7] = "9";
    assertThat(Cli.run(again).refusal())
        .contains("--find-learning-rate goes with a run without --resume");
  }
}
