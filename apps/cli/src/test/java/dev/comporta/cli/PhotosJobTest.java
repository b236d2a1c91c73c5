package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captions of a folder of pictures: of any size, as PNG and JPEG, with any sentences. */
class PhotosJobTest {
  private static final String SMALL =
      "train captions --filters 4 --hidden 24 --embedding 8 --batch 8 --threads 1"
          + " --learning-rate 0.01";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @BeforeEach
  void draw() throws Exception {
    ColouredPictures.draw(folder.resolve("p"));
  }

  @Test
  void picturesAreCaptionedScoredAndDrawn() throws Exception {
    String model = path("m");
    String train = SMALL + " --side 16 --validation 0.2 --epochs 30 --data " + path("p");
    JsonNode figures = run(train, "--json --out", model).json();
    assertThat(figures.get("metric").textValue()).isEqualTo("bleu");
    assertThat(figures.get("baseline").textValue()).isEqualTo("the most frequent sentence");
    assertThat(figures.get("pictures").intValue()).isEqualTo(9);
    assertThat(figures.get("bleu").doubleValue()).isGreaterThan(50);
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();
    assertThat(figures.get("chrf").doubleValue()).isBetween(50.0, 100.0);
    JsonNode scored = run("evaluate --beam 2 --json --data", path("p"), "--model", model).json();
    assertThat(scored.get("pictures").intValue()).isEqualTo(45);
    assertThat(scored.get("exact_sentence").doubleValue()).isBetween(0.3, 1.0);

    Result said = run("caption --model", model, path("p/p0.jpeg"), path("p/p1.png"));
    assertThat(said.out().lines()).as(said.err()).hasSize(2);
    assertThat(said.out()).contains("red", "green");
    assertThat(run("caption --model", model, path("p/p2.png"), "--picture", path("l.png")).code())
        .isZero();
    assertThat(ImageIO.read(folder.resolve("l.png").toFile()).getWidth()).isGreaterThan(200);
    assertThat(run("evaluate --model", model).refusal())
        .contains("expected --data, as the model was trained on a folder of images");
    Jobs.requireRepeatable(train, model, path("p"));
    Jobs.requireResumable(train.replace("--epochs 30", "--epochs 2"), path("r"));
  }

  /** Without attention, the decoder gets one vector for the whole picture. */
  @Test
  void anEncoderAndADecoderWithoutAttentionLearnItToo() throws Exception {
    JsonNode figures =
        run(
                SMALL,
                "--attention none --side 16 --validation 0.2 --epochs 30 --json --data",
                path("p"),
                "--out",
                path("m"))
            .json();
    assertThat(figures.get("bleu").doubleValue()).isGreaterThan(50);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--side 20|--side expected a multiple of 8",
        "--scenes 100|--data",
        "--validation 0.01 --data @/one|expected 2 pictures or more",
        "--data @/missing|there is no file",
        "--data @/broken|expected a PNG image but",
        "--data @/cells|expected the name of a picture, a tab, and a sentence at line 1",
        "--data @/outside|expected the name of a picture in its folder at line 2",
        "--data @/empty|expected text in",
        "--data @/none|expected a folder of pictures with a file captions.tsv",
      })
  void whatCannotBeUsed(String flags, String message) throws Exception {
    for (String name :
        new String[] {"one", "missing", "broken", "cells", "outside", "empty", "none"}) {
      Files.createDirectory(folder.resolve(name));
    }
    Files.copy(folder.resolve("p/p1.png"), folder.resolve("one/a.png"));
    Files.writeString(folder.resolve("broken/a.png"), "no picture");
    Files.writeString(folder.resolve("one/captions.tsv"), "a.png\tone\n");
    Files.writeString(folder.resolve("missing/captions.tsv"), "a.png\tone\n");
    Files.writeString(folder.resolve("broken/captions.tsv"), "a.png\tone\n");
    Files.writeString(folder.resolve("cells/captions.tsv"), "a.png\t?!\n");
    Files.writeString(
        folder.resolve("outside/captions.tsv"),
        "../outside/../outside/a.png\tone\n../one/a.png\tone\n");
    Files.writeString(folder.resolve("empty/captions.tsv"), "");
    String own = flags.contains("--data") ? "" : " --data " + path("p");
    String all = flags.replace("@", folder.toString()) + own;
    Result refused = run(SMALL, all, "--steps 1 --out", path("m"));
    assertThat(refused.refusal()).contains(message);
  }
}
