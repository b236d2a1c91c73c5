package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Normalisations. Means and variances are computed in double. */
final class Normalizations {
  private Normalizations() {}

  static void addTo(Operators.Table table) {
    table.add("BatchNormalization", Normalizations::batch);
    table.add("InstanceNormalization", node -> instance(node));
    table.add("LayerNormalization", node -> layer(node, true));
    table.add("RMSNormalization", node -> layer(node, false));
    table.add("GroupNormalization", Normalizations::group);
    table.add("LpNormalization", Normalizations::lp);
    table.add("MeanVarianceNormalization", Normalizations::meanVariance);
  }

  private static double[] perChannel(Call call, int input, int channels) {
    double[] values = call.doubles(input);
    if (values.length != channels) {
      throw call.refuse(
          formatted(
              "expected %d numbers as input %d but got %s",
              channels, input, call.tensor(input).describe()));
    }
    return values;
  }

  private static int channels(Call call, OnnxTensor x) {
    if (x.rank() < 2) {
      if (x.rank() == 1) {
        return 1;
      }
      throw call.refuse("expected an input with channels but got " + x.describe());
    }
    return x.size(1);
  }

  private static Kernel batch(NodeInfo node) {
    double epsilon = node.real("epsilon", 1e-5f);
    if (node.version() >= 14 && node.flag("training_mode", false)) {
      throw node.refuse("is in training mode, which is not supported");
    }
    return call -> {
      OnnxTensor x = call.tensor(0);
      int channels = channels(call, x);
      int inner = x.rank() < 2 ? 1 : Strides.product(x.sizes(), 2, x.rank());
      double[] scale = perChannel(call, 1, channels).clone();
      double[] shift = perChannel(call, 2, channels).clone();
      double[] mean = perChannel(call, 3, channels);
      double[] variance = perChannel(call, 4, channels);
      for (int c = 0; c < channels; c++) {
        scale[c] /= Math.sqrt(variance[c] + epsilon);
        shift[c] -= mean[c] * scale[c];
      }
      if (x.type() == ElementType.FLOAT32 && inner > 0) {
        float[] y = call.newFloats(x.sizes());
        for (int at = 0; at < y.length; at += inner) {
          int c = at / inner % channels;
          call.backend().affine((float) scale[c], (float) shift[c], x.floats(), at, y, at, inner);
        }
        return Arithmetic.one(OnnxTensor.of(y, x.sizes()));
      }
      double[] y = call.doubles(0).clone();
      for (int i = 0; i < y.length; i++) {
        int c = i / inner % channels;
        y[i] = y[i] * scale[c] + shift[c];
      }
      return Arithmetic.one(call.rounded(x.type(), y, x.sizes()));
    };
  }

  /** Normalises rows of a width; the mean is subtracted if wanted. */
  private static void rows(
      double[] y,
      int width,
      double epsilon,
      boolean center,
      double @Nullable [] means,
      double @Nullable [] inverses) {
    for (int at = 0, row = 0; at < y.length; at += width, row++) {
      double mean = 0;
      for (int i = at; i < at + width && center; i++) {
        mean += y[i] / width;
      }
      double variance = 0;
      for (int i = at; i < at + width; i++) {
        variance += (y[i] - mean) * (y[i] - mean) / width;
      }
      double inverse = 1 / Math.sqrt(variance + epsilon);
      for (int i = at; i < at + width; i++) {
        y[i] = (y[i] - mean) * inverse;
      }
      if (means != null && inverses != null) {
        means[row] = mean;
        inverses[row] = inverse;
      }
    }
  }

  private static Kernel instance(NodeInfo node) {
    double epsilon = node.real("epsilon", 1e-5f);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int channels = channels(call, x);
      int inner = x.rank() < 2 ? 1 : Strides.product(x.sizes(), 2, x.rank());
      double[] y = call.doubles(0).clone();
      double[] scale = perChannel(call, 1, channels);
      double[] shift = perChannel(call, 2, channels);
      if (inner > 0) {
        rows(y, inner, epsilon, true, null, null);
      }
      for (int i = 0; i < y.length; i++) {
        int c = i / inner % channels;
        y[i] = y[i] * scale[c] + shift[c];
      }
      return call.rounded(x.type(), y, x.sizes());
    });
  }

  private static Kernel group(NodeInfo node) {
    double epsilon = node.real("epsilon", 1e-5f);
    int groups = node.whole("num_groups", 1);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int channels = channels(call, x);
      if (groups < 1 || channels % groups != 0) {
        throw call.refuse(formatted("has %d groups for %d channels", groups, channels));
      }
      int inner = Strides.product(x.sizes(), Math.min(2, x.rank()), x.rank());
      int parameters = node.version() < 21 ? groups : channels;
      double[] scale = perChannel(call, 1, parameters);
      double[] shift = perChannel(call, 2, parameters);
      double[] y = call.doubles(0).clone();
      int width = channels / groups * inner;
      if (width > 0) {
        rows(y, width, epsilon, true, null, null);
      }
      for (int i = 0; i < y.length; i++) {
        int c = i / inner % channels * parameters / channels;
        y[i] = y[i] * scale[c] + shift[c];
      }
      return call.rounded(x.type(), y, x.sizes());
    });
  }

  private static Kernel layer(NodeInfo node, boolean center) {
    int along = node.whole("axis", -1);
    double epsilon = node.real("epsilon", 1e-5f);
    return call -> {
      OnnxTensor x = call.tensor(0);
      int axis = call.axis(along, x.rank());
      int width = Strides.product(x.sizes(), axis, x.rank());
      int count = width == 0 ? 0 : x.count() / width;
      double[] y = call.doubles(0).clone();
      double[] means = new double[count];
      double[] inverses = new double[count];
      if (width > 0) {
        rows(y, width, epsilon, center, means, inverses);
      }
      OnnxTensor result = OnnxTensor.of(y, x.sizes());
      OnnxTensor scale = OnnxTensor.of(call.doubles(1), call.tensor(1).sizes());
      result = Arithmetic.apply(call, Arithmetic.MULTIPLY, result, scale);
      if (center && call.has(2)) {
        OnnxTensor shift = OnnxTensor.of(call.doubles(2), call.tensor(2).sizes());
        result = Arithmetic.apply(call, Arithmetic.ADD, result, shift);
      }
      int[] statistics = x.sizes();
      Arrays.fill(statistics, axis, statistics.length, 1);
      ElementType type = x.type();
      ElementType inner = type == ElementType.FLOAT64 ? type : ElementType.FLOAT32;
      OnnxTensor normalized = call.rounded(type, result.doubles(), result.sizes());
      return center
          ? new OnnxValue[] {
            normalized,
            call.rounded(inner, means, statistics),
            call.rounded(inner, inverses, statistics)
          }
          : Arithmetic.one(normalized);
    };
  }

  private static Kernel lp(NodeInfo node) {
    int along = node.whole("axis", -1);
    int p = node.whole("p", 2);
    if (p != 1 && p != 2) {
      throw node.refuse(formatted("has p = %d; expected 1 or 2", p));
    }
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int axis = call.axis(along, x.rank());
      int size = x.size(axis);
      int inner = Strides.product(x.sizes(), axis + 1, x.rank());
      double[] y = call.doubles(0).clone();
      int count = size == 0 ? 0 : y.length / size;
      for (int r = 0; r < count; r++) {
        int from = r / inner * size * inner + r % inner;
        double norm = 0;
        for (int i = 0; i < size; i++) {
          double value = Math.abs(y[from + i * inner]);
          norm += p == 1 ? value : value * value;
        }
        norm = p == 1 ? norm : Math.sqrt(norm);
        for (int i = 0; i < size; i++) {
          y[from + i * inner] = norm == 0 ? 0 : y[from + i * inner] / norm;
        }
      }
      return call.rounded(x.type(), y, x.sizes());
    });
  }

  private static Kernel meanVariance(NodeInfo node) {
    int[] axes = node.wholes("axes", 0, 2, 3);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      boolean[] gone = new boolean[x.rank()];
      for (int axis : axes) {
        gone[call.axis(axis, x.rank())] = true;
      }
      int[] order = new int[x.rank()];
      int at = 0;
      for (int pass = 0; pass < 2; pass++) {
        for (int a = 0; a < gone.length; a++) {
          if (gone[a] == (pass == 1)) {
            order[at++] = a;
          }
        }
      }
      int[] back = new int[order.length];
      for (int i = 0; i < order.length; i++) {
        back[order[i]] = i;
      }
      OnnxTensor turned = Strides.permute(call, OnnxTensor.of(call.doubles(0), x.sizes()), order);
      double[] y = turned.doubles().clone();
      int width = 1;
      for (int axis : axes) {
        width *= x.size(call.axis(axis, x.rank()));
      }
      if (width > 0) {
        for (int from = 0; from < y.length; from += width) {
          double mean = 0;
          double squares = 0;
          for (int i = from; i < from + width; i++) {
            mean += y[i] / width;
            squares += y[i] * y[i] / width;
          }
          double deviation = Math.sqrt(Math.max(0, squares - mean * mean));
          for (int i = from; i < from + width; i++) {
            y[i] = (y[i] - mean) / (deviation + 1e-9);
          }
        }
      }
      OnnxTensor result = Strides.permute(call, OnnxTensor.of(y, turned.sizes()), back);
      return call.rounded(x.type(), result.doubles(), x.sizes());
    });
  }
}
