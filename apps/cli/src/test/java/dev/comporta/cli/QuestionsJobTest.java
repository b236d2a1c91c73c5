package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers to questions about pictures from end to end, with a model that is small. */
class QuestionsJobTest {
  private static final String SMALL =
      "train questions --filters 4 --hidden 16 --embedding 8 --units 16 --heads 2 --questions 4 --batch 16 --threads 1";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Tag("full")
  @Test
  void questionsAreAnsweredScoredAndDrawn() throws Exception {
    String model = path("m");
    JsonNode figures =
        run(SMALL, "--scenes 1600 --epochs 4 --learning-rate 0.01 --json --out", model).json();
    assertThat(figures.get("metric").textValue()).isEqualTo("accuracy");
    assertThat(figures.get("train_loss").doubleValue()).as("log 16 is 2.77").isLessThan(2.0);
    assertThat(figures.get("count").intValue()).isEqualTo(2000);
    assertThat(figures.get("baseline").textValue())
        .isEqualTo("the most frequent answer to each question, without the picture");
    assertThat(figures.at("/kinds/count/baseline").doubleValue()).isBetween(0.15, 0.35);
    assertThat(figures.at("/kinds/colour/baseline").doubleValue()).isBetween(0.08, 0.25);
    assertThat(figures.at("/kinds/relation/baseline").doubleValue()).isBetween(0.15, 0.35);
    assertThat(figures.at("/kinds/yes~1no/baseline").doubleValue()).isBetween(0.4, 0.6);

    Result drawn = run("examples questions --count 4 --seed 9 --out", path("x"));
    assertThat(drawn.code()).as(drawn.err()).isZero();
    String picture = path("confusion.png");
    JsonNode scored =
        run("evaluate --json --picture", picture, "--data", path("x"), "--model", model).json();
    JsonNode generated = run("evaluate --json --scenes 4 --seed 9 --model", model).json();
    assertThat(scored.get("accuracy")).isEqualTo(generated.get("accuracy"));
    assertThat(scored.get("kinds")).isEqualTo(generated.get("kinds"));
    assertThat(Files.readAllBytes(Path.of(picture))).startsWith(0x89, 'P', 'N', 'G');

    predictionsAreDrawn(model);
    assertThat(run("verify", model).out()).contains("the same bits in all ");
    Jobs.requireResumable(SMALL + " --scenes 64 --epochs 2", path("r"));
  }

  private void predictionsAreDrawn(String model) throws Exception {
    String image = path("x/scene-0.png");
    String line = image + "\tHow many blorks are there?\n\n" + image + "\tis there a red star\n";
    Result answers = Cli.withInput(line, "predict", "--model", model, "--json");
    assertThat(answers.out().lines()).as(answers.err()).hasSize(2);
    assertThat(answers.out()).contains("\"question\":\"is there a red star\",\"answer\":\"");
    assertThat(answers.err()).contains("the model does not know 'blorks' and reads <unk>");
    Result known =
        Cli.withInput(image + "\twhat is it\tmauve\n", "predict", "--model", model, "--json");
    assertThat(known.json().get("right").booleanValue()).isFalse();
    Result alone =
        Cli.withInput("is there a red star\n", "predict", "--model", model, "--image", image);
    assertThat(alone.out()).matches("\\w+  0\\.\\d{4}\\R");

    Files.writeString(folder.resolve("one"), "is there a red star?");
    String drawOne = "predict --model " + model + " --image " + image + " --input " + path("one");
    assertThat(run(drawOne, "--picture", path("look.png")).code()).isZero();
    BufferedImage look = ImageIO.read(folder.resolve("look.png").toFile());
    assertThat(look.getWidth()).isGreaterThan(200);
    assertThat(run(drawOne, "--picture", path("look.html")).code()).isZero();
    assertThat(Files.readString(folder.resolve("look.html")))
        .contains("is there a red star?", "data:image/png;base64,")
        .doesNotContain("Hypotheses", "probability");
    assertThat(
            Cli.withInput(line, "predict", "--model", model, "--picture", path("look.png"))
                .refusal())
        .contains("--picture expected a single question but the input has 2");
    assertThat(Cli.withInput("no tab\n", "predict", "--model", model).refusal())
        .contains("expected the file of a picture, a tab and a question at line 1 of");
    assertThat(
            Cli.withInput("a.png\twhat\n", "predict", "--model", model, "--image", image).refusal())
        .contains("expected a question only");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scene.png|expected the name of a picture, a tab, a question, a tab and its answer at line 1",
        "scene.png\\twhat\\tpurple\\tkind\\tmore|expected the name of a picture",
        "scene.png\\twhat\\tmagenta|expected one of the answers of the model, 0, 1, 2, 3, red",
        "scene.png\\t?\\tred|expected the name of a picture",
        "missing.png\\twhat\\tred|there is no file",
        "../wide.png\\twhat\\tred|expected the name of a picture in its folder at line 1",
        "wide.png\\twhat\\tred|expected a square picture but",
      })
  void tablesThatCannotBeUsed(String table, String message) throws Exception {
    assertThat(run(SMALL, "--scenes 16 --steps 1 --out", path("m")).code()).isZero();
    BufferedImage wide = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(wide, "png", folder.resolve("wide.png").toFile());
    Files.writeString(folder.resolve("questions.tsv"), table.replace("\\t", "\t") + "\n");
    Result refused = run("evaluate --model", path("m"), "--data", folder.toString());
    assertThat(refused.refusal()).contains(message);
  }
}
