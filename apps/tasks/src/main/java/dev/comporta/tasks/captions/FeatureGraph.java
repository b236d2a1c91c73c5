package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.Sha256;
import dev.comporta.api.model.OptionReader;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.compute.Compute;
import dev.comporta.inference.content.StoredImageFeatures;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.tasks.captions.CaptionedImages.Captioned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network of an ONNX file that computes the features of pictures, for a captioner to read in
 * their place (Vinyals et al. 2015 and Xu et al. 2015 use one that was trained on ImageNet). It is
 * run as it is, one picture at a time, and never trained.
 */
final class FeatureGraph implements ImageInput {
  static final Option<Path> FEATURES =
      Option.path("features", "FILE")
          .keptIfGiven()
          .free()
          .help("caption the features that this ONNX model computes from images, with --data");

  /** The same file, for a model that was trained on its features. */
  static final Option<Path> SAME = FEATURES.help("the ONNX model whose features the model reads");

  static final Option<String> PIXELS =
      Option.choice(
              "pixels", Stream.of(PixelScale.values()).map(PixelScale::word).toArray(String[]::new))
          .or(
              it -> it.isGiven(FEATURES) ? PixelScale.UNIT.word() : null,
              PixelScale.UNIT.word() + " with --features")
          .in(Group.DATA)
          .help(
              "intensities for --features: 0 to 1, -1 to 1, 0 to 255, or with the mean and deviation of ImageNet");

  /** The largest file that is read into memory. */
  private static final long LARGEST_FILE = 1L << 30;

  private static final int LARGEST_SIDE = 1024;
  private static final int AXES = 4;

  private final Path file;
  private final String sha256;
  private final OnnxModel graph;
  private final OnnxPort input;
  private final PixelScale scale;
  private final boolean channelsFirst;
  private final int side;
  private final int[] shape; // C, rows, columns

  private FeatureGraph(
      Path file, String sha256, OnnxModel graph, @Nullable Integer side, PixelScale scale) {
    this.file = file;
    this.sha256 = sha256;
    this.graph = graph;
    this.scale = scale;
    requireOne("input", "a picture", graph.inputs());
    requireOne("output", "the features", graph.outputs());
    this.input = graph.inputs().getFirst();
    this.channelsFirst = input.size(1) == Captioner.CHANNELS;
    this.side = side(side);
    float[] white = new float[Captioner.CHANNELS * this.side * this.side];
    Arrays.fill(white, 255);
    this.shape = shape(run(white));
    long count = (long) channels() * rows() * columns();
    if (count < 1 || count > OptionReader.LARGEST_SIZE) {
      throw new ComportaException(
          formatted(
              "--features expected an output of 1 to %,d features but %s computes %,d",
              OptionReader.LARGEST_SIZE, file, count));
    }
  }

  /**
   * Opens a file, and runs it once to see the shape of its output.
   *
   * @param side pixels on a side of its input if the file leaves that open; null if not given
   * @param expected the features that a model was trained on; null for a new model
   * @param compute the backend and the threads, in use until the last picture is read
   * @throws ComportaException if it is not an ONNX model of pictures, or not the file of the model
   */
  static FeatureGraph open(
      Path file,
      @Nullable Integer side,
      PixelScale scale,
      @Nullable StoredImageFeatures expected,
      Compute compute) {
    byte[] bytes = bytes(file);
    String sha256 = Sha256.hex(Sha256.newDigest(), bytes);
    if (expected != null && !expected.sha256().equals(sha256)) {
      throw new InvalidOptionException(
          formatted(
              "--features expected %s with the SHA-256 %s, on whose features the model was trained, but %s has %s",
              expected.file(), expected.sha256(), file, sha256));
    }
    // As bytes, so that data outside the file, which the hash does not cover, are refused.
    OnnxModel graph = OnnxModel.load(file.toString(), bytes, compute.backend(), compute.workers());
    return new FeatureGraph(file, sha256, graph, side, scale);
  }

  private static byte[] bytes(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new ComportaException(
            formatted(
                "--features expected an ONNX file but %s is not a file; check the name", file));
      }
      if (Files.size(file) > LARGEST_FILE) {
        throw new ComportaException(
            formatted(
                "--features expected a file of at most %,d bytes but %s has %,d",
                LARGEST_FILE, file, Files.size(file)));
      }
      byte[] bytes = Files.readAllBytes(file);
      if (!OnnxModel.isModel(bytes)) {
        throw new ComportaException(
            formatted("--features expected an ONNX model but %s is none", file));
      }
      return bytes;
    } catch (IOException e) {
      throw new ComportaException(
          formatted("--features cannot read %s: %s", file, e.getMessage()), e);
    }
  }

  private void requireOne(String what, String use, List<OnnxPort> ports) {
    if (ports.size() != 1) {
      throw new ComportaException(
          formatted(
              "--features expected a graph with one %s, %s, but %s has %d: %s",
              what,
              use,
              file,
              ports.size(),
              Printable.quote(ports.stream().map(OnnxPort::name).toList())));
    }
  }

  /** The side of the input: the one that the file fixes, or else the one given. */
  private int side(@Nullable Integer given) {
    List<String> sizes = input.shape();
    int rows = input.size(channelsFirst ? 2 : 1);
    int columns = input.size(channelsFirst ? 3 : 2);
    if (sizes == null
        || sizes.size() != AXES
        || input.type() != ElementType.FLOAT32
        || (!channelsFirst && input.size(3) != Captioner.CHANNELS)
        || input.size(0) > 1
        || (rows > 0 && columns > 0 && rows != columns)) {
      throw new ComportaException(
          formatted(
              "--features expected a graph whose input is a square picture, float32 [1, %d, side, side] or [1, side, side, %d], but %s has %s",
              Captioner.CHANNELS, Captioner.CHANNELS, file, input.describe()));
    }
    int fixed = Math.max(rows, columns);
    if (fixed > LARGEST_SIDE) {
      throw new ComportaException(
          formatted(
              "--features expected a graph of pictures of at most %,d pixels on a side but %s has %s",
              LARGEST_SIDE, file, input.describe()));
    }
    if (fixed > 0 && given != null && given != fixed) {
      throw new InvalidOptionException(
          formatted(
              "--side expected %d, the size of the pictures that %s reads, but got %d; leave it out",
              fixed, file, given));
    }
    if (fixed < 1 && given == null) {
      throw new InvalidOptionException(
          formatted(
              "--features expected --side as well, because %s reads pictures of any size: %s",
              file, input.describe()));
    }
    return given == null ? fixed : given;
  }

  /** What the graph computes from the intensities of a picture {@code [3, side, side]}. */
  private OnnxTensor run(float[] pixels) {
    int plane = side * side;
    float[] values = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i / plane;
      int to = channelsFirst ? i : i % plane * Captioner.CHANNELS + channel;
      values[to] = scale.apply(pixels[i], channel);
    }
    OnnxTensor picture =
        channelsFirst
            ? OnnxTensor.of(values, 1, Captioner.CHANNELS, side, side)
            : OnnxTensor.of(values, 1, side, side, Captioner.CHANNELS);
    return graph.run(Map.of(input.name(), picture), graph.outputs().getFirst().name());
  }

  /** The channels, rows and columns of an output; one row for a list of vectors. */
  private int[] shape(OnnxTensor output) {
    int[] sizes = output.sizes();
    boolean usable = output.type() == ElementType.FLOAT32 && sizes.length > 1 && sizes[0] == 1;
    return switch (usable ? sizes.length : 0) {
      case 2 -> new int[] {sizes[1], 1, 1};
      case 3 -> new int[] {sizes[2], 1, sizes[1]};
      case AXES ->
          channelsFirst
              ? new int[] {sizes[1], sizes[2], sizes[3]}
              : new int[] {sizes[3], sizes[1], sizes[2]};
      default ->
          throw new ComportaException(
              formatted(
                  "--features expected a graph that computes float32 [1, C], [1, positions, C] or %s but %s computes %s",
                  channelsFirst ? "[1, C, rows, columns]" : "[1, rows, columns, C]",
                  file,
                  output.describe()));
    };
  }

  int channels() {
    return shape[0];
  }

  int rows() {
    return shape[1];
  }

  int columns() {
    return shape[2];
  }

  @Override
  public int frames() {
    return 1;
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public boolean padded() {
    return true;
  }

  @Override
  public long bytes() {
    return (long) Float.BYTES * channels() * rows() * columns();
  }

  @Override
  public String size() {
    return formatted("the features of %s", file);
  }

  @Override
  public float[] pixels(Path picture) {
    return Pictures.read(picture, side, 1, true);
  }

  /** The features channel by channel, row by row. */
  @Override
  public ImageNumbers numbers(float[] pixels, Path picture) {
    OnnxTensor output = run(pixels);
    if (!Arrays.equals(shape(output), shape)) {
      throw new ComportaException(
          formatted(
              "--features expected a graph whose output has the same sizes for all pictures but %s computes %s for %s and others before",
              file, output.describe(), picture));
    }
    float[] values = output.floats();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new ComportaException(
            formatted(
                "--features expected finite numbers but %s computes %s for %s; check --pixels",
                file, value, picture));
      }
    }
    boolean channelsLast = output.rank() == AXES - 1 || (output.rank() == AXES && !channelsFirst);
    if (!channelsLast) {
      return new ImageNumbers.Features(values);
    }
    int places = rows() * columns();
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i % channels() * places + i / channels()] = values[i];
    }
    return new ImageNumbers.Features(turned);
  }

  /** What a model file holds of the features, with their mean and deviation in these pictures. */
  StoredImageFeatures stored(List<Captioned> pictures) {
    double count = (double) pictures.size() * channels() * rows() * columns();
    double sum = 0;
    for (Captioned picture : pictures) {
      for (float value : picture.numbers().array()) {
        sum += value;
      }
    }
    double mean = sum / count;
    double squares = 0;
    for (Captioned picture : pictures) {
      for (float value : picture.numbers().array()) {
        squares += (value - mean) * (value - mean);
      }
    }
    double deviation = Math.sqrt(squares / count);
    return new StoredImageFeatures(
        String.valueOf(file.getFileName()), sha256, mean, deviation > 0 ? deviation : 1);
  }

  /** Whether features of a model that training continues from were computed by this file. */
  boolean computed(StoredImageFeatures features) {
    return features.sha256().equals(sha256);
  }
}
