package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags for words, from end to end. */
class TagJobTest {
  private static final String SMALL =
      "--hidden 8 --batch 8 --dropout 0 --word-dropout 0 --character-hidden 4 --character-embedding 4"
          + " --embedding 8 --word-length 6 --threads 1 --learning-rate 0.02 --epochs 6";

  @TempDir private Path folder;
  private String names = "";

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @BeforeEach
  void writeNames() throws Exception {
    StringBuilder text = new StringBuilder();
    String[] first = {"Ann", "Bob", "Cid"};
    String[] places = {"Rome", "Oslo"};
    for (int i = 0; i < 150; i++) {
      text.append(first[i % 3]).append("\tB-person\n");
      if (i % 4 == 0) {
        text.append("Lee\tI-person\n");
      }
      text.append(i % 2 == 0 ? "saw\tO\n" : "left\tO\n");
      text.append(places[i % 2]).append("\tB-place\n.\tO\n\t\n");
    }
    names = write("names", text.toString());
  }

  @Test
  void namesAreFoundDrawnResumedAndVerified() throws Exception {
    String model = path("m");
    String train = "train tag --data " + names + " " + SMALL;
    JsonNode figures = run(train, "--out " + model + " --json").json();
    assertThat(figures.get("entity_f1").doubleValue()).isGreaterThan(0.9);
    assertThat(figures.get("accuracy").doubleValue()).isGreaterThan(0.9);
    assertThat(figures.get("baseline").textValue()).contains("dictionary");

    String picture = path("confusion.png");
    JsonNode score =
        run("evaluate --model " + model + " --data " + names + " --picture " + picture + " --json")
            .json();
    assertThat(score.get("entity_f1").doubleValue()).isGreaterThan(0.9);
    assertThat(score.at("/entities/place/count").intValue()).isEqualTo(150);
    assertThat(Files.readAllBytes(Path.of(picture))).startsWith(0x89, 'P', 'N', 'G');

    Result predicted =
        Cli.withInput("Bob Lee saw Rome .\n\nAnn left\n", "predict", "--model", model);
    assertThat(predicted.out())
        .isEqualToNormalizingNewlines(
            "Bob\tB-person\nLee\tI-person\nsaw\tO\nRome\tB-place\n.\tO\n\nAnn\tB-person\nleft\tO\n\n");
    colorsAreForTerminalsOnly(model);
    JsonNode json = Cli.withInput("Ann left\n", "predict", "--model", model, "--json").json();
    assertThat(json.get("tags").get(1).textValue()).isEqualTo("O");
    assertThat(json.get("probabilities").get(0).doubleValue()).isBetween(0.5, 1.0);
    Jobs.requireRepeatable(train, model, names);
    assertThat(run("inspect " + model).out()).contains("word-characters", "crf");

    Jobs.requireResumable(train + " --validation-data " + names, path("r"));
  }

  /** What the search says of the trained model is what the changed model does. */
  @Test
  void theBiasOfOIsThatOfTheBestF1() throws Exception {
    String train = "train tag --data " + names + " " + SMALL + " --steps 12 --out " + path("m");
    train = train.replace("--epochs 6", "");
    double before =
        run(train, "--outside-bias trained --json").json().get("entity_f1").doubleValue();
    Result chosen = run(train);
    Matcher log =
        Pattern.compile(
                "added (-?[0-9.]+) to the bias of the tag O: .* was ([0-9.]+) % and is ([0-9.]+) %")
            .matcher(chosen.out() + chosen.err());
    assertThat(log.find()).isTrue();
    assertThat(Double.parseDouble(log.group(2))).isCloseTo(100 * before, within(0.005));
    double after = run(train, "--json").json().get("entity_f1").doubleValue();
    assertThat(Double.parseDouble(log.group(3))).isCloseTo(100 * after, within(0.005));
    assertThat(Double.parseDouble(log.group(1))).isNotZero();
    assertThat(after).isGreaterThan(before);

    String other =
        """
        {"layers": [
          {"name": "word-characters", "vocabulary": "inputs", "size": 4, "characters": 40,
           "character-size": 2, "word-length": 6, "cell": "lstm", "hidden": 2},
          {"name": "dense", "units": "outputs"}]}
        """;
    String layers = write("layers", other);
    assertThat(run(train, "--architecture " + layers).refusal())
        .contains("--outside-bias f1 expected a model whose last layer is crf");
  }

  private void colorsAreForTerminalsOnly(String model) throws Exception {
    String line = "Bob left Rome";
    String[] predict = {"predict", "--model", model};
    String plain = Cli.withInput(line, predict).out();
    System.setProperty(CommandExchange.COLORS, "true");
    try {
      Result colored = Cli.withInput(line, predict);
      if (System.getenv("NO_COLOR") == null) {
        assertThat(colored.out())
            .contains("\u001b[34mBob\u001b[0m\t\u001b[34mB-person\u001b[0m", "\nleft\tO")
            .contains("\u001b[31mRome\u001b[0m");
      }
      assertThat(colored.out().replaceAll("\u001b\\[\\d*m", "")).isEqualTo(plain);
      String file = path("tags.txt");
      Cli.withInput(line, "predict", "--model", model, "--output", file);
      assertThat(Files.readString(Path.of(file))).isEqualTo(plain);
      assertThat(Cli.withInput(line, "predict", "--model", model, "--json").out())
          .doesNotContain("\u001b");
    } finally {
      System.clearProperty(CommandExchange.COLORS);
    }
  }

  @Test
  void sentencesThatCannotBeUsedAreNamed() throws Exception {
    String train = "train tag --threads 1 --data ";
    String other = write("other", "Ann\tB-person\nsaw\tO\nParis\tB-city\n");
    assertThat(run(train + names + " --validation-data " + other).refusal())
        .contains("in line 3 of", "but got 'B-city', which does not occur in the training part");
    assertThat(run(train + write("bad", "Ann\tO\nLee\tI-person\n")).refusal())
        .contains("in line 2 of", "but got 'I-person' after 'O'");
    assertThat(run(train + write("one", "a\tO\n\nb\tO\n")).refusal())
        .contains("2 tags or more to tell apart", "'O'");
    assertThat(run(train + write("short", "# c\n1\ta\tX\n")).refusal())
        .contains("10 columns in line 2 of", "but got 3");
    assertThat(run("train tag --column 2").refusal()).contains("--column", "--data");
  }
}
