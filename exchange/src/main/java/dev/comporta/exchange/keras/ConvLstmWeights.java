package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.layers.Grid;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Nonlinearity;
import java.util.List;
import java.util.Map;

/**
 * The cells of Keras' ConvLSTM1D and ConvLSTM2D. Gates i f c o, as ours; the convolution of the
 * state has the same kernel size, stride 1, no dilation, and keeps the size of the maps.
 *
 * @param config the configuration of the layer
 * @param in the maps of a timestep
 * @param down the windows of the input convolution along the rows; one for ConvLSTM1D
 * @param across the windows along the columns
 */
record ConvLstmWeights(Config config, Flow.Picture in, Grid.Axis down, Grid.Axis across)
    implements KerasCell {
  static boolean knows(String type) {
    return type.equals("ConvLSTM2D") || type.equals("ConvLSTM1D");
  }

  /** The number of axes of the maps of a layer. */
  static int axes(String type) {
    return type.equals("ConvLSTM1D") ? 1 : 2;
  }

  static ConvLstmWeights of(Config config, Flow.Picture in) {
    PictureLayers.requireChannelsLast(config);
    int[] kernel = pair(config, 0, "kernel_size");
    int[] stride = pair(config, 1, "strides");
    int[] dilation = pair(config, 1, "dilation_rate");
    String padding = padding(config);
    Grid.Axis[] axes = new Grid.Axis[2];
    int[] sizes = {in.height(), in.width()};
    for (int n = 0; n < 2; n++) {
      if ((long) kernel[n] * dilation[n] > PictureLayers.FARTHEST || stride[n] > sizes[n]) {
        throw config.refuse("has a kernel or strides that are larger than is supported");
      }
      axes[n] =
          padding.equals("same")
              ? Grid.Axis.same(sizes[n], kernel[n], stride[n], dilation[n])
              : new Grid.Axis(sizes[n], kernel[n], stride[n], dilation[n], 0);
      if (!axes[n].fits()) {
        throw config.refuse("has a kernel that does not fit into the picture");
      }
    }
    return new ConvLstmWeights(config, in, axes[0], axes[1]);
  }

  private static String padding(Config config) {
    String padding = config.padding();
    if (!padding.equals("same") && !padding.equals("valid")) {
      throw config.refuse(formatted("has padding %s, which is not supported", padding));
    }
    return padding;
  }

  /** Sizes along rows and columns; ConvLSTM1D has one row. */
  private static int[] pair(Config config, int otherwise, String key) {
    if (axes(config.type()) == 2) {
      return PictureLayers.pair(config, otherwise, key);
    }
    return new int[] {1, otherwise > 0 ? config.size(otherwise, key) : config.size(key)};
  }

  private int filters() {
    return config.size("filters", "nb_filter");
  }

  private Flow.Picture out() {
    return new Flow.Picture(down.windows(), across.windows(), filters(), false, in.axes());
  }

  @Override
  public Flow step() {
    return Flow.vector(0).with(out());
  }

  @Override
  public int units() {
    return out().size();
  }

  @Override
  public boolean isLstm() {
    return true;
  }

  @Override
  public Spec cell() {
    Nonlinearity activation = config.activation("activation", "tanh");
    Nonlinearity gate =
        config.activation(
            config.node().has("inner_activation") ? "inner_activation" : "recurrent_activation",
            config.major() < 3 ? "hard_sigmoid" : "sigmoid");
    for (Nonlinearity function : List.of(activation, gate)) {
      PictureLayers.requireNoSoftmax(config, function);
    }
    return Spec.of("custom-conv-lstm")
        .with("height", down.size())
        .with("width", across.size())
        .with("kernel-height", down.kernel())
        .with("kernel-width", across.kernel())
        .with("stride-height", down.stride())
        .with("stride-width", across.stride())
        .with("dilation-height", down.dilation())
        .with("dilation-width", across.dilation())
        .with("padding", padding(config))
        .with("gate-activation", gate.word())
        .with("activation", activation.word())
        .with("output-activation", activation.word());
  }

  @Override
  public Map<String, ForeignTensor> parameters(List<ForeignTensor> weights) {
    boolean biased = config.flag("use_bias", true);
    KerasLayers.requireCount(config, weights, biased ? 3 : 2);
    int columns = Math.multiplyExact(4, filters());
    return Map.of(
        "W", kernel(weights.get(0), in.channels(), columns),
        "U", kernel(weights.get(1), filters(), columns),
        "b",
            biased
                ? config.vector(weights.get(2), columns)
                : Kernels.filled("no bias", columns, 0));
  }

  private ForeignTensor kernel(ForeignTensor weights, int channels, int columns) {
    ForeignTensor w =
        in.axes() == 1 && weights.rank() == 3
            ? weights.reshaped(1, weights.size(0), weights.size(1), weights.size(2))
            : weights;
    return PictureLayers.kernel(config, w, down.kernel(), across.kernel(), channels, columns);
  }
}
