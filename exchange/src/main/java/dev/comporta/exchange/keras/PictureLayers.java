package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.Nonlinearity;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers for pictures. Keras stores pictures pixel by pixel, our layers read them channel by
 * channel; they are transposed where the one meets the other.
 */
final class PictureLayers {
  /** The farthest reach of a kernel. */
  static final int FARTHEST = 1 << 16;

  private PictureLayers() {}

  /** Whether a layer has to do with pictures only. */
  static boolean knows(String type) {
    return switch (type) {
      case "Conv2D",
          "Convolution2D",
          "MaxPooling2D",
          "AveragePooling2D",
          "GlobalMaxPooling2D",
          "GlobalAveragePooling2D" ->
          true;
      default -> false;
    };
  }

  /** Whether a layer treats each number alone, or is handled here, so that it may read pictures. */
  static boolean mayRead(String type) {
    return knows(type)
        || switch (type) {
          case "InputLayer",
              "Flatten",
              "Reshape",
              "BatchNormalization",
              "Activation",
              "ReLU",
              "ELU",
              "LeakyReLU",
              "Dropout",
              "SpatialDropout2D",
              "GaussianNoise",
              "GaussianDropout",
              "AlphaDropout",
              "ActivityRegularization" ->
              true;
          default -> false;
        };
  }

  static Mapped map(Config config, Flow in, List<ForeignTensor> weights) {
    Flow.Picture picture = in.picture();
    if (picture == null) {
      throw config.refuse("expected pictures [height, width, channels] but got none");
    }
    if (picture.axes() != 2) {
      throw config.refuse("expected pictures but got lines [width, channels]");
    }
    requireChannelsLast(config);
    List<Piece> pieces = new ArrayList<>();
    if (picture.channelsLast()) {
      pieces.add(byChannel(picture));
    }
    return switch (config.type()) {
      case "Conv2D", "Convolution2D" -> convolution(config, in, picture, pieces, weights);
      case "MaxPooling2D", "AveragePooling2D" -> pooling(config, in, picture, pieces);
      default -> {
        config.requireOff("keepdims");
        pieces.add(
            Piece.of(
                size(Spec.of("pool2d"), picture)
                    .with("kernel-height", picture.height())
                    .with("kernel-width", picture.width())
                    .with("mode", config.type().contains("Max") ? "max" : "mean")));
        yield new Mapped(pieces, in.with(picture.channels()));
      }
    };
  }

  static void requireChannelsLast(Config config) {
    if (config.text("data_format", config.text("dim_ordering", "tf")).contains("first")
        || config.text("dim_ordering", "tf").equals("th")) {
      throw config.refuse("stores the channels first, which is not supported");
    }
  }

  static void requireNoSoftmax(Config config, Nonlinearity activation) {
    if (activation == Nonlinearity.SOFTMAX || activation == Nonlinearity.LOG_SOFTMAX) {
      throw config.refuse("has a softmax over the channels, which is not supported");
    }
  }

  /** Orders the features of a picture as our layers read them. */
  static Piece byChannel(Flow.Picture picture) {
    return transposed(Math.multiplyExact(picture.height(), picture.width()));
  }

  /** The features of a picture as Keras orders them. */
  static Mapped flat(Flow in) {
    Flow.Picture picture = in.picture();
    Flow out = in.with(in.features());
    return picture == null || picture.channelsLast()
        ? Mapped.of(out)
        : Mapped.of(out, transposed(picture.channels()));
  }

  /** A number for each channel, for all features of a picture. */
  static ForeignTensor spread(ForeignTensor channels, Flow.Picture picture) {
    int pixels = picture.height() * picture.width();
    float[] values = new float[picture.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = channels.values()[picture.channelsLast() ? i % picture.channels() : i / pixels];
    }
    return new ForeignTensor(channels.name(), new int[] {values.length}, values);
  }

  private static Piece transposed(int rows) {
    return Piece.of(Spec.of("transpose-features").with("rows", rows));
  }

  private static Spec size(Spec spec, Flow.Picture picture) {
    return spec.with("height", picture.height()).with("width", picture.width());
  }

  /** Two sizes, which Keras writes as a list, or as one number for both. */
  static int[] pair(Config config, int otherwise, String... keys) {
    for (String key : keys) {
      JsonNode value = config.node().path(key);
      JsonNode first = value.isArray() ? value.path(0) : value;
      JsonNode second = value.isArray() ? value.path(1) : value;
      if (first.isInt() && second.isInt() && first.intValue() > 0 && second.intValue() > 0) {
        return new int[] {first.intValue(), second.intValue()};
      }
    }
    if (otherwise > 0) {
      return new int[] {otherwise, otherwise};
    }
    throw config.refuse(formatted("has no two positive numbers '%s'", keys[0]));
  }

  /** Turns the kernel of a convolution {@code [height, width, in, out]} into ours. */
  static ForeignTensor kernel(
      Config config, ForeignTensor w, int height, int width, int channels, int filters) {
    if (!Arrays.equals(w.sizes(), new int[] {height, width, channels, filters})) {
      throw config.refuse(
          formatted(
              "needs weights of shape [%d, %d, %d, %d] but has %s",
              height, width, channels, filters, Printable.quoted(w)));
    }
    int taps = height * width;
    float[] ours = new float[w.values().length];
    for (int tap = 0; tap < taps; tap++) {
      for (int c = 0; c < channels; c++) {
        System.arraycopy(
            w.values(), (tap * channels + c) * filters, ours, (c * taps + tap) * filters, filters);
      }
    }
    return new ForeignTensor(w.name(), new int[] {channels * taps, filters}, ours);
  }

  private static Mapped convolution(
      Config config,
      Flow in,
      Flow.Picture picture,
      List<Piece> pieces,
      List<ForeignTensor> weights) {
    int filters = config.size("filters", "nb_filter");
    int[] kernel =
        config.node().has("nb_row")
            ? new int[] {config.size("nb_row"), config.size("nb_col")}
            : pair(config, 0, "kernel_size");
    int[] stride = pair(config, 1, "strides", "subsample");
    int[] dilation = pair(config, 1, "dilation_rate");
    if (config.size(1, "groups") != 1) {
      throw config.refuse("has groups, which is not supported");
    }
    int[] pad = new int[2];
    int[] sizes = {picture.height(), picture.width()};
    String padding = config.padding();
    for (int axis = 0; axis < 2; axis++) {
      int reach = Math.multiplyExact(kernel[axis] - 1, dilation[axis]);
      if (padding.equals("same")) {
        if (stride[axis] != 1 || reach % 2 != 0) {
          throw config.refuse(
              "has padding 'same' with strides or an even kernel, whose zeros are on one side only");
        }
        pad[axis] = reach / 2;
      } else if (!padding.equals("valid")) {
        throw config.refuse("has padding " + padding + ", which is not supported");
      }
      long room = sizes[axis] + 2L * pad[axis] - reach - 1;
      if (room < 0) {
        throw config.refuse("has a kernel that does not fit into the picture");
      }
      sizes[axis] = (int) (room / stride[axis]) + 1;
    }
    boolean bias = config.flag("use_bias", config.flag("bias", true));
    KerasLayers.requireCount(config, weights, bias ? 2 : 1);
    ForeignTensor w = weights.getFirst();
    int channels = picture.channels();
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put("W", kernel(config, w, kernel[0], kernel[1], channels, filters));
    Spec spec =
        size(Spec.of("conv2d"), picture)
            .with("filters", filters)
            .with("kernel-height", kernel[0])
            .with("kernel-width", kernel[1])
            .with("stride-height", stride[0])
            .with("stride-width", stride[1])
            .with("dilation-height", dilation[0])
            .with("dilation-width", dilation[1])
            .with("pad-height", pad[0])
            .with("pad-width", pad[1]);
    if (bias) {
      parameters.put("b", config.vector(weights.get(1), filters));
    } else {
      spec = spec.with("bias", false);
    }
    pieces.add(new Piece(spec, parameters));
    Nonlinearity activation = config.activation("activation", "linear");
    requireNoSoftmax(config, activation);
    if (activation != Nonlinearity.IDENTITY) {
      pieces.add(Piece.function(activation));
    }
    return new Mapped(pieces, in.with(new Flow.Picture(sizes[0], sizes[1], filters, false)));
  }

  private static Mapped pooling(Config config, Flow in, Flow.Picture picture, List<Piece> pieces) {
    int[] kernel = pair(config, 2, "pool_size");
    JsonNode strides = config.node().path("strides");
    int[] stride =
        strides.isNull() || strides.isMissingNode() ? kernel : pair(config, 0, "strides");
    if (!config.padding().equals("valid")) {
      throw config.refuse("has a padding that is not supported");
    }
    if (kernel[0] > picture.height() || kernel[1] > picture.width()) {
      throw config.refuse("has a window that does not fit into the picture");
    }
    pieces.add(
        Piece.of(
            size(Spec.of("pool2d"), picture)
                .with("kernel-height", kernel[0])
                .with("kernel-width", kernel[1])
                .with("stride-height", stride[0])
                .with("stride-width", stride[1])
                .with("mode", config.type().startsWith("Max") ? "max" : "mean")));
    return new Mapped(
        pieces,
        in.with(
            new Flow.Picture(
                (picture.height() - kernel[0]) / stride[0] + 1,
                (picture.width() - kernel[1]) / stride[1] + 1,
                picture.channels(),
                false)));
  }
}
