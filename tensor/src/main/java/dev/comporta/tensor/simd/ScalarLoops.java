package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;

import dev.comporta.api.tensor.BinaryFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Functions of a row and a scalar, with the same bits as {@link BinaryLoops} and {@link Sigmoids}
 * for a row that repeats the scalar. Functions may operate in place ({@code y == x}, {@code yo ==
 * xo}).
 */
final class ScalarLoops {
  private ScalarLoops() {}

  /** {@code y = x + s}. */
  static void add(float[] x, int xo, float s, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.add(s).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      v.add(s).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = x - s}. */
  static void subtract(float[] x, int xo, float s, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.sub(s).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      v.sub(s).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = s - x}. */
  static void subtractFrom(float[] x, int xo, float s, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      broadcast(SPECIES, s).sub(v).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      broadcast(SPECIES, s).sub(v).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = s x}. */
  static void multiply(float[] x, int xo, float s, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.mul(s).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      v.mul(s).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = x / s}. */
  static void divide(float[] x, int xo, float s, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.div(s).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      v.div(s).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = s / x}. */
  static void divideInto(float[] x, int xo, float s, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      broadcast(SPECIES, s).div(v).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      broadcast(SPECIES, s).div(v).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = f(x, s)}, or {@code f(s, x)} if the scalar is the first operand. */
  static void apply(
      BinaryFunction function,
      float[] x,
      int xo,
      float s,
      boolean first,
      float[] y,
      int yo,
      int n) {
    switch (function) {
      case ADD -> add(x, xo, s, y, yo, n);
      case SUBTRACT -> {
        if (first) {
          subtractFrom(x, xo, s, y, yo, n);
        } else {
          subtract(x, xo, s, y, yo, n);
        }
      }
      case MULTIPLY -> multiply(x, xo, s, y, yo, n);
      case DIVIDE -> {
        if (first) {
          divideInto(x, xo, s, y, yo, n);
        } else {
          divide(x, xo, s, y, yo, n);
        }
      }
      case MAXIMUM -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = Math.max(x[xo + i], s);
        }
      }
      case MINIMUM -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = Math.min(x[xo + i], s);
        }
      }
      case GREATER -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = (first ? s > x[xo + i] : x[xo + i] > s) ? 1 : 0;
        }
      }
      case TANH_GRADIENT -> {
        for (int i = 0; i < n; i++) {
          float a = first ? s : x[xo + i];
          float d = first ? x[xo + i] : s;
          y[yo + i] = d * Math.fma(-a, a, 1f);
        }
      }
      case SIGMOID_GRADIENT -> {
        for (int i = 0; i < n; i++) {
          float a = first ? s : x[xo + i];
          float d = first ? x[xo + i] : s;
          y[yo + i] = d * Math.fma(-a, a, a);
        }
      }
      case RELU_GRADIENT -> {
        for (int i = 0; i < n; i++) {
          float a = first ? s : x[xo + i];
          float d = first ? x[xo + i] : s;
          y[yo + i] = a > 0 ? d : 0;
        }
      }
    }
  }
}
