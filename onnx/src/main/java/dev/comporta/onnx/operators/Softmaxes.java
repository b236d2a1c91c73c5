package dev.comporta.onnx.operators;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.stream.IntStream;

/** Softmax, its logarithm, and the hard maximum. */
final class Softmaxes {
  /** One row of floats. */
  @FunctionalInterface
  private interface FloatRow {
    void run(Call call, float[] x, float[] y, int at, int count);
  }

  private enum Form {
    SOFTMAX,
    LOG_SOFTMAX,
    HARDMAX
  }

  private Softmaxes() {}

  static void addTo(Operators.Table table) {
    table.add("Softmax", node -> kernel(node, Form.SOFTMAX));
    table.add("LogSoftmax", node -> kernel(node, Form.LOG_SOFTMAX));
    table.add("Hardmax", node -> kernel(node, Form.HARDMAX));
  }

  /**
   * Before version 13, the input is seen as a matrix and rows are normalised; since then, an axis.
   */
  private static Kernel kernel(NodeInfo node, Form form) {
    boolean matrix = node.version() < 13;
    int along = node.whole("axis", matrix ? 1 : -1);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      if (!x.type().isFloating()) {
        throw call.wrongType(0, "floats");
      }
      if (x.rank() == 0 || x.count() == 0) {
        return x.count() == 0 ? x : rows(call, x.reshaped(1), 1, form).reshaped();
      }
      int axis = matrix && along == x.rank() ? x.rank() : call.axis(along, x.rank());
      if (matrix) {
        return rows(call, x, Strides.product(x.sizes(), axis, x.rank()), form);
      }
      if (axis == x.rank() - 1) {
        return rows(call, x, x.size(axis), form);
      }
      int[] order =
          IntStream.range(0, x.rank())
              .map(i -> i == axis ? x.rank() - 1 : i == x.rank() - 1 ? axis : i)
              .toArray();
      OnnxTensor turned = Strides.permute(call, x, order);
      return Strides.permute(call, rows(call, turned, x.size(axis), form), order);
    });
  }

  private static OnnxTensor rows(Call call, OnnxTensor x, int width, Form form) {
    if (x.type() == ElementType.FLOAT64) {
      double[] y = x.doubles().clone();
      for (int at = 0; at < y.length; at += width) {
        row(y, at, width, form);
      }
      return OnnxTensor.of(y, x.sizes());
    }
    float[] y = call.newFloats(x.sizes());
    FloatRow row =
        switch (form) {
          case SOFTMAX -> (c, from, to, at, n) -> c.backend().softmax(from, at, to, at, n);
          case LOG_SOFTMAX -> (c, from, to, at, n) -> c.backend().logSoftmax(from, at, to, at, n);
          case HARDMAX -> Softmaxes::hard;
        };
    for (int at = 0; at < y.length; at += width) {
      row.run(call, x.floats(), y, at, width);
    }
    return OnnxTensor.of(x.type(), y, x.sizes());
  }

  private static void hard(Call call, float[] x, float[] y, int at, int count) {
    int best = at;
    for (int i = at + 1; i < at + count; i++) {
      best = x[i] > x[best] ? i : best;
    }
    y[best] = 1;
  }

  private static void row(double[] y, int at, int width, Form form) {
    double max = Double.NEGATIVE_INFINITY;
    int best = at;
    for (int i = at; i < at + width; i++) {
      if (y[i] > max) {
        max = y[i];
        best = i;
      }
    }
    double sum = 0;
    for (int i = at; i < at + width; i++) {
      sum += Math.exp(y[i] - max);
    }
    for (int i = at; i < at + width; i++) {
      y[i] =
          switch (form) {
            case SOFTMAX -> Math.exp(y[i] - max) / sum;
            case LOG_SOFTMAX -> y[i] - max - Math.log(sum);
            case HARDMAX -> i == best ? 1 : 0;
          };
    }
  }
}
