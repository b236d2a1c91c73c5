package dev.comporta.testkit.backend;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.testkit.backend.Samples.assertGuards;
import static dev.comporta.testkit.backend.Samples.assertSameBits;
import static dev.comporta.testkit.backend.Samples.assertUlps;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.testkit.ExactTensor;
import java.util.Arrays;

/**
 * The contract of a backend's element-wise primitives at every size and offset: a result within the
 * documented ulps, no out-of-range reads or writes, the same bits for every position of an element,
 * and the same bits in place.
 */
final class ElementContract {
  /** A primitive over up to three operands; one that has fewer ignores the rest. */
  private interface Kernel {
    void apply(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] y, int yo, int n);
  }

  /** The exact results for operands of one length. */
  private interface Exact {
    double[] of(float[] a, float[] b, float[] c);
  }

  /** The values of an operand. */
  private interface Domain {
    float[] row(int operand, int n);
  }

  private record Primitive(
      String name, int operands, Domain domain, Kernel kernel, Exact exact, double ulps) {}

  /** Scalar arguments of a primitive besides its operands. */
  private static final float[] NUMBERS = {
    0.7f, -3f, 0f, -0f, 1f, 1e-41f, 1e38f, Float.POSITIVE_INFINITY, Float.NaN
  };

  private final TensorBackend backend;

  ElementContract(TensorBackend backend) {
    this.backend = backend;
  }

  void unary() {
    for (UnaryFunction f : UnaryFunction.values()) {
      check(
          new Primitive(
              f.name(),
              1,
              ElementContract::anything,
              (a, ao, _, _, _, _, y, yo, n) -> backend.unary(f, a, ao, y, yo, n),
              (a, _, _) -> values(row(a).apply(new Op.Unary(f))),
              Tolerance.ulps(f)),
          Tolerance.flushed(f));
    }
  }

  void binary() {
    for (BinaryFunction f : BinaryFunction.values()) {
      check(
          new Primitive(
              f.name(),
              2,
              domain(f),
              (a, ao, b, bo, _, _, y, yo, n) -> backend.binary(f, a, ao, b, bo, y, yo, n),
              (a, b, _) -> values(row(a).apply(new Op.Binary(f), row(b))),
              Tolerance.ulps(f)),
          0);
    }
  }

  /** Also checks that the bits are those of a row that repeats the number. */
  void binaryNumber() {
    for (BinaryFunction f : BinaryFunction.values()) {
      for (boolean first : new boolean[] {false, true}) {
        for (float number : NUMBERS) {
          if (first && ofValues(f) && !(number >= 0 && number <= 1)) {
            continue; // not a value of the function whose gradient this is
          }
          String name = formatted("%s with %s %s", f, number, first ? "first" : "second");
          Op op = new Op.Binary(f);
          Primitive primitive =
              new Primitive(
                  name,
                  1,
                  (_, n) -> domain(f).row(first ? 1 : 0, n),
                  (a, ao, _, _, _, _, y, yo, n) ->
                      backend.binaryNumber(f, a, ao, number, first, y, yo, n),
                  (a, _, _) ->
                      values(
                          first
                              ? number(number).apply(op, row(a))
                              : row(a).apply(op, number(number))),
                  Tolerance.ulps(f));
          check(primitive, 0);
          float[] a = primitive.domain().row(0, 67);
          float[] b = new float[67];
          Arrays.fill(b, number);
          float[] y = new float[67];
          backend.binary(f, first ? b : a, 0, first ? a : b, 0, y, 0, 67);
          assertSameBits(y, run(primitive, 0, a, a, a), () -> name + " as a row");
        }
      }
    }
  }

  void affine() {
    for (float scale : NUMBERS) {
      for (float shift : new float[] {-0.3f, 0f, -0f, Float.MAX_VALUE}) {
        check(
            new Primitive(
                formatted("affine with scale %s, shift %s", scale, shift),
                1,
                ElementContract::anything,
                (a, ao, _, _, _, _, y, yo, n) -> backend.affine(scale, shift, a, ao, y, yo, n),
                (a, _, _) -> each(a.length, i -> Math.fma(scale, a[i], shift)),
                0.5),
            0);
      }
    }
  }

  void multiplyAdd() {
    check(
        new Primitive(
            "multiplyAdd",
            3,
            ElementContract::anything,
            backend::multiplyAdd,
            (a, b, c) -> each(a.length, i -> Math.fma(a[i], b[i], c[i])),
            0.5),
        0);
  }

  void select() {
    check(
        new Primitive(
            "select",
            3,
            ElementContract::oftenZero,
            backend::select,
            (c, a, b) -> each(a.length, i -> c[i] != 0 ? a[i] : b[i]),
            0.5),
        0);
  }

  private static float[] anything(int operand, int n) {
    return Samples.withEdges(n + 5L * operand, n);
  }

  private static float[] oftenZero(int operand, int n) {
    float[] x = anything(operand, n);
    for (int i = 0; operand == 0 && i < n; i += 2) {
      x[i] = i % 4 == 0 ? 0f : -0f;
    }
    return x;
  }

  /** The first operand of a gradient function is a value of the function. */
  private static Domain domain(BinaryFunction f) {
    return switch (f) {
      case TANH_GRADIENT -> (operand, n) -> operand == 0 ? within(-1, n) : anything(operand, n);
      case SIGMOID_GRADIENT -> (operand, n) -> operand == 0 ? within(0, n) : anything(operand, n);
      default -> ElementContract::anything;
    };
  }

  private static boolean ofValues(BinaryFunction f) {
    return f == BinaryFunction.TANH_GRADIENT || f == BinaryFunction.SIGMOID_GRADIENT;
  }

  private static float[] within(float least, int n) {
    float[] x = anything(0, n);
    for (int i = 0; i < n; i++) {
      x[i] = Math.clamp(x[i], least, 1f);
    }
    return x;
  }

  private interface Element {
    double at(int i);
  }

  private static double[] each(int n, Element element) {
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = element.at(i);
    }
    return y;
  }

  private static ExactTensor row(float[] x) {
    return ExactTensor.of(Shape.of(x.length), x);
  }

  private static ExactTensor number(float x) {
    return ExactTensor.of(Shape.of(), new float[] {x});
  }

  private static double[] values(Tensor y) {
    return ((ExactTensor) y).values();
  }

  private void check(Primitive primitive, double flushed) {
    for (int n : Samples.sizes()) {
      float[] a = primitive.domain().row(0, n);
      float[] b = primitive.domain().row(1, n);
      float[] c = primitive.domain().row(2, n);
      double[] exact = primitive.exact().of(a, b, c);
      for (int offset : new int[] {0, 3}) {
        float[] y = run(primitive, offset, a, b, c);
        for (int i = 0; i < n; i++) {
          int at = i;
          assertUlps(
              exact[i],
              y[i],
              primitive.ulps(),
              flushed,
              () ->
                  formatted(
                      "%s of %s, %s, %s, element %d of %d from %d",
                      primitive.name(), a[at], b[at], c[at], at, n, offset));
        }
        for (int place = 0; place < primitive.operands(); place++) {
          int operand = place;
          assertSameBits(
              y,
              runInPlace(primitive, place, offset, a, b, c),
              () -> formatted("%s in place of operand %d, n %d", primitive.name(), operand, n));
        }
      }
    }
    everyElementAlone(primitive);
  }

  private static float[] run(Primitive primitive, int offset, float[] a, float[] b, float[] c) {
    int n = a.length;
    float[] y = Samples.guarded(n + offset + 6);
    primitive
        .kernel()
        .apply(
            Samples.surrounded(a, offset),
            offset,
            Samples.surrounded(b, offset + 1),
            offset + 1,
            Samples.surrounded(c, offset + 2),
            offset + 2,
            y,
            offset + 4,
            n);
    assertGuards(y, offset + 4, n, primitive::name);
    return Arrays.copyOfRange(y, offset + 4, offset + 4 + n);
  }

  private static float[] runInPlace(
      Primitive primitive, int place, int offset, float[] a, float[] b, float[] c) {
    float[][] operands = {
      Samples.surrounded(a, offset), Samples.surrounded(b, offset), Samples.surrounded(c, offset)
    };
    float[] y = operands[place];
    primitive
        .kernel()
        .apply(operands[0], offset, operands[1], offset, operands[2], offset, y, offset, a.length);
    return Arrays.copyOfRange(y, offset, offset + a.length);
  }

  private static void everyElementAlone(Primitive primitive) {
    int n = 67;
    float[] a = primitive.domain().row(0, n);
    float[] b = primitive.domain().row(1, n);
    float[] c = primitive.domain().row(2, n);
    float[] together = run(primitive, 0, a, b, c);
    for (int i = 0; i < n; i++) {
      float[] alone = {0};
      primitive.kernel().apply(a, i, b, i, c, i, alone, 0, 1);
      int at = i;
      assertSameBits(together[i], alone[0], () -> primitive.name() + " alone, element " + at);
    }
  }
}
