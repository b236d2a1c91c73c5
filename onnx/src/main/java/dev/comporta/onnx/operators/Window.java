package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;

/**
 * Where a kernel stands on its input: sizes, strides, dilations and padding of any number of
 * spatial axes.
 */
final class Window {
  private final NodeInfo node;
  private final int[] strides;
  private final int[] dilations;
  private final int[] pads;
  private final String autoPad;
  private final boolean ceil;

  Window(NodeInfo node) {
    this.node = node;
    this.strides = node.wholes("strides");
    this.dilations = node.wholes("dilations");
    this.pads = node.wholes("pads");
    this.autoPad = node.word("auto_pad", "NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
    this.ceil = node.flag("ceil_mode", false);
    for (int[] positive : new int[][] {strides, dilations}) {
      if (Arrays.stream(positive).anyMatch(it -> it < 1)) {
        throw node.refuse(
            formatted("has strides or dilations %s below 1", Arrays.toString(positive)));
      }
    }
  }

  /**
   * A window on an input of known size.
   *
   * @param input spatial sizes of the input
   * @param kernel spatial sizes of the kernel
   * @param output spatial sizes of the output
   * @param before padding before each axis
   * @param after padding at the end of each axis
   * @param places for each output position and kernel position, the input position or -1
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Placed(int[] input, int[] kernel, int[] output, int[] before, int[] after, int[] places) {
    int positions() {
      return Strides.product(output, 0, output.length);
    }

    int taps() {
      return Strides.product(kernel, 0, kernel.length);
    }
  }

  int stride(int axis) {
    return axis < strides.length ? strides[axis] : 1;
  }

  int dilation(int axis) {
    return axis < dilations.length ? dilations[axis] : 1;
  }

  private int[] checked(int[] values, int expected, String name) {
    if (values.length != 0 && values.length != expected) {
      throw node.refuse(formatted("has %d %s; expected %d", values.length, name, expected));
    }
    return values;
  }

  /** Places the kernel on an input. */
  Placed on(Call call, int[] input, int[] kernel) {
    int axes = input.length;
    checked(strides, axes, "strides");
    checked(dilations, axes, "dilations");
    checked(pads, 2 * axes, "pads");
    if (kernel.length != axes || Arrays.stream(kernel).anyMatch(k -> k < 1)) {
      throw node.refuse(
          formatted("has a kernel %s for %s", Arrays.toString(kernel), Arrays.toString(input)));
    }
    int[] output = new int[axes];
    int[] before = new int[axes];
    int[] after = new int[axes];
    for (int a = 0; a < axes; a++) {
      long reach = (kernel[a] - 1L) * dilation(a) + 1;
      if (autoPad.startsWith("SAME")) {
        output[a] = (int) ((input[a] + (long) stride(a) - 1) / stride(a));
        long total = Math.max(0, (output[a] - 1L) * stride(a) + reach - input[a]);
        before[a] =
            (int) Math.min(autoPad.equals("SAME_UPPER") ? total / 2 : (total + 1) / 2, 1 << 28);
        after[a] = (int) Math.min(total - before[a], 1 << 28);
        continue;
      }
      if (autoPad.equals("NOTSET") && pads.length > 0) {
        before[a] = pads[a];
        after[a] = pads[a + axes];
      }
      long room = (long) input[a] + before[a] + after[a] - reach;
      if (room < 0) {
        throw node.refuse(
            formatted(
                "has a kernel of reach %d on axis %d of size %d with padding %d and %d",
                reach, a, input[a], before[a], after[a]));
      }
      long size = room / stride(a) + 1;
      if (ceil && room % stride(a) != 0 && size * stride(a) < (long) input[a] + before[a]) {
        size++;
      }
      output[a] = (int) Math.min(size, OnnxTensor.MOST_ELEMENTS);
    }
    return new Placed(
        input, kernel, output, before, after, places(call, input, kernel, output, before));
  }

  /** For each output position and kernel position, the input position or -1. */
  private int[] places(Call call, int[] input, int[] kernel, int[] output, int[] before) {
    long positions = OnnxTensor.count(output);
    int taps = (int) OnnxTensor.count(kernel);
    if (positions < 0 || taps < 0 || positions * taps > OnnxTensor.MOST_ELEMENTS) {
      throw node.refuse(
          formatted(
              "has too many positions: output %s, kernel %s",
              Arrays.toString(output), Arrays.toString(kernel)));
    }
    int[] places = call.newInts((int) (positions * taps));
    int[] outStrides = Strides.of(output);
    int[] kernelStrides = Strides.of(kernel);
    int[] inStrides = Strides.of(input);
    for (int p = 0; p < positions; p++) {
      for (int k = 0; k < taps; k++) {
        int place = 0;
        for (int a = 0; a < input.length && place >= 0; a++) {
          long at =
              (long) (p / outStrides[a] % output[a]) * stride(a)
                  - before[a]
                  + (long) (k / kernelStrides[a] % kernel[a]) * dilation(a);
          place = at < 0 || at >= input[a] ? -1 : place + (int) at * inStrides[a];
        }
        places[p * taps + k] = place;
      }
    }
    return places;
  }
}
