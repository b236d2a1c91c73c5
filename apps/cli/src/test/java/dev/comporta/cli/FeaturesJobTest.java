package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cli.Cli.Result;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.testkit.OnnxBytes;
import dev.comporta.testkit.OnnxBytes.Numbers;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captions of the features that an ONNX model computes from pictures. */
class FeaturesJobTest {
  private static final int SIDE = 16;
  private static final int CELLS = 4; // on a side
  private static final String SMALL =
      "train captions --hidden 24 --embedding 8 --batch 8 --threads 1 --learning-rate 0.01";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @BeforeEach
  void draw() throws Exception {
    ColouredPictures.draw(folder.resolve("p"));
    means().output("y").write(folder.resolve("means.onnx"));
  }

  /** The mean of each 4 x 4 pixels: y [1, 3, 4, 4]. */
  private static OnnxBytes means() {
    int size = SIDE / CELLS;
    return new OnnxBytes()
        .input("x", "batch", 3, SIDE, SIDE)
        .node(
            "AveragePool",
            List.of("x"),
            "y",
            new Numbers("kernel_shape", size, size),
            new Numbers("strides", size, size));
  }

  /** The same of a picture of 16 x 16 pixels with intensities from 0 to 1. */
  private static float[] means(BufferedImage picture) {
    float[] means = new float[3 * CELLS * CELLS];
    int size = SIDE / CELLS;
    for (int i = 0; i < SIDE * SIDE; i++) {
      int rgb = picture.getRGB(i % SIDE, i / SIDE);
      int cell = i / SIDE / size * CELLS + i % SIDE / size;
      for (int channel = 0; channel < 3; channel++) {
        float intensity = ((rgb >> (16 - 8 * channel)) & 255) / 255f;
        means[channel * CELLS * CELLS + cell] += intensity / (size * size);
      }
    }
    return means;
  }

  @Test
  void picturesAreCaptionedByTheirFeatures() throws Exception {
    String model = path("m");
    String features = " --features " + path("means.onnx");
    String train = SMALL + " --validation 0.2 --epochs 20 --data " + path("p") + features;
    JsonNode figures = run(train, "--json --out", model).json();
    assertThat(figures.get("bleu").doubleValue()).isGreaterThan(50);
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();
    JsonNode scored = run("evaluate --json --data", path("p"), features, "--model", model).json();
    assertThat(scored.get("pictures").intValue()).isEqualTo(45);
    assertThat(scored.get("bleu").doubleValue()).isGreaterThan(50);

    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      picture.setRGB(i % SIDE, i / SIDE, 0x2040c0 + i);
    }
    Path file = folder.resolve("q.png");
    ImageIO.write(picture, "png", file.toFile());
    Result said = run("caption --scores --model", model, features, file.toString());
    assertThat(said.code()).as(said.err()).isZero();
    try (LoadedModel loaded = Models.load(Path.of(model))) {
      Captioner captioner = loaded.captioner();
      assertThat(captioner.features().orElseThrow().file()).isEqualTo("means.onnx");
      var alone = captioner.caption(List.of(means(picture)), BeamSettings.DEFAULT).getFirst();
      String[] parts = said.out().strip().split("\t");
      assertThat(parts[0]).isEqualTo(alone.text());
      assertThat(Double.parseDouble(parts[1]))
          .isCloseTo(alone.hypotheses().getFirst().score(), within(2e-4));
    }
    Result drawn =
        run("caption --model", model, features, path("p/p2.png"), "--picture", path("l.png"));
    assertThat(drawn.code()).as(drawn.err()).isZero();
    assertThat(ImageIO.read(folder.resolve("l.png").toFile()).getWidth()).isGreaterThan(200);
    anotherFileIsRefused(model);
  }

  @Tag("full")
  @Test
  void aRunCanBeRepeatedAndResumed() throws Exception {
    String train = SMALL + " --epochs 2 --data " + path("p") + " --features " + path("means.onnx");
    run(train, "--json --out", path("m")).json();
    Jobs.requireRepeatable(train, path("m"), path("p"));
    Jobs.requireResumable(train, path("r"));
  }

  private void anotherFileIsRefused(String model) throws Exception {
    String caption = "caption --model " + model + " " + path("p/p1.png");
    assertThat(run(caption).refusal())
        .contains("--features expected means.onnx, on whose features", "but got none");
    means().node("Relu", List.of("y"), "z").output("z").write(folder.resolve("other.onnx"));
    for (String command : List.of(caption, "evaluate --model " + model + " --data " + path("p"))) {
      assertThat(run(command, "--features", path("other.onnx")).refusal())
          .contains("--features expected means.onnx with the SHA-256", "other.onnx has");
    }
    String resume = "train captions --epochs 21 --resume " + model + ".checkpoint --data ";
    Result resumed = run(resume, path("p"), "--features", path("other.onnx"));
    assertThat(resumed.code()).as(resumed.err()).isEqualTo(2);
    assertThat(resumed.lastError())
        .contains("captions.tsv with the features of", "other.onnx has", "give the same data");
  }

  /** Without attention, the decoder starts from the mean of the positions: here there is one. */
  @Test
  void oneVectorAndNoAttention() throws Exception {
    means()
        .node("GlobalAveragePool", List.of("y"), "g")
        .node("Flatten", List.of("g"), "z")
        .output("z")
        .write(folder.resolve("vector.onnx"));
    JsonNode figures =
        run(
                SMALL,
                "--attention none --pixels imagenet --validation 0.2 --epochs 20 --json --data",
                path("p"),
                "--features",
                path("vector.onnx"),
                "--out",
                path("m"))
            .json();
    assertThat(figures.get("bleu").doubleValue()).isGreaterThan(50);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--features @/means.onnx|--features goes with --data",
        "--data @/p --pixels unit|--pixels goes with --features",
        "--data @/p --features @/means.onnx --filters 8|--filters goes with convolutions, not --features",
        "--data @/p --features @/means.onnx --side 32|--side expected 16",
        "--data @/p --features @/means.onnx --pixels half|unknown value of --pixels 'half'",
        "--data @/p --features @/means.onnx --batch 9000000|--batch expected at most 5592405 images with the features of",
        "--data @/p --features @/p/captions.tsv|expected an ONNX model but",
        "--data @/p --features @/none.onnx|none.onnx is not a file; check the name",
        "--data @/p --features @/two.onnx|expected a graph with one input, a picture",
        "--data @/p --features @/row.onnx|whose input is a square picture",
        "--data @/p --features @/flat.onnx|computes float32 [48]",
        "--data @/p --features @/free.onnx|expected --side as well",
      })
  void whatCannotBeUsed(String flags, String message) throws Exception {
    means().input("z", 1, 3, SIDE, SIDE).output("y").write(folder.resolve("two.onnx"));
    OnnxBytes row = new OnnxBytes().input("x", 1, 10).node("Relu", List.of("x"), "y");
    row.output("y").write(folder.resolve("row.onnx"));
    OnnxBytes free = new OnnxBytes().input("x", 1, 3, "h", "w").node("Relu", List.of("x"), "y");
    free.output("y").write(folder.resolve("free.onnx"));
    means()
        .constant("shape", -1)
        .node("Reshape", List.of("y", "shape"), "z")
        .output("z")
        .write(folder.resolve("flat.onnx"));
    String all = flags.replace("@", folder.toString());
    Result refused = run(SMALL, all, "--steps 1 --out", path("m"));
    assertThat(refused.refusal()).contains(message);
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @Test
  void aModelOfPixelsTakesNoFeatures() throws Exception {
    String model = path("m");
    run(SMALL, "--filters 4 --side 16 --steps 1 --json --data", path("p"), "--out", model).json();
    assertThat(
            run("caption --model", model, path("p/p1.png"), "--features", path("means.onnx"))
                .refusal())
        .contains("--features goes with models that were trained with it");
  }
}
