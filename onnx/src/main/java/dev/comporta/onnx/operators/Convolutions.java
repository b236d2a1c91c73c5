package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions over any number of axes as products of matrices: the patches of the input by the
 * filters. Groups of one filter are computed directly.
 */
final class Convolutions {
  private Convolutions() {}

  static void addTo(Operators.Table table) {
    table.add("Conv", node -> new Forward(node)::run);
    table.add("ConvTranspose", node -> new TransposedConvolution(node)::run);
  }

  /** The spatial sizes of a tensor {@code [N, C, ...]}. */
  static int[] spatial(Call call, OnnxTensor x) {
    if (x.rank() < 3) {
      throw call.refuse(
          formatted(
              "expected an input with a batch, channels and positions but got %s", x.describe()));
    }
    return Arrays.copyOfRange(x.sizes(), 2, x.rank());
  }

  static int[] join(int n, int c, int[] spatial) {
    int[] sizes = new int[spatial.length + 2];
    sizes[0] = n;
    sizes[1] = c;
    System.arraycopy(spatial, 0, sizes, 2, spatial.length);
    return sizes;
  }

  /** Checks the bias and adds it to each channel. */
  static void addBias(double @Nullable [] bias, double[] y, int channels, int size) {
    if (bias != null) {
      for (int i = 0; i < y.length; i++) {
        y[i] += bias[i / size % channels];
      }
    }
  }

  static @Nullable OnnxTensor bias(Call call, int channels) {
    OnnxTensor bias = call.optional(2);
    if (bias != null && bias.count() != channels) {
      throw call.refuse(
          formatted("expected a bias for %d channels but got %s", channels, bias.describe()));
    }
    return bias;
  }

  /**
   * The convolution of numbers in double precision, which is exact for integers of up to 16 bits.
   */
  static double[] direct(
      Call call, Window window, double[] x, int[] xSizes, double[] w, int[] wSizes, int group) {
    int[] input = Arrays.copyOfRange(xSizes, 2, xSizes.length);
    int[] kernel = Arrays.copyOfRange(wSizes, 2, wSizes.length);
    Window.Placed placed = window.on(call, input, kernel);
    int n = xSizes[0];
    int filters = wSizes[0];
    int channels = wSizes[1];
    int size = Strides.product(input, 0, input.length);
    int positions = placed.positions();
    int taps = placed.taps();
    double[] y = call.newDoubles(n, filters, positions);
    for (int b = 0; b < n; b++) {
      for (int f = 0; f < filters; f++) {
        int firstChannel = f / (filters / group) * channels;
        for (int p = 0; p < positions; p++) {
          double sum = 0;
          for (int c = 0; c < channels; c++) {
            int from = (b * xSizes[1] + firstChannel + c) * size;
            for (int k = 0; k < taps; k++) {
              int place = placed.places()[p * taps + k];
              sum += place < 0 ? 0 : x[from + place] * w[(f * channels + c) * taps + k];
            }
          }
          y[(b * filters + f) * positions + p] = sum;
        }
      }
    }
    return y;
  }

  /** Checks channels and groups. */
  static void check(Call call, int[] x, int[] w, int group) {
    if (x.length < 3
        || w.length != x.length
        || group < 1
        || group > Math.max(1, w[0])
        || (long) w[1] * group != x[1]
        || w[0] % group != 0) {
      throw call.refuse(
          formatted(
              "expected filters for the channels of the input but got an input %s, filters %s and %d groups",
              Arrays.toString(x), Arrays.toString(w), group));
    }
  }

  /** The shape of the result. */
  static int[] shape(Call call, Window window, int[] x, int[] w) {
    return join(
        x[0],
        w[0],
        window
            .on(call, Arrays.copyOfRange(x, 2, x.length), Arrays.copyOfRange(w, 2, w.length))
            .output());
  }

  private static final class Forward {
    private final Window window;
    private final int group;
    private volatile Window.@Nullable Placed known;
    private final PreparedFilters<Product> prepared = new PreparedFilters<>();

    Forward(NodeInfo node) {
      window = new Window(node);
      group = node.whole("group", 1);
    }

    dev.comporta.onnx.value.OnnxValue[] run(Call call) {
      OnnxTensor x = call.tensor(0);
      OnnxTensor w = call.tensor(1);
      check(call, x.sizes(), w.sizes(), group);
      OnnxTensor bias = bias(call, w.size(0));
      int[] input = spatial(call, x);
      int[] kernel = spatial(call, w);
      if (x.type().storage() != ElementType.Storage.FLOATS) {
        double[] y =
            direct(call, window, call.doubles(0), x.sizes(), call.doubles(1), w.sizes(), group);
        int[] sizes = shape(call, window, x.sizes(), w.sizes());
        addBias(
            bias == null ? null : call.doubles(2),
            y,
            w.size(0),
            Strides.product(sizes, 2, sizes.length));
        return Arithmetic.one(call.rounded(x.type(), y, sizes));
      }
      Window.Placed placed = known;
      if (placed == null
          || !Arrays.equals(placed.input(), input)
          || !Arrays.equals(placed.kernel(), kernel)) {
        placed = window.on(call, input, kernel);
        known = placed;
      }
      int filters = w.size(0);
      int positions = placed.positions();
      float[] y = call.newFloats(x.size(0), filters, positions);
      float[] b = bias == null ? null : call.floats(2).floats();
      if (y.length > 0) {
        if (filters / group == 1) {
          depthwise(call, x, w, placed, b, y);
        } else {
          products(call, x, w, placed, b, y);
        }
      }
      return Arithmetic.one(OnnxTensor.of(x.type(), y, join(x.size(0), filters, placed.output())));
    }

    private static void depthwise(
        Call call,
        OnnxTensor x,
        OnnxTensor w,
        Window.Placed placed,
        float @Nullable [] bias,
        float[] y) {
      float[] values = x.floats();
      float[] weights = call.floats(1).floats();
      int positions = placed.positions();
      int taps = placed.taps();
      int channels = w.size(1);
      int filters = w.size(0);
      int size = Strides.product(placed.input(), 0, placed.input().length);
      for (int n = 0; n < x.size(0); n++) {
        for (int f = 0; f < filters; f++) {
          int to = (n * filters + f) * positions;
          for (int p = 0; p < positions; p++) {
            float sum = bias == null ? 0 : bias[f];
            for (int c = 0; c < channels; c++) {
              int from = (n * x.size(1) + f * channels + c) * size;
              int with = (f * channels + c) * taps;
              for (int k = 0; k < taps; k++) {
                int place = placed.places()[p * taps + k];
                if (place >= 0) {
                  sum += values[from + place] * weights[with + k];
                }
              }
            }
            y[to + p] = sum;
          }
        }
      }
    }

    private void products(
        Call call,
        OnnxTensor x,
        OnnxTensor w,
        Window.Placed placed,
        float @Nullable [] bias,
        float[] y) {
      float[] values = x.floats();
      int positions = placed.positions();
      int taps = placed.taps();
      int channels = w.size(1);
      int perGroup = w.size(0) / group;
      int patch = channels * taps;
      int size = Strides.product(placed.input(), 0, placed.input().length);
      List<Product> groups =
          prepared.get(
              call,
              group,
              g ->
                  Product.transposed(
                      call.backend(),
                      call.floats(1).floats(),
                      g * perGroup * patch,
                      patch,
                      perGroup));
      float[] patches = call.newFloats(positions, patch);
      float[] rows = call.newFloats(positions, perGroup);
      for (int n = 0; n < x.size(0); n++) {
        for (int g = 0; g < group; g++) {
          int from = (n * x.size(1) + g * channels) * size;
          for (int p = 0; p < positions; p++) {
            for (int c = 0; c < channels; c++) {
              int at = from + c * size;
              int to = p * patch + c * taps;
              for (int k = 0; k < taps; k++) {
                int place = placed.places()[p * taps + k];
                patches[to + k] = place < 0 ? 0 : values[at + place];
              }
            }
          }
          float[] b =
              bias == null ? null : Arrays.copyOfRange(bias, g * perGroup, (g + 1) * perGroup);
          groups.get(g).into(call.backend(), positions, patches, 0, b, false, rows, 0);
          call.backend()
              .transpose(
                  positions,
                  perGroup,
                  rows,
                  0,
                  perGroup,
                  y,
                  (n * w.size(0) + g * perGroup) * positions,
                  positions);
        }
      }
    }
  }
}
