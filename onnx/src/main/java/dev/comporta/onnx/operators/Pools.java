package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Maxima and means of windows. */
final class Pools {
  private Pools() {}

  static void addTo(Operators.Table table) {
    table.add("MaxPool", Pools::maxPool);
    table.add("AveragePool", Pools::averagePool);
    table.add("GlobalMaxPool", Operator.of(call -> global(call, true)));
    table.add("GlobalAveragePool", Operator.of(call -> global(call, false)));
  }

  private static int[] sizes(OnnxTensor x, int[] output) {
    int[] sizes = Arrays.copyOf(x.sizes(), x.rank());
    System.arraycopy(output, 0, sizes, 2, output.length);
    return sizes;
  }

  private static Kernel maxPool(NodeInfo node) {
    Window window = new Window(node);
    int[] kernel = node.wholes("kernel_shape");
    boolean columnMajor = node.flag("storage_order", false);
    return call -> {
      OnnxTensor x = call.tensor(0);
      int[] input = Convolutions.spatial(call, x);
      Window.Placed placed = window.on(call, input, kernel);
      int size = Strides.product(input, 0, input.length);
      int positions = placed.positions();
      int taps = placed.taps();
      int[] sizes = sizes(x, placed.output());
      double[] values = call.doubles(0);
      double[] y = call.newDoubles(sizes);
      long[] indices = call.newLongs(sizes);
      for (int i = 0; i < y.length; i++) {
        int plane = i / positions;
        int best = -1;
        for (int k = 0; k < taps; k++) {
          int place = placed.places()[i % positions * taps + k];
          if (place >= 0
              && (best < 0 || values[plane * size + place] > values[plane * size + best])) {
            best = place;
          }
        }
        y[i] = best < 0 ? Double.NEGATIVE_INFINITY : values[plane * size + best];
        indices[i] =
            plane * (long) size
                + (columnMajor ? turned(Math.max(best, 0), input) : Math.max(best, 0));
      }
      return new @Nullable OnnxValue[] {
        call.rounded(x.type(), y, sizes), OnnxTensor.of(indices, sizes)
      };
    };
  }

  /** The index of a place if the first axis were the fastest. */
  private static long turned(int place, int[] sizes) {
    int[] strides = Strides.of(sizes);
    long index = 0;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      index = index * sizes[axis] + place / strides[axis] % sizes[axis];
    }
    return index;
  }

  private static Kernel averagePool(NodeInfo node) {
    Window window = new Window(node);
    int[] kernel = node.wholes("kernel_shape");
    boolean includePad = node.flag("count_include_pad", false);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int[] input = Convolutions.spatial(call, x);
      Window.Placed placed = window.on(call, input, kernel);
      int size = Strides.product(input, 0, input.length);
      int positions = placed.positions();
      int taps = placed.taps();
      int[] sizes = sizes(x, placed.output());
      double[] values = call.doubles(0);
      double[] y = call.newDoubles(sizes);
      for (int i = 0; i < y.length; i++) {
        int p = i % positions;
        double sum = 0;
        int count = 0;
        for (int k = 0; k < taps; k++) {
          int place = placed.places()[p * taps + k];
          if (place >= 0) {
            sum += values[i / positions * size + place];
            count++;
          }
        }
        y[i] = sum / (includePad ? padded(window, placed, p) : Math.max(1, count));
      }
      return call.rounded(x.type(), y, sizes);
    });
  }

  /** The number of kernel positions on the input or its padding; the others are past both. */
  private static int padded(Window window, Window.Placed placed, int position) {
    int[] out = Strides.of(placed.output());
    int count = 1;
    for (int a = 0; a < out.length; a++) {
      int start = position / out[a] % placed.output()[a] * window.stride(a);
      int end = placed.before()[a] + placed.input()[a] + placed.after()[a];
      int inside = 0;
      for (int k = 0; k < placed.kernel()[a]; k++) {
        inside += start + k * window.dilation(a) < end ? 1 : 0;
      }
      count *= inside;
    }
    return Math.max(1, count);
  }

  private static OnnxTensor global(Call call, boolean largest) {
    OnnxTensor x = call.tensor(0);
    int[] input = Convolutions.spatial(call, x);
    int size = Strides.product(input, 0, input.length);
    if (size == 0) {
      throw call.refuse(formatted("expected positions but got %s", x.describe()));
    }
    int[] ones = new int[input.length];
    Arrays.fill(ones, 1);
    double[] values = call.doubles(0);
    double[] y = new double[values.length / size];
    for (int i = 0; i < y.length; i++) {
      double sum = largest ? Double.NEGATIVE_INFINITY : 0;
      for (int k = 0; k < size; k++) {
        double value = values[i * size + k];
        sum = largest ? Math.max(sum, value) : sum + value / size;
      }
      y[i] = sum;
    }
    return call.rounded(x.type(), y, sizes(x, ones));
  }
}
