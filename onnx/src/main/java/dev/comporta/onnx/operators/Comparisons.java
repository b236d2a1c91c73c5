package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;
import java.util.function.DoublePredicate;
import java.util.function.IntPredicate;

/** Comparisons, and choices that depend on them. */
final class Comparisons {
  private Comparisons() {}

  static void addTo(Operators.Table table) {
    table.add("Equal", compare(c -> c == 0));
    table.add("Less", compare(c -> c == -1));
    table.add("LessOrEqual", compare(c -> c == -1 || c == 0));
    table.add("Greater", compare(c -> c == 1));
    table.add("GreaterOrEqual", compare(c -> c == 1 || c == 0));
    table.add("Not", Operator.of(Comparisons::not));
    table.add("BitwiseNot", Operator.of(Comparisons::bitwiseNot));
    table.add("IsNaN", node -> Operator.kernel(call -> test(call, Double::isNaN)));
    table.add("IsInf", Comparisons::isInf);
    table.add("Where", Operator.of(Comparisons::where));
  }

  /** The sign of a comparison: -1, 0, 1, or 2 if one of them is not a number. */
  private static int sign(double a, double b) {
    return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;
  }

  private static Operator compare(IntPredicate accepted) {
    return node -> Operator.kernel(call -> compared(call, accepted));
  }

  private static OnnxTensor compared(Call call, IntPredicate accepted) {
    OnnxTensor a = call.tensor(0);
    OnnxTensor b = call.tensor(1);
    if (a.type() != b.type()) {
      throw call.refuse(
          formatted(
              "expected two inputs of the same type but got %s and %s",
              a.describe(), b.describe()));
    }
    int[] sizes = Broadcasting.sizes(call, a, b);
    long[] y = call.newLongs(sizes);
    boolean unsigned = a.type() == ElementType.UINT64;
    Broadcasting.walk(
        a,
        b,
        sizes,
        (p, sp, q, sq, at, n) -> {
          for (int i = 0; i < n; i++) {
            int from = p + i * sp;
            int to = q + i * sq;
            int sign =
                switch (a.type().storage()) {
                  case FLOATS -> sign(a.floats()[from], b.floats()[to]);
                  case DOUBLES -> sign(a.doubles()[from], b.doubles()[to]);
                  case LONGS ->
                      unsigned
                          ? Integer.signum(Long.compareUnsigned(a.longs()[from], b.longs()[to]))
                          : Long.compare(a.longs()[from], b.longs()[to]);
                  case STRINGS -> Integer.signum(a.strings()[from].compareTo(b.strings()[to]));
                };
            y[at + i] = accepted.test(sign) ? 1 : 0;
          }
        });
    return OnnxTensor.of(ElementType.BOOL, y, sizes);
  }

  private static OnnxTensor not(Call call) {
    long[] x = call.longs(0);
    long[] y = new long[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = 1 - x[i];
    }
    return OnnxTensor.of(ElementType.BOOL, y, call.tensor(0).sizes());
  }

  private static OnnxTensor bitwiseNot(Call call) {
    ElementType type = call.tensor(0).type();
    long[] y = Arrays.stream(call.longs(0)).map(x -> type.wrap(~x)).toArray();
    return OnnxTensor.of(type, y, call.tensor(0).sizes());
  }

  private static OnnxTensor test(Call call, DoublePredicate predicate) {
    OnnxTensor x = call.tensor(0);
    if (!x.type().isFloating()) {
      throw call.wrongType(0, "floats");
    }
    long[] y = call.newLongs(x.sizes());
    for (int i = 0; i < y.length; i++) {
      y[i] = predicate.test(x.number(i)) ? 1 : 0;
    }
    return OnnxTensor.of(ElementType.BOOL, y, x.sizes());
  }

  private static Kernel isInf(NodeInfo node) {
    boolean negative = node.flag("detect_negative", true);
    boolean positive = node.flag("detect_positive", true);
    return Operator.kernel(call ->
        test(
            call,
            x ->
                (negative && x == Double.NEGATIVE_INFINITY)
                    || (positive && x == Double.POSITIVE_INFINITY)));
  }

  private static OnnxTensor where(Call call) {
    OnnxTensor condition = call.tensor(0);
    long[] truth = call.longs(0);
    OnnxTensor a = call.tensor(1);
    OnnxTensor b = call.tensor(2);
    if (a.type() != b.type()) {
      throw call.refuse(
          formatted(
              "expected two inputs of the same type but got %s and %s",
              a.describe(), b.describe()));
    }
    int[] values = Broadcasting.sizes(call, a, b);
    int[] sizes = Strides.broadcast(values, condition.sizes());
    if (sizes == null) {
      throw call.refuse(
          formatted(
              "expected a condition that fits %s but it is %s",
              Arrays.toString(values), condition.describe()));
    }
    Object y = call.storage(a.type(), sizes);
    Object x = Strides.expand(call, a, sizes).data();
    Object z = Strides.expand(call, b, sizes).data();
    long[] c =
        Strides.expand(call, OnnxTensor.of(ElementType.BOOL, truth, condition.sizes()), sizes)
            .longs();
    for (int i = 0; i < c.length; ) {
      int from = i;
      while (i < c.length && c[i] == c[from]) {
        i++;
      }
      System.arraycopy(c[from] != 0 ? x : z, from, y, from, i - from);
    }
    return OnnxTensor.of(a.type(), y, sizes);
  }
}
