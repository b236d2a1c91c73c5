package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Results over axes: sums, means, extremes, and the places of extremes. Sums are in double. */
final class Reductions {
  /** How the elements of one row become one number. */
  @FunctionalInterface
  private interface Row {
    double of(double[] row, int count);
  }

  /** What a reduction of nothing is. */
  @FunctionalInterface
  private interface Empty {
    double of(ElementType type);
  }

  private Reductions() {}

  static void addTo(Operators.Table table) {
    reduce(table, "ReduceSum", 13, Reductions::sum, type -> 0);
    reduce(table, "ReduceMean", 18, (row, n) -> sum(row, n) / n, type -> Double.NaN);
    reduce(table, "ReduceMax", 18, (row, n) -> extreme(row, n, true), Reductions::lowest);
    reduce(table, "ReduceMin", 18, (row, n) -> extreme(row, n, false), Reductions::highest);
    reduce(table, "ReduceProd", 18, Reductions::product, type -> 1);
    reduce(table, "ReduceL1", 18, Reductions::sumOfSizes, type -> 0);
    reduce(table, "ReduceL2", 18, (row, n) -> Math.sqrt(sumOfSquares(row, n)), type -> 0);
    reduce(table, "ReduceSumSquare", 18, Reductions::sumOfSquares, type -> 0);
    Empty logOfNothing = type -> Double.NEGATIVE_INFINITY;
    reduce(table, "ReduceLogSum", 18, (row, n) -> Math.log(sum(row, n)), logOfNothing);
    reduce(table, "ReduceLogSumExp", 18, Reductions::logSumExp, logOfNothing);
    table.add("ArgMax", node -> argument(node, true));
    table.add("ArgMin", node -> argument(node, false));
    table.add("CumSum", Reductions::cumulate);
    table.add("TopK", Reductions::topK);
  }

  /** The largest of no elements of a type. */
  private static double lowest(ElementType type) {
    return type.isFloating()
        ? Double.NEGATIVE_INFINITY
        : type == ElementType.INT64 ? Long.MIN_VALUE : 0;
  }

  /** The smallest of no elements of a type. */
  private static double highest(ElementType type) {
    return type.isFloating()
        ? Double.POSITIVE_INFINITY
        : type == ElementType.BOOL ? 1 : Long.MAX_VALUE;
  }

  private static double sum(double[] row, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += row[i];
    }
    return sum;
  }

  private static double sumOfSizes(double[] row, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.abs(row[i]);
    }
    return sum;
  }

  private static double sumOfSquares(double[] row, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += row[i] * row[i];
    }
    return sum;
  }

  private static double product(double[] row, int n) {
    double product = 1;
    for (int i = 0; i < n; i++) {
      product *= row[i];
    }
    return product;
  }

  private static double extreme(double[] row, int n, boolean largest) {
    double extreme = largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      extreme = largest ? Math.max(extreme, row[i]) : Math.min(extreme, row[i]);
    }
    return extreme;
  }

  private static double logSumExp(double[] row, int n) {
    double max = extreme(row, n, true);
    if (Double.isInfinite(max)) {
      return max;
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.exp(row[i] - max);
    }
    return max + Math.log(sum);
  }

  private static void reduce(
      Operators.Table table, String name, int axesAreInputSince, Row row, Empty empty) {
    table.add(
        name,
        node -> {
          boolean keep = node.flag("keepdims", true);
          boolean noop = node.flag("noop_with_empty_axes", false);
          return Operator.kernel(call -> {
            int[] axes =
                node.version() >= axesAreInputSince
                    ? call.has(1) ? call.ints(1) : new int[0]
                    : node.wholes("axes");
            return reduced(call, axes, keep, noop, row, empty);
          });
        });
  }

  private static OnnxTensor reduced(
      Call call, int[] axes, boolean keep, boolean noop, Row row, Empty empty) {
    OnnxTensor x = call.tensor(0);
    if (axes.length == 0 && noop) {
      // No axis is reduced, but the function of one element still applies.
      int[] sizes = x.sizes();
      double[] single = new double[1];
      double[] y = call.doubles(0).clone();
      for (int i = 0; i < y.length; i++) {
        single[0] = y[i];
        y[i] = row.of(single, 1);
      }
      return call.rounded(x.type(), y, sizes);
    }
    boolean[] gone = new boolean[x.rank()];
    for (int axis : axes) {
      gone[call.axis(axis, x.rank())] = true;
    }
    if (axes.length == 0) {
      Arrays.fill(gone, true);
    }
    int[] own = Strides.of(x.sizes());
    int[] keptSizes = IntStream.range(0, x.rank()).map(a -> gone[a] ? 1 : x.size(a)).toArray();
    int[] inner = IntStream.range(0, x.rank()).filter(a -> gone[a]).toArray();
    int[] innerSizes = Arrays.stream(inner).map(x::size).toArray();
    int[] innerStrides = Arrays.stream(inner).map(a -> own[a]).toArray();
    double[] y = call.newDoubles(keptSizes);
    double[] buffer = call.newDoubles(innerSizes);
    int rows = y.length;
    int n = buffer.length;
    int[] offsets = offsets(call, innerSizes, innerStrides, n);
    int[] starts = offsets(call, keptSizes, own, rows);
    if (x.type() == ElementType.FLOAT32) {
      float[] values = x.floats();
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < n; i++) {
          buffer[i] = values[starts[r] + offsets[i]];
        }
        y[r] = n == 0 ? empty.of(x.type()) : row.of(buffer, n);
      }
    } else {
      double[] values = call.doubles(0);
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < n; i++) {
          buffer[i] = values[starts[r] + offsets[i]];
        }
        y[r] = n == 0 ? empty.of(x.type()) : row.of(buffer, n);
      }
    }
    int[] sizes =
        keep
            ? keptSizes
            : IntStream.range(0, x.rank()).filter(a -> !gone[a]).map(x::size).toArray();
    return call.rounded(x.type(), y, sizes);
  }

  private static int[] offsets(Call call, int[] sizes, int[] strides, int count) {
    int[] offsets = call.newInts(count);
    int[] plain = Strides.of(sizes);
    for (int i = 0; i < count; i++) {
      for (int a = 0; a < sizes.length; a++) {
        offsets[i] += i / plain[a] % sizes[a] * strides[a];
      }
    }
    return offsets;
  }

  private static Kernel argument(NodeInfo node, boolean largest) {
    int along = node.whole("axis", 0);
    boolean keep = node.flag("keepdims", true);
    boolean last = node.flag("select_last_index", false);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int axis = call.axis(along, x.rank());
      int size = x.size(axis);
      int inner = Strides.product(x.sizes(), axis + 1, x.rank());
      int[] sizes = x.sizes();
      sizes[axis] = 1;
      if (size == 0 && OnnxTensor.count(sizes) != 0) {
        throw call.refuse(formatted("expected elements on axis %d but it is empty", axis));
      }
      double[] values = call.doubles(0);
      long[] y = call.newLongs(sizes);
      for (int i = 0; i < y.length; i++) {
        int from = i / inner * size * inner + i % inner;
        int best = 0;
        for (int k = 1; k < size; k++) {
          double a = values[from + k * inner];
          double b = values[from + best * inner];
          boolean better = largest ? a > b : a < b;
          best = better || (last && a == b) ? k : best;
        }
        y[i] = best;
      }
      OnnxTensor result = OnnxTensor.of(y, sizes);
      return keep
          ? result
          : result.reshaped(
              IntStream.range(0, x.rank()).filter(a -> a != axis).map(x::size).toArray());
    });
  }

  private static Kernel cumulate(NodeInfo node) {
    boolean exclusive = node.flag("exclusive", false);
    boolean reverse = node.flag("reverse", false);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int axis = call.axis(call.integer(1), x.rank());
      int size = x.size(axis);
      int inner = Strides.product(x.sizes(), axis + 1, x.rank());
      double[] values = call.doubles(0);
      double[] y = call.newDoubles(x.sizes());
      int rows = size == 0 ? 0 : x.count() / size;
      for (int r = 0; r < rows; r++) {
        int from = r / inner * size * inner + r % inner;
        double sum = 0;
        for (int i = 0; i < size; i++) {
          int at = from + (reverse ? size - 1 - i : i) * inner;
          y[at] = exclusive ? sum : sum + values[at];
          sum += values[at];
        }
      }
      return call.rounded(x.type(), y, x.sizes());
    });
  }

  private static Kernel topK(NodeInfo node) {
    int along = node.whole("axis", -1);
    boolean largest = node.flag("largest", true);
    int fixed = node.version() < 10 ? node.whole("k", 0) : -1;
    return call -> {
      OnnxTensor x = call.tensor(0);
      int axis = call.axis(along, x.rank());
      int size = x.size(axis);
      long wanted = fixed >= 0 ? fixed : call.integer(1);
      if (wanted < 0 || wanted > size) {
        throw call.refuse(formatted("asks for %d of %d elements", wanted, size));
      }
      int k = (int) wanted;
      int[] sizes = x.sizes();
      sizes[axis] = k;
      Object values = call.storage(x.type(), sizes);
      long[] indices = call.newLongs(sizes);
      int inner = Strides.product(sizes, axis + 1, sizes.length);
      int rows = size == 0 ? 0 : x.count() / size;
      for (int r = 0; r < rows; r++) {
        int from = r / inner * size * inner + r % inner;
        int to = r / inner * k * inner + r % inner;
        Integer[] order =
            IntStream.range(0, size)
                .boxed()
                .sorted(order(x, from, inner, largest))
                .toArray(Integer[]::new);
        for (int i = 0; i < k; i++) {
          System.arraycopy(x.data(), from + order[i] * inner, values, to + i * inner, 1);
          indices[to + i * inner] = order[i];
        }
      }
      return new @Nullable OnnxValue[] {
        OnnxTensor.of(x.type(), values, sizes), OnnxTensor.of(indices, sizes)
      };
    };
  }

  /** By value, equal ones by index. */
  private static Comparator<Integer> order(OnnxTensor x, int from, int stride, boolean largest) {
    Comparator<Integer> byValue =
        x.type() == ElementType.UINT64
            ? (a, b) ->
                Long.compareUnsigned(x.longs()[from + a * stride], x.longs()[from + b * stride])
            : x.type().storage() == ElementType.Storage.LONGS
                ? Comparator.comparingLong(i -> x.longs()[from + i * stride])
                : Comparator.comparingDouble(i -> x.number(from + i * stride) + 0.0);
    return largest ? byValue.reversed() : byValue;
  }
}
