package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import dev.comporta.view.GifFile;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captions of clips, from end to end, on small frames. */
class VideoCaptionsJobTest {
  private static final String SMALL =
      "train video-captions --side 8 --frames 4 --filters 2 --hidden 16 --embedding 8 --batch 8"
          + " --threads 1 --learning-rate 0.01 ";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void drawnClipsAreCaptionedScoredAndDrawn() throws Exception {
    String model = path("m");
    JsonNode figures = run(SMALL, "--clips 160 --epochs 8 --json --out", model).json();
    assertThat(figures.get("metric").textValue()).isEqualTo("exact");
    assertThat(figures.get("baseline").textValue()).isEqualTo("the most frequent sentence");
    assertThat(figures.get("baseline_value").doubleValue()).isBetween(0.001, 0.05);
    assertThat(figures.get("clips").intValue()).isEqualTo(1000);
    assertThat(figures.get("bleu").doubleValue()).isBetween(5.0, 100.0);
    assertThat(figures.get("train_loss").doubleValue()).as("log 26 is 3.26").isLessThan(2.0);

    Result written = run("examples video-captions --count 3 --seed 5 --out", path("clips"));
    assertThat(written.out().lines()).hasSize(4);
    String clip = path("clips/clip-0.gif");
    JsonNode scored =
        run("evaluate --beam 2 --json --data", path("clips"), "--model", model).json();
    assertThat(scored.get("clips").intValue()).isEqualTo(3);
    assertThat(scored.get("metric").textValue()).isEqualTo("bleu");
    assertThat(run("evaluate --clips 7 --seed 2 --model", model).out()).contains(": 7 clips");

    Result said = run("predict --n-best 2 --scores --model", model, "--clip", clip, "--clip", clip);
    assertThat(said.out().lines()).as(said.err()).hasSize(4);
    JsonNode one = run("predict --json --model", model, "--clip", clip).json();
    assertThat(one.get("clip").textValue()).isEqualTo(clip);
    assertThat(one.get("caption").textValue()).startsWith("a ");
    for (String name : List.of("look.png", "look.html")) {
      Result drawn = run("predict --model", model, "--clip", clip, "--picture", path(name));
      assertThat(drawn.code()).as(drawn.err()).isZero();
    }
    assertThat(ImageIO.read(folder.resolve("look.png").toFile()).getHeight()).isGreaterThan(300);
    assertThat(folder.resolve("look.html")).content().contains("one of 4 frames");
    Jobs.requireResumable(SMALL + "--clips 8 --epochs 2", path("r"));
  }

  /**
   * Discs of two colours that grow or shrink, as GIF files and folders, with two sentences each.
   */
  @Test
  void clipsOfAFolderAreLearned() throws Exception {
    Files.createDirectory(folder.resolve("c"));
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      boolean red = i % 2 == 0;
      boolean grows = i / 2 % 2 == 0;
      String name = i % 5 == 0 ? "c" + i : "c" + i + ".gif";
      write(folder.resolve("c").resolve(name), red ? Color.RED : Color.BLUE, grows, 5 + i % 3);
      String color = red ? "red" : "blue";
      table.append(name + "\tA " + color + " disc " + (grows ? "grows" : "shrinks") + ".\n");
    }
    Files.writeString(folder.resolve("c/captions.tsv"), table.toString());
    String train = SMALL + "--validation 0.2 --data " + path("c");
    JsonNode figures = run(train, "--epochs 40 --json --out", path("m")).json();
    assertThat(figures.get("metric").textValue()).isEqualTo("bleu");
    assertThat(figures.get("clips").intValue()).isEqualTo(8);
    assertThat(figures.get("exact").doubleValue()).isGreaterThan(0.8);
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();
    Files.writeString(folder.resolve("names"), path("c/c0") + "\n\n" + path("c/c3.gif") + "\n");
    Result said = run("predict --model", path("m"), "--input", path("names"));
    assertThat(said.out()).isEqualTo("a red disc grows\na blue disc shrinks\n");
    String one = train + " --epochs 1";
    run(one, "--out", path("short"));
    Jobs.requireRepeatable(one, path("short"), path("c"));
  }

  private static void write(Path file, Color color, boolean grows, int count) throws Exception {
    List<BufferedImage> frames = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      BufferedImage frame = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
      Graphics2D to = frame.createGraphics();
      to.setColor(Color.WHITE);
      to.fillRect(0, 0, 24, 24);
      to.setColor(color);
      int size = 4 + 16 * (grows ? t : count - 1 - t) / (count - 1);
      to.fillOval(12 - size / 2, 12 - size / 2, size, size);
      to.dispose();
      frames.add(frame);
    }
    if (file.toString().endsWith(".gif")) {
      Files.write(file, GifFile.bytes(frames, 10));
      return;
    }
    Files.createDirectory(file);
    for (int t = 0; t < count; t++) {
      ImageIO.write(frames.get(t), "png", file.resolve("f" + t + ".png").toFile());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--side 20|--side expected a multiple of 8",
        "--frames 1|--frames expected a whole number from 2 to 100",
        "--clips 5 --batch 8|--clips expected at least the 8 of one update but got 5",
        "--min-count 2|--min-count goes with --data",
        "--attention aditive|unknown attention 'aditive'",
        "--filters 4000 --side 128|--batch expected at most",
        "--data @|expected a folder of clips with a file captions.tsv",
        "--data @/still|expected a clip of 2 frames or more but",
        "--data @/outside|expected the name of a clip in its folder at line 1",
        "--data @/missing|is not there",
        "--data @/bare|expected the name of a clip, a tab, and a sentence at line 1",
      })
  void whatCannotBeUsed(String flags, String message) throws Exception {
    for (String name : List.of("still", "outside", "missing", "bare")) {
      Files.createDirectory(folder.resolve(name));
    }
    write(folder.resolve("two.gif"), Color.RED, true, 2);
    BufferedImage one = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    Files.write(folder.resolve("still/a.gif"), GifFile.bytes(List.of(one), 10));
    Files.writeString(folder.resolve("still/captions.tsv"), "a.gif\tone\n");
    Files.writeString(folder.resolve("outside/captions.tsv"), "../two.gif\tone\n");
    Files.writeString(folder.resolve("missing/captions.tsv"), "a.gif\tone\n");
    Files.writeString(folder.resolve("bare/captions.tsv"), "a.gif\n");
    Result refused =
        run(
            flags.contains("--batch") || flags.contains("--filters")
                ? "train video-captions"
                : SMALL,
            flags.replace("@", folder.toString()),
            "--steps 1 --out",
            path("m"));
    assertThat(refused.refusal()).contains(message);
  }
}
