package dev.comporta.tasks.captions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.inference.compute.Compute;
import dev.comporta.inference.compute.ComputeChoice;
import dev.comporta.inference.compute.ComputeFactory;
import dev.comporta.inference.content.StoredImageFeatures;
import dev.comporta.tasks.captions.CaptionedImages.Captioned;
import dev.comporta.testkit.OnnxBytes;
import dev.comporta.testkit.OnnxBytes.Numbers;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Features of pictures by ONNX files, compared with loops in double precision. */
class FeatureGraphTest {
  private static final int SIDE = 8;
  private static final int FILTERS = 2;
  private static final int KERNEL = 3;
  private static final int STRIDE = 2;
  private static final int PLACES = (SIDE - KERNEL) / STRIDE + 1; // on a side
  private static final float[] BIAS = {0.3f, -0.2f};

  @TempDir private Path folder;
  private Compute compute;
  private Path picture;

  @BeforeEach
  void draw() throws Exception {
    compute = new ComputeFactory(Catalog.load()).open(new ComputeChoice("reference", 2, "plan"));
    picture = folder.resolve("p.png");
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      image.setRGB(
          i % SIDE, i / SIDE, intensity(i, 0) << 16 | intensity(i, 1) << 8 | intensity(i, 2));
    }
    ImageIO.write(image, "png", picture.toFile());
  }

  @AfterEach
  void close() {
    compute.close();
  }

  private static int intensity(int pixel, int channel) {
    return (pixel * 37 + channel * 91 + pixel * pixel) % 256;
  }

  private static float[] kernel() {
    float[] kernel = new float[FILTERS * 3 * KERNEL * KERNEL];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (i * 29 % 23 - 11) / 20f;
    }
    return kernel;
  }

  /** A convolution of a picture [1, 3, 8, 8] with a rectifier: y [1, 2, 3, 3]. */
  private static OnnxBytes convolved(OnnxBytes graph, String x) {
    return graph
        .constant("W", kernel(), FILTERS, 3, KERNEL, KERNEL)
        .constant("b", BIAS, FILTERS)
        .node("Conv", List.of(x, "W", "b"), "c", new Numbers("strides", STRIDE, STRIDE))
        .node("Relu", List.of("c"), "y");
  }

  private static OnnxBytes plain() {
    return convolved(new OnnxBytes().input("x", 1, 3, SIDE, SIDE), "x");
  }

  private static double scaled(PixelScale scale, int pixel, int channel) {
    double one = intensity(pixel, channel) / 255.0;
    return switch (scale) {
      case UNIT -> one;
      case SYMMETRIC -> 2 * one - 1;
      case BYTES -> intensity(pixel, channel);
      case IMAGENET ->
          switch (channel) {
            case 0 -> (one - 0.485) / 0.229;
            case 1 -> (one - 0.456) / 0.224;
            default -> (one - 0.406) / 0.225;
          };
    };
  }

  /** The same convolution, [C, rows, columns]. */
  private static double[] expected(PixelScale scale) {
    float[] kernel = kernel();
    double[] features = new double[FILTERS * PLACES * PLACES];
    for (int at = 0; at < features.length; at++) {
      int filter = at / (PLACES * PLACES);
      int row = at / PLACES % PLACES * STRIDE;
      int column = at % PLACES * STRIDE;
      double sum = BIAS[filter];
      for (int k = 0; k < 3 * KERNEL * KERNEL; k++) {
        int channel = k / (KERNEL * KERNEL);
        int pixel = (row + k / KERNEL % KERNEL) * SIDE + column + k % KERNEL;
        sum += kernel[filter * 3 * KERNEL * KERNEL + k] * scaled(scale, pixel, channel);
      }
      features[at] = Math.max(0, sum);
    }
    return features;
  }

  private FeatureGraph open(OnnxBytes graph, @Nullable Integer side, PixelScale scale)
      throws Exception {
    Path file = graph.write(folder.resolve("net.onnx"));
    return FeatureGraph.open(file, side, scale, null, compute);
  }

  private FeatureGraph open(OnnxBytes graph) throws Exception {
    return open(graph, null, PixelScale.UNIT);
  }

  private float[] features(FeatureGraph graph) {
    return graph.numbers(graph.pixels(picture), picture).array();
  }

  private static void requireEqual(float[] features, double[] expected) {
    assertThat(features).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      // 27 products of float32 and their sum
      assertThat((double) features[i])
          .as("feature " + i)
          .isCloseTo(expected[i], within(1e-5 * Math.max(1, Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConvolutionOfScaledPictures(PixelScale scale) throws Exception {
    FeatureGraph graph = open(plain().output("y"), null, scale);
    assertThat(List.of(graph.channels(), graph.rows(), graph.columns()))
        .containsExactly(FILTERS, PLACES, PLACES);
    double[] expected = expected(scale);
    requireEqual(features(graph), expected);
    assertThat(Arrays.stream(expected).filter(it -> it > 0).count()).isGreaterThan(2);
  }

  @Test
  void channelsMayComeLast() throws Exception {
    OnnxBytes graph =
        new OnnxBytes()
            .input("x", "batch", SIDE, SIDE, 3)
            .node("Transpose", List.of("x"), "t", new Numbers("perm", 0, 3, 1, 2));
    convolved(graph, "t")
        .node("Transpose", List.of("y"), "z", new Numbers("perm", 0, 2, 3, 1))
        .output("z");
    FeatureGraph open = open(graph);
    assertThat(List.of(open.channels(), open.rows(), open.columns()))
        .containsExactly(FILTERS, PLACES, PLACES);
    requireEqual(features(open), expected(PixelScale.UNIT));
  }

  @Test
  void positionsMayBeOneAxis() throws Exception {
    OnnxBytes graph =
        plain()
            .node("Transpose", List.of("y"), "t", new Numbers("perm", 0, 2, 3, 1))
            .constant("shape", 1, PLACES * PLACES, FILTERS)
            .node("Reshape", List.of("t", "shape"), "z")
            .output("z");
    FeatureGraph open = open(graph);
    assertThat(List.of(open.channels(), open.rows(), open.columns()))
        .containsExactly(FILTERS, 1, PLACES * PLACES);
    requireEqual(features(open), expected(PixelScale.UNIT));
  }

  @Test
  void oneVectorForThePicture() throws Exception {
    OnnxBytes graph =
        plain()
            .node("GlobalAveragePool", List.of("y"), "g")
            .node("Flatten", List.of("g"), "z")
            .output("z", 1, FILTERS);
    FeatureGraph open = open(graph);
    double[] all = expected(PixelScale.UNIT);
    double[] means = new double[FILTERS];
    for (int i = 0; i < all.length; i++) {
      means[i / (PLACES * PLACES)] += all[i] / (PLACES * PLACES);
    }
    requireEqual(features(open), means);
  }

  /** A graph of any size reads the size that is given: here each 2 x 2 pixels become one. */
  @Test
  void aSizeMayBeGivenAndPicturesArePadded() throws Exception {
    OnnxBytes same =
        new OnnxBytes().input("x", 1, 3, "h", "w").node("Identity", List.of("x"), "y").output("y");
    FeatureGraph graph = open(same, 16, PixelScale.BYTES);
    BufferedImage wide = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 32 * 16; i++) {
      wide.setRGB(i % 32, i / 32, Color.RED.getRGB());
    }
    ImageIO.write(wide, "png", picture.toFile());
    float[] features = features(graph);
    assertThat(features).hasSize(3 * 16 * 16);
    assertThat(features[8 * 16 + 3]).as("red in the middle").isEqualTo(255);
    assertThat(features[16 * 16 + 8 * 16 + 3]).as("green in the middle").isZero();
    assertThat(features[16 * 16 + 3]).as("green above: white").isEqualTo(255);
  }

  @Test
  void modelsReadDeviationsFromTheMean() throws Exception {
    FeatureGraph graph = open(plain().output("y"));
    float[] first = features(graph);
    float[] second = new float[first.length];
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      second[i] = 3 * i - 5;
      sum += (double) first[i] + second[i];
    }
    double mean = sum / (2 * first.length);
    double squares = 0;
    for (int i = 0; i < first.length; i++) {
      squares += Math.pow(first[i] - mean, 2) + Math.pow(second[i] - mean, 2);
    }
    double deviation = Math.sqrt(squares / (2 * first.length));
    StoredImageFeatures stored =
        graph.stored(
            List.of(
                new Captioned(new ImageNumbers.Features(first), List.of("a")),
                new Captioned(new ImageNumbers.Features(second), List.of("b"))));
    assertThat(stored.file()).isEqualTo("net.onnx");
    assertThat(stored.mean()).isCloseTo(mean, within(1e-9));
    assertThat(stored.deviation()).isCloseTo(deviation, within(1e-9));
    float[] read = second.clone();
    stored.toInput(read);
    assertThat((double) read[7]).isCloseTo((second[7] - mean) / deviation, within(1e-6));
  }

  private void refused(OnnxBytes graph, @Nullable Integer side, String... parts) {
    assertThatThrownBy(() -> open(graph, side, PixelScale.UNIT))
        .isInstanceOf(ComportaException.class)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n");
  }

  @Test
  void graphsThatReadNoPicture() {
    OnnxBytes two = plain().input("z", 1, 3, SIDE, SIDE).output("y");
    refused(two, null, "--features expected a graph with one input, a picture", "has 2: [x, z]");
    refused(plain().output("y").output("c"), null, "one output, the features", "[y, c]");
    String square = "float32 [1, 3, side, side] or [1, side, side, 3], but ";
    for (Object[] sizes :
        new Object[][] {{1, 10}, {1, 4, SIDE, SIDE}, {2, 3, SIDE, SIDE}, {1, 3, SIDE, 9}, {}}) {
      refused(
          new OnnxBytes().input("x", sizes).node("Relu", List.of("x"), "y").output("y"),
          null,
          square,
          "has x: float32");
    }
    refused(
        new OnnxBytes().input("x", 1, 3, 4096, 4096).node("Relu", List.of("x"), "y").output("y"),
        null,
        "at most 1,024 pixels on a side");
  }

  @Test
  void sizesThatDoNotFit() {
    OnnxBytes free = new OnnxBytes().input("x", 1, 3, "h", "w").output("y");
    free.node("Relu", List.of("x"), "y");
    refused(free, null, "expected --side as well", "x: float32 [1, 3, h, w]");
    refused(plain().output("y"), 16, "--side expected 8, the size of the pictures", "got 16");
  }

  @Test
  void outputsThatAreNoFeatures() throws Exception {
    OnnxBytes flat =
        plain().constant("shape", -1).node("Reshape", List.of("y", "shape"), "z").output("z");
    refused(flat, null, "[1, C], [1, positions, C] or [1, C, rows, columns]", "float32 [18]");
    OnnxBytes nan = new OnnxBytes().input("x", 1, 3, SIDE, SIDE).node("Log", List.of("x"), "y");
    FeatureGraph graph = open(nan.output("y"), null, PixelScale.SYMMETRIC);
    assertThatThrownBy(() -> features(graph))
        .isInstanceOf(ComportaException.class)
        .hasMessageContainingAll("expected finite numbers", "NaN", "p.png", "check --pixels");
  }

  @Test
  void filesThatAreNotTheOne() throws Exception {
    Path text = Files.writeString(folder.resolve("t.onnx"), "no model at all");
    assertThatThrownBy(() -> FeatureGraph.open(text, null, PixelScale.UNIT, null, compute))
        .isInstanceOf(ComportaException.class)
        .hasMessage("--features expected an ONNX model but " + text + " is none");
    byte[] bytes = plain().output("y").bytes();
    Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(bytes, 200));
    assertThatThrownBy(() -> FeatureGraph.open(cut, null, PixelScale.UNIT, null, compute))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("cut.onnx")
        .hasMessageNotContaining("\n");
    Path file = plain().output("y").write(folder.resolve("net.onnx"));
    StoredImageFeatures other = new StoredImageFeatures("net.onnx", "0".repeat(64), 0, 1);
    assertThatThrownBy(() -> FeatureGraph.open(file, null, PixelScale.UNIT, other, compute))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("--features expected net.onnx with the SHA-256 0000");
  }
}
