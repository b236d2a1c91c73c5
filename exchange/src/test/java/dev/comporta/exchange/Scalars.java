package dev.comporta.exchange;

import java.util.function.DoubleUnaryOperator;

/** The equations of other tools, number by number in double, in their own layouts. */
final class Scalars {
  private Scalars() {}

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** {@code rows . x + b}, with weights {@code [out, in]} as PyTorch stores them. */
  static double[] torch(float[] w, double[] x, float[] b) {
    double[] y = new double[b.length];
    for (int o = 0; o < y.length; o++) {
      y[o] = b[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += w[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  /** {@code x . kernel + b}, with kernels {@code [in, out]} as Keras stores them. */
  static double[] keras(float[] kernel, double[] x, float[] b) {
    double[] y = new double[b.length];
    for (int o = 0; o < y.length; o++) {
      y[o] = b[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += kernel[i * y.length + o] * x[i];
      }
    }
    return y;
  }

  static double[] plus(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  /** One step of an LSTM from its pre-activations; the gates are at the given places. */
  static void lstm(
      double[] a,
      double[] h,
      double[] c,
      int[] ifgo,
      DoubleUnaryOperator gate,
      DoubleUnaryOperator candidate) {
    int size = c.length;
    for (int j = 0; j < size; j++) {
      double i = gate.applyAsDouble(a[ifgo[0] * size + j]);
      double f = gate.applyAsDouble(a[ifgo[1] * size + j]);
      double g = candidate.applyAsDouble(a[ifgo[2] * size + j]);
      double o = gate.applyAsDouble(a[ifgo[3] * size + j]);
      c[j] = f * c[j] + i * g;
      h[j] = o * candidate.applyAsDouble(c[j]);
    }
  }

  /** One step of a GRU whose reset gate acts after the product; gates at the given places. */
  static void gru(double[] x, double[] s, double[] h, int[] rzn, DoubleUnaryOperator gate) {
    int size = h.length;
    for (int j = 0; j < size; j++) {
      double r = gate.applyAsDouble(x[rzn[0] * size + j] + s[rzn[0] * size + j]);
      double z = gate.applyAsDouble(x[rzn[1] * size + j] + s[rzn[1] * size + j]);
      double n = Math.tanh(x[rzn[2] * size + j] + r * s[rzn[2] * size + j]);
      h[j] = (1 - z) * n + z * h[j];
    }
  }
}
