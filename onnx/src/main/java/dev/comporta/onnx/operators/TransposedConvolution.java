package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions that give each input position to the output positions that a convolution would read
 * it for: products of matrices whose results are added at these places.
 */
final class TransposedConvolution {
  private final NodeInfo node;
  private final int group;
  private final int[] strides;
  private final int[] dilations;
  private final String autoPad;
  private final PreparedFilters<PackedMatrix> prepared = new PreparedFilters<>();
  private volatile @Nullable Placed known;

  /** For each input position and kernel position, the output position or -1. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Placed(int[] input, int[] kernel, int[] output, int[] places) {
    int positions() {
      return Strides.product(input, 0, input.length);
    }

    int taps() {
      return Strides.product(kernel, 0, kernel.length);
    }

    /** The elements of a channel of the result. */
    int size() {
      return (int) Math.max(0, OnnxTensor.count(output));
    }
  }

  TransposedConvolution(NodeInfo node) {
    this.node = node;
    group = node.whole("group", 1);
    strides = node.wholes("strides");
    dilations = node.wholes("dilations");
    autoPad = node.word("auto_pad", "NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
    if (Arrays.stream(strides).anyMatch(s -> s < 1 || s > 1 << 20)
        || Arrays.stream(dilations).anyMatch(s -> s < 1 || s > 1 << 20)) {
      throw node.refuse("has strides or dilations out of range");
    }
  }

  private static int at(int[] values, int axis, int otherwise) {
    return axis < values.length ? values[axis] : otherwise;
  }

  OnnxValue[] run(Call call) {
    OnnxTensor x = call.tensor(0);
    OnnxTensor w = call.tensor(1);
    int[] input = Convolutions.spatial(call, x);
    int[] kernel = Convolutions.spatial(call, w);
    if (w.rank() != x.rank()
        || group < 1
        || group > Math.max(1, x.size(1))
        || w.size(0) != x.size(1)
        || x.size(1) % group != 0) {
      throw call.refuse(
          formatted(
              "expected filters for the channels of %s but got %s", x.describe(), w.describe()));
    }
    Placed placed = known;
    if (placed == null
        || !Arrays.equals(placed.input, input)
        || !Arrays.equals(placed.kernel, kernel)) {
      placed = on(call, input, kernel);
      known = placed;
    }
    int filters = Math.multiplyExact(w.size(1), group);
    int[] sizes = Convolutions.join(x.size(0), filters, placed.output);
    OnnxTensor bias = Convolutions.bias(call, filters);
    if (x.type().storage() != ElementType.Storage.FLOATS) {
      double[] y = scattered(call, x, w, placed, call.newDoubles(sizes));
      double[] added = bias == null ? null : call.doubles(2);
      Convolutions.addBias(added, y, filters, Math.max(1, placed.size()));
      return Arithmetic.one(call.rounded(x.type(), y, sizes));
    }
    float[] y = products(call, x, w, placed, call.newFloats(sizes));
    if (bias != null) {
      float[] added = call.floats(2).floats();
      int size = placed.size();
      for (int i = 0; i < y.length; i++) {
        y[i] += added[i / size % filters];
      }
    }
    return Arithmetic.one(OnnxTensor.of(x.type(), y, sizes));
  }

  private Placed on(Call call, int[] input, int[] kernel) {
    int axes = input.length;
    int[] pads = node.wholes("pads");
    int[] extra = node.wholes("output_padding");
    int[] wanted = node.wholes("output_shape");
    int[] output = new int[axes];
    int[] before = new int[axes];
    for (int a = 0; a < axes; a++) {
      long full =
          (input[a] - 1L) * at(strides, a, 1)
              + at(extra, a, 0)
              + (kernel[a] - 1L) * at(dilations, a, 1)
              + 1;
      boolean same = autoPad.startsWith("SAME");
      if (wanted.length > 0 || same) {
        long size =
            wanted.length > 0
                ? wanted[Math.max(0, wanted.length - axes) + a]
                : (long) input[a] * at(strides, a, 1);
        long total = Math.max(0, full - size);
        before[a] = (int) (autoPad.equals("SAME_LOWER") ? (total + 1) / 2 : total / 2);
        output[a] = (int) Math.clamp(size, 0, OnnxTensor.MOST_ELEMENTS);
      } else {
        before[a] = autoPad.equals("VALID") ? 0 : at(pads, a, 0);
        long end = autoPad.equals("VALID") ? 0 : at(pads, a + axes, 0);
        output[a] = (int) Math.clamp(full - before[a] - end, 0, OnnxTensor.MOST_ELEMENTS);
      }
    }
    return new Placed(input, kernel, output, places(call, input, kernel, output, before));
  }

  /** What each input position gives to its places, for all channels of a group at once. */
  private float[] products(Call call, OnnxTensor x, OnnxTensor w, Placed placed, float[] y) {
    int perGroup = w.size(1);
    int channels = x.size(1) / group;
    int positions = placed.positions();
    int width = Math.multiplyExact(perGroup, placed.taps());
    if (y.length == 0 || positions == 0 || channels == 0 || width == 0) {
      return y;
    }
    float[] weights = call.floats(1).floats();
    List<PackedMatrix> groups =
        prepared.get(
            call,
            group,
            g -> {
              PackedMatrix packed = call.backend().packed(channels, width);
              call.backend().pack(packed, false, weights, g * channels * width, width);
              return packed;
            });
    float[] given = call.newFloats(positions, width);
    for (int n = 0; n < x.size(0); n++) {
      for (int g = 0; g < group; g++) {
        int from = (n * x.size(1) + g * channels) * positions;
        call.backend()
            .multiplyPacked(
                true,
                false,
                positions,
                x.floats(),
                from,
                positions,
                groups.get(g),
                null,
                0,
                false,
                given,
                0,
                width);
        int to = (n * group + g) * perGroup * placed.size();
        addTo(y, to, placed.size(), given, placed.places, perGroup, placed.taps());
      }
    }
    return y;
  }

  private static void addTo(
      float[] y, int at, int size, float[] given, int[] places, int filters, int taps) {
    int width = filters * taps;
    int positions = places.length / taps;
    for (int f = 0; f < filters; f++) {
      int to = at + f * size;
      for (int p = 0; p < positions; p++) {
        int from = p * width + f * taps;
        for (int k = 0; k < taps; k++) {
          int place = places[p * taps + k];
          if (place >= 0) {
            y[to + place] += given[from + k];
          }
        }
      }
    }
  }

  /** The same in double precision, for other types. */
  private double[] scattered(Call call, OnnxTensor x, OnnxTensor w, Placed placed, double[] y) {
    int perGroup = w.size(1);
    int channels = x.size(1) / group;
    int positions = placed.positions();
    int taps = placed.taps();
    double[] values = call.doubles(0);
    double[] weights = call.doubles(1);
    for (int n = 0; n < x.size(0); n++) {
      for (int c = 0; c < x.size(1); c++) {
        int g = c / channels;
        for (int f = 0; f < perGroup; f++) {
          int to = ((n * group + g) * perGroup + f) * placed.size();
          int with = (c * perGroup + f) * taps;
          for (int p = 0; p < positions; p++) {
            double value = values[(n * x.size(1) + c) * positions + p];
            for (int k = 0; k < taps; k++) {
              int place = placed.places[p * taps + k];
              if (place >= 0) {
                y[to + place] += value * weights[with + k];
              }
            }
          }
        }
      }
    }
    return y;
  }

  /** For each input position and kernel position, the output position or -1. */
  private int[] places(Call call, int[] input, int[] kernel, int[] output, int[] before) {
    long positions = OnnxTensor.count(input);
    long taps = OnnxTensor.count(kernel);
    if (taps < 0 || positions < 0 || positions * taps > OnnxTensor.MOST_ELEMENTS) {
      throw call.refuse("has too many positions");
    }
    int[] places = call.newInts((int) (positions * taps));
    int[] inStrides = Strides.of(input);
    int[] kernelStrides = Strides.of(kernel);
    int[] outStrides = Strides.of(output);
    for (int i = 0; i < places.length; i++) {
      int p = (int) (i / taps);
      int k = (int) (i % taps);
      int place = 0;
      for (int a = 0; a < input.length && place >= 0; a++) {
        long at =
            (long) (p / inStrides[a] % input[a]) * at(strides, a, 1)
                - before[a]
                + (long) (k / kernelStrides[a] % kernel[a]) * at(dilations, a, 1);
        place = at < 0 || at >= output[a] ? -1 : place + (int) at * outStrides[a];
      }
      places[i] = place;
    }
    return places;
  }
}
