package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers to questions about stories, from end to end. */
class AnswerJobTest {
  private static final String SMALL =
      "--hidden 20 --embedding 10 --batch 8 --sentence-words 6 --question-words 4 --hops 1 --threads 1"
          + " --learning-rate 0.01 --epochs 12";

  @TempDir private Path folder;
  private String stories = "";

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  /** Two persons are in one of three places each; where one is, and who came first. */
  @BeforeEach
  void writeStories() throws Exception {
    Random random = new Random(1);
    String[] persons = {"Ann", "Bob"};
    String[] places = {"hall", "yard", "shop"};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 160; i++) {
      int[] at = {random.nextInt(3), random.nextInt(3)};
      int first = random.nextInt(2);
      int asked = random.nextInt(2);
      text.append("1 %s went to the %s.\n".formatted(persons[first], places[at[first]]));
      text.append("2 %s went to the %s.\n".formatted(persons[1 - first], places[at[1 - first]]));
      text.append(
          "3 Where is %s? \t%s\t%d\n"
              .formatted(persons[asked], places[at[asked]], asked == first ? 1 : 2));
      text.append("4 Who came first?\t%s\t1\n".formatted(persons[first]));
    }
    stories = write("stories.txt", text.toString());
  }

  @Test
  void questionsAreAnsweredScoredDrawnResumedAndVerified() throws Exception {
    String model = path("m");
    String train = "train answer --data " + stories + " " + SMALL;
    JsonNode figures = run(train, "--out " + model + " --json").json();
    assertThat(figures.at("/kinds/where, 1 supporting fact/accuracy").doubleValue())
        .isGreaterThan(0.9);
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();
    assertThat(figures.get("baseline").textValue()).contains("most frequent answer");
    assertThat(figures.get("baseline_value").doubleValue()).isBetween(0.2, 0.7);

    String picture = path("confusion.png");
    JsonNode score =
        run("evaluate --json --data " + stories + " --picture " + picture + " --model " + model)
            .json();
    assertThat(score.get("accuracy").doubleValue()).isGreaterThan(0.8);
    assertThat(score.get("count").intValue()).isEqualTo(320);
    assertThat(score.at("/kinds/where, 1 supporting fact/count").intValue()).isEqualTo(160);
    assertThat(score.at("/kinds/who, 1 supporting fact/count").intValue()).isEqualTo(160);
    assertThat(Files.readAllBytes(Path.of(picture))).startsWith(0x89, 'P', 'N', 'G');
    assertThat(run("inspect " + model).out())
        .contains(
            "conv1d",
            "attention-decoder",
            "words of a sentence: 6.0",
            "words of the question after each sentence: 4.0");

    predictionsAreMade(model);
    Jobs.requireRepeatable(train, model, stories);
    Jobs.requireResumable(train + " --validation-data " + stories, path("r"));
  }

  private void predictionsAreMade(String model) throws Exception {
    String told = "Ann went to the hall.\nBob went to the shop.\nWhere is Ann?\n";
    String predict = "predict --model " + model;
    Result plain = Cli.withInput(told + "Where is Bob?\n\n" + told, predict.split(" "));
    assertThat(plain.err()).isEmpty();
    assertThat(plain.out().lines().map(line -> line.split(" ")[0]))
        .containsExactly("hall", "shop", "hall");
    String numbered = "1 Ann went to the hall\n2 Bob went to the shop\n3 Where is Ann?\thall\t1\n";
    JsonNode json = Cli.withInput(numbered, (predict + " --attention --json").split(" ")).json();
    assertThat(json.get("answer").textValue()).isEqualTo("hall");
    assertThat(json.get("right").booleanValue()).isTrue();
    assertThat(json.get("probability").doubleValue()).isBetween(0.4, 1.0);
    assertThat(json.get("steps").toString()).isEqualTo("[\"where\",\"is\",\"ann\",\"?\"]");
    assertThat(json.get("attention")).hasSize(4);
    double sum = 0;
    for (JsonNode weight : json.get("attention").get(3)) {
      sum += weight.doubleValue();
    }
    assertThat(sum).isBetween(0.999, 1.001);
    Result bars = Cli.withInput(told, (predict + " --attention").split(" "));
    assertThat(bars.out().lines()).hasSize(3);
    assertThat(bars.out()).contains("Ann went to the hall.  ", " %  #");

    String picture = path("look.png");
    assertThat(Cli.withInput(told, (predict + " --picture " + picture).split(" ")).code()).isZero();
    assertThat(Files.readAllBytes(Path.of(picture))).startsWith(0x89, 'P', 'N', 'G');
    String page = path("look.html");
    assertThat(run(predict + " --input " + write("i", told) + " --picture " + page).code())
        .isZero();
    assertThat(Files.readString(Path.of(page))).contains("Where is Ann?  hall");
    Result two = Cli.withInput(told + told, (predict + " --picture " + picture).split(" "));
    assertThat(two.refusal()).contains("--picture expected one question but the input has 2");

    Result unknown = Cli.withInput("Zoe went to the yard.\nWhere is Zoe?\n", predict.split(" "));
    assertThat(unknown.code()).isZero();
    assertThat(unknown.err().lines())
        .containsExactly("the model does not know 'zoe' and reads <unk>");
    Result early = Cli.withInput("Where is Ann?\n", predict.split(" "));
    assertThat(early.code()).isEqualTo(2);
    assertThat(early.err())
        .contains(
            "expected a fact before the first question of a story but line 1 of standard input");
  }

  @Test
  void foldersHaveAKindForEachFile() throws Exception {
    Path many = Files.createDirectories(folder.resolve("many"));
    String text = Files.readString(Path.of(stories));
    Files.writeString(many.resolve("qa1_train.txt"), text);
    Files.writeString(many.resolve("qa2_train.txt"), text);
    Files.writeString(many.resolve("README.md"), "no stories");
    String train = "train answer --data " + many + " " + SMALL.replace("epochs 12", "epochs 1");
    JsonNode figures = run(train, "--attention none --out " + path("m") + " --json").json();
    assertThat(figures.get("kinds").has("qa1_train")).isTrue();
    assertThat(figures.get("kinds")).hasSize(2);
    Result bars =
        Cli.withInput(
            "Ann is in the hall.\nWhere is Ann?\n", "predict", "--attention", "--model", path("m"));
    assertThat(bars.out()).contains("(this model has no attention)");
    assertThat(run("train answer --data " + Files.createDirectories(folder.resolve("e"))).refusal())
        .contains("expected files with stories, whose names end in .txt");
  }

  /** The generated world, as the command {@code examples} writes it, is read as files are. */
  @Test
  void examplesAreWritten() throws Exception {
    assertThat(run("examples answer --count 12 --out " + path("x")).code()).isZero();
    String data = path("x/stories.txt");
    String small = SMALL.replace("epochs 12", "epochs 1");
    assertThat(run("train answer --stories 40 " + small + " --out " + path("g")).code()).isZero();
    JsonNode score = run("evaluate --json --model " + path("g") + " --data " + data).json();
    assertThat(score.get("count").intValue()).isEqualTo(60);
    assertThat(score.get("kinds").size()).isGreaterThan(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 a b.;2 c d.;4 where?;~x~1 | expected the number 3, or 1 for a new story, at the start of line 3 of",
        "2 a b.;3 where?~x~2 | expected the number 1 at the start of line 1 of",
        "a b.;where?~x | expected the number 1 at the start of line 1 of",
        "1 a b.;99999999999 c. | but got '99999999999'; number the lines of each story from 1",
        "1 a b.;2 where is a? | expected a tab and an answer after the question in line 2 of",
        "1 a b.;2 where is a?~ ~1 | expected a tab and an answer after the question in line 2 of",
        "1 a b.;2 where is a?~x y~1 | expected an answer of one word in line 2 of",
        "1 a b.;2 where is a?~x~2 | expected the numbers of earlier facts of the story after the answer in line 2 of",
        "1 a b.;2 where is a?~x~one | but got 'one'",
        "1 a b.;2 c d.;1 e f.;2 where?~x~1 | expected a question about the story that begins in line 1 of",
        "1 where is a?~x | expected a fact before the first question of a story but line 1 of",
        "1 a b.;2 where?~x~1;1 where?~y | a fact before the first question of a story but line 3 of",
        "1 a b.;2 ... | expected a sentence of one word or more in line 2 of",
        "1 | expected a sentence of one word or more in line 1 of",
        "1 a b.;2 where?~x~1 | expected two stories or more, one of them to validate on",
        "1 a b.;2 where?~x~1;1 a b.;2 where?~x~1 | expected 2 answers or more to tell apart in",
        "1 a b.;2 where?~x~1;1 a b.;2 where?~y~1 | expected a story to hold out of the 2 of",
      })
  void storiesThatCannotBeUsed(String text, String message) throws Exception {
    String data = write("bad", text.replace(';', '\n').replace('~', '\t') + "\n");
    assertThat(run("train answer --data " + data).refusal()).contains(message);
  }

  @Test
  void otherDataThatCannotBeUsed() throws Exception {
    String other = write("other", "1 Ann is in the lake.\n2 Where is Ann?\tlake\t1\n");
    assertThat(run("train answer --data " + stories + " --validation-data " + other).refusal())
        .contains("expected one of the answers [ann, bob, hall, shop, yard] in line 2 of")
        .contains("but got 'lake', which the model was not trained on");
    assertThat(run("train answer --data " + write("empty", "\n\n")).refusal())
        .contains("expected stories, such as '1 Mary moved to the kitchen.', in");
    assertThat(run("train answer --stories 5 --data " + stories).refusal())
        .contains("--stories goes with generated stories, not --data");
    Result longer =
        run(
            "train answer --sentences 1 --data " + stories,
            SMALL
                .replace("epochs 12", "epochs 1")
                .replace("words 6", "words 3")
                .replace("words 4", "words 2"),
            "--out " + path("m"));
    assertThat(longer.err())
        .contains(
            "288 sentences have more than 3 words",
            "288 questions have more than 2 words",
            "144 stories have more than 1 sentences");
  }
}
