package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Integers of 8 and 16 bits that stand for real numbers: {@code (q - zero point) * scale}. */
final class Quantization {
  private Quantization() {}

  static void addTo(Operators.Table table) {
    table.add("QuantizeLinear", Quantization::quantize);
    table.add("DequantizeLinear", Quantization::dequantize);
    table.add("DynamicQuantizeLinear", node -> Quantization::dynamic);
    table.add("MatMulInteger", node -> Operator.kernel(Quantization::matMulInteger));
    table.add("ConvInteger", Quantization::convInteger);
    table.add("QLinearMatMul", node -> Operator.kernel(Quantization::linearMatMul));
    table.add("QLinearConv", Quantization::linearConv);
  }

  /**
   * The index of the parameters of an element: one for all, one per index of an axis, or blocks.
   */
  private static IntUnaryOperator place(
      Call call, OnnxTensor x, OnnxTensor scale, int along, int block) {
    if (scale.count() == 1) {
      return i -> 0;
    }
    int axis = call.axis(along, x.rank());
    int inner = Strides.product(x.sizes(), axis + 1, x.rank());
    int size = x.size(axis);
    if (block == 0) {
      if (scale.count() != size) {
        throw call.refuse(
            formatted("has %s as scale for axis %d of %s", scale.describe(), axis, x.describe()));
      }
      return i -> i / inner % size;
    }
    if (scale.rank() != x.rank()
        || scale.count() != x.count() / size * ((size + block - 1) / block)) {
      throw call.refuse(
          formatted(
              "has %s as scale for blocks of %d of %s", scale.describe(), block, x.describe()));
    }
    int blocks = (size + block - 1) / block;
    return i -> (i / inner / size * blocks + i / inner % size / block) * inner + i % inner;
  }

  static long saturate(ElementType type, double value) {
    double low = type == ElementType.INT8 ? -128 : type == ElementType.INT16 ? -32768 : 0;
    double high =
        switch (type) {
          case INT8 -> 127;
          case INT16 -> 32767;
          case UINT8 -> 255;
          default -> 65535;
        };
    return (long) Math.max(low, Math.min(high, value));
  }

  private static ElementType quantizable(Call call, ElementType type) {
    return switch (type) {
      case INT8, UINT8, INT16, UINT16 -> type;
      default ->
          throw call.refuse(
              formatted("quantises to %s; expected integers of 8 or 16 bits", type.word()));
    };
  }

  private static Kernel quantize(NodeInfo node) {
    int axis = node.whole("axis", 1);
    int block = node.whole("block_size", 0);
    int wanted = node.whole("output_dtype", 0);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      OnnxTensor scale = call.tensor(1);
      OnnxTensor zero = call.optional(2);
      ElementType type =
          quantizable(
              call,
              zero != null
                  ? zero.type()
                  : wanted == 0 ? ElementType.UINT8 : Casts.type(node, wanted));
      IntUnaryOperator place = place(call, x, scale, axis, block);
      double[] values = call.doubles(0);
      boolean single = x.type() != ElementType.FLOAT64;
      long[] y = call.newLongs(x.sizes());
      for (int i = 0; i < y.length; i++) {
        int p = place.applyAsInt(i);
        double s = scale.number(p);
        double q = single ? (float) values[i] / (float) s : values[i] / s;
        y[i] = saturate(type, Math.rint(q) + (zero == null ? 0 : zero.longs()[p]));
      }
      return OnnxTensor.of(type, y, x.sizes());
    });
  }

  private static Kernel dequantize(NodeInfo node) {
    int axis = node.whole("axis", 1);
    int block = node.whole("block_size", 0);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      long[] q = call.longs(0);
      OnnxTensor scale = call.tensor(1);
      OnnxTensor zero = call.optional(2);
      IntUnaryOperator place = place(call, x, scale, axis, block);
      double[] y = call.newDoubles(x.sizes());
      for (int i = 0; i < y.length; i++) {
        int p = place.applyAsInt(i);
        y[i] = (q[i] - (zero == null ? 0 : zero.longs()[p])) * scale.number(p);
      }
      ElementType type =
          node.given("output_dtype") && node.whole("output_dtype", 0) != 0
              ? Casts.type(node, node.whole("output_dtype", 1))
              : scale.type();
      return call.rounded(type, y, x.sizes());
    });
  }

  private static OnnxValue[] dynamic(Call call) {
    OnnxTensor x = call.floats(0);
    float low = 0;
    float high = 0;
    for (float value : x.floats()) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float scale = high == low ? 1 : (high - low) / 255;
    long zero = saturate(ElementType.UINT8, Math.rint(-low / scale));
    long[] y = call.newLongs(x.sizes());
    for (int i = 0; i < y.length; i++) {
      y[i] = saturate(ElementType.UINT8, Math.rint(x.floats()[i] / scale) + zero);
    }
    return new OnnxValue[] {
      OnnxTensor.of(ElementType.UINT8, y, x.sizes()),
      OnnxTensor.of(new float[] {scale}),
      OnnxTensor.of(ElementType.UINT8, new long[] {zero})
    };
  }

  /** A matrix minus its zero points: one for all, per row of the left, per column of the right. */
  private static OnnxTensor shifted(Call call, int input, int zeroInput, boolean left) {
    OnnxTensor x = call.tensor(input);
    long[] q = call.longs(input).clone();
    OnnxTensor zero = call.optional(zeroInput);
    if (zero != null) {
      long[] points = call.longs(zeroInput);
      int columns = x.rank() == 0 ? 1 : x.size(x.rank() - 1);
      int rows = x.rank() < 2 ? 1 : x.size(x.rank() - 2);
      int apart = left ? rows : columns;
      int outer = columns * rows;
      if (points.length != 1
          && points.length != apart
          && points.length * (long) columns * rows / apart != q.length) {
        throw call.refuse(formatted("has %s as zero point of %s", zero.describe(), x.describe()));
      }
      for (int i = 0; i < q.length; i++) {
        int at = left ? i / columns % rows : i % columns;
        q[i] -=
            points[points.length == 1 ? 0 : points.length == apart ? at : i / outer * apart + at];
      }
    }
    return OnnxTensor.of(ElementType.INT32, q, x.sizes());
  }

  private static OnnxTensor matMulInteger(Call call) {
    return Linear.matMul(call, shifted(call, 0, 2, true), shifted(call, 1, 3, false), null);
  }

  private static Kernel convInteger(NodeInfo node) {
    Window window = new Window(node);
    int group = node.whole("group", 1);
    return Operator.kernel(call -> {
      double[] y = integers(call, window, group, 0, call.optional(2), 1, call.optional(3));
      int[] sizes =
          Convolutions.shape(call, window, call.tensor(0).sizes(), call.tensor(1).sizes());
      return call.rounded(ElementType.INT32, y, sizes);
    });
  }

  private static double[] integers(
      Call call,
      Window window,
      int group,
      int xAt,
      @Nullable OnnxTensor xZero,
      int wAt,
      @Nullable OnnxTensor wZero) {
    OnnxTensor x = call.tensor(xAt);
    OnnxTensor w = call.tensor(wAt);
    Convolutions.check(call, x.sizes(), w.sizes(), group);
    double[] values = call.doubles(xAt).clone();
    double[] weights = call.doubles(wAt).clone();
    long point = xZero == null ? 0 : xZero.longs()[0];
    for (int i = 0; i < values.length; i++) {
      values[i] -= point;
    }
    int perFilter = weights.length / Math.max(1, w.size(0));
    for (int i = 0; i < weights.length && wZero != null; i++) {
      weights[i] -= wZero.longs()[wZero.count() == 1 ? 0 : i / perFilter % wZero.count()];
    }
    return Convolutions.direct(call, window, values, x.sizes(), weights, w.sizes(), group);
  }

  /** Inputs: a, its scale and zero point, b, its scale and zero point, those of the result. */
  private static OnnxTensor linearMatMul(Call call) {
    OnnxTensor product =
        Linear.matMul(call, shifted(call, 0, 2, true), shifted(call, 3, 5, false), null);
    OnnxTensor scaleA = call.tensor(1);
    OnnxTensor scaleB = call.tensor(4);
    double scaleY = call.number(6);
    OnnxTensor zero = call.tensor(7);
    ElementType type = quantizable(call, zero.type());
    int columns = product.rank() == 0 ? 1 : product.size(product.rank() - 1);
    int rows = product.rank() < 2 ? 1 : product.size(product.rank() - 2);
    long[] y = call.newLongs(product.sizes());
    for (int i = 0; i < y.length; i++) {
      double a = scaleA.number(scaleA.count() == 1 ? 0 : i / columns % rows % scaleA.count());
      double b = scaleB.number(scaleB.count() == 1 ? 0 : i % columns % scaleB.count());
      y[i] = saturate(type, Math.rint(product.longs()[i] * a * b / scaleY) + zero.longs()[0]);
    }
    return OnnxTensor.of(type, y, product.sizes());
  }

  /** Inputs: x, its scale and zero point, w, its scales and zero points, those of y, the bias. */
  private static Kernel linearConv(NodeInfo node) {
    Window window = new Window(node);
    int group = node.whole("group", 1);
    return Operator.kernel(call -> {
      double[] sums = integers(call, window, group, 0, call.tensor(2), 3, call.tensor(5));
      int[] sizes =
          Convolutions.shape(call, window, call.tensor(0).sizes(), call.tensor(3).sizes());
      OnnxTensor scales = call.tensor(4);
      double scaleX = call.number(1);
      double scaleY = call.number(6);
      OnnxTensor zero = call.tensor(7);
      ElementType type = quantizable(call, zero.type());
      long[] bias = call.has(8) ? call.longs(8) : call.newLongs(sizes[1]);
      int inner = Strides.product(sizes, 2, sizes.length);
      long[] y = call.newLongs(sizes);
      if (bias.length != sizes[1] || (scales.count() != 1 && scales.count() != sizes[1])) {
        throw call.refuse(
            formatted(
                "has %d biases and %d scales for %s",
                bias.length, scales.count(), Arrays.toString(sizes)));
      }
      for (int i = 0; i < y.length; i++) {
        int f = i / inner % sizes[1];
        double scale = scaleX * scales.number(scales.count() == 1 ? 0 : f) / scaleY;
        y[i] = saturate(type, Math.rint((sums[i] + bias[f]) * scale) + zero.longs()[0]);
      }
      return OnnxTensor.of(type, y, sizes);
    });
  }
}
