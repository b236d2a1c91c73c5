package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/** Reading and writing elements at indices. */
final class Indexing {
  private Indexing() {}

  static void addTo(Operators.Table table) {
    table.add("Gather", Indexing::gather);
    table.add("GatherElements", Indexing::gatherElements);
    table.add("GatherND", Indexing::gatherNd);
    table.add("ScatterElements", Indexing::scatterElements);
    table.add("Scatter", Indexing::scatterElements);
    table.add("ScatterND", Indexing::scatterNd);
    table.add("NonZero", Operator.of(Indexing::nonZero));
    table.add("Compress", Indexing::compress);
    table.add("OneHot", Indexing::oneHot);
  }

  /** An index from 0; negative ones count from the end. */
  private static int index(Call call, long index, int size) {
    if (index < -size || index >= size) {
      throw call.refuse(formatted("has the index %d for an axis of size %d", index, size));
    }
    return (int) (index < 0 ? index + size : index);
  }

  private static Kernel gather(NodeInfo node) {
    int along = node.whole("axis", 0);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      OnnxTensor at = call.tensor(1);
      long[] indices = call.longs(1);
      int axis = call.axis(along, x.rank());
      int[] sizes = new int[x.rank() - 1 + at.rank()];
      System.arraycopy(x.sizes(), 0, sizes, 0, axis);
      System.arraycopy(at.sizes(), 0, sizes, axis, at.rank());
      System.arraycopy(x.sizes(), axis + 1, sizes, axis + at.rank(), x.rank() - axis - 1);
      Object y = call.storage(x.type(), sizes);
      int size = x.size(axis);
      int outer = Strides.product(x.sizes(), 0, axis);
      int inner = Strides.product(x.sizes(), axis + 1, x.rank());
      int to = 0;
      for (int o = 0; o < outer; o++) {
        for (long index : indices) {
          System.arraycopy(x.data(), (o * size + index(call, index, size)) * inner, y, to, inner);
          to += inner;
        }
      }
      return OnnxTensor.of(x.type(), y, sizes);
    });
  }

  /** Visits the elements of indices: their place in it and in a tensor of other sizes. */
  private interface Visit {
    void at(int i, int place);
  }

  private static void alongAxis(
      Call call, OnnxTensor x, OnnxTensor at, long[] indices, int axis, Visit visit) {
    if (at.rank() != x.rank()) {
      throw call.refuse(
          formatted(
              "expected indices with the axes of %s but got %s", x.describe(), at.describe()));
    }
    int[] strides = Strides.of(x.sizes());
    int[] own = Strides.of(at.sizes());
    for (int i = 0; i < indices.length; i++) {
      int place = 0;
      for (int a = 0; a < own.length; a++) {
        int here = a == axis ? index(call, indices[i], x.size(axis)) : i / own[a] % at.size(a);
        if (here >= x.size(a)) {
          throw call.refuse(formatted("has indices of %s for %s", at.describe(), x.describe()));
        }
        place += here * strides[a];
      }
      visit.at(i, place);
    }
  }

  private static Kernel gatherElements(NodeInfo node) {
    int along = node.whole("axis", 0);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      OnnxTensor at = call.tensor(1);
      Object y = call.storage(x.type(), at.sizes());
      alongAxis(
          call,
          x,
          at,
          call.longs(1),
          call.axis(along, x.rank()),
          (i, place) -> System.arraycopy(x.data(), place, y, i, 1));
      return OnnxTensor.of(x.type(), y, at.sizes());
    });
  }

  private static Kernel gatherNd(NodeInfo node) {
    int batch = node.whole("batch_dims", 0);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      OnnxTensor at = call.tensor(1);
      long[] indices = call.longs(1);
      if (at.rank() == 0 || batch < 0 || batch >= at.rank() || batch >= x.rank()) {
        throw call.refuse(formatted("cannot read %s at %s", x.describe(), at.describe()));
      }
      int depth = at.size(at.rank() - 1);
      if (batch + depth > x.rank()) {
        throw call.refuse(formatted("has indices of %d axes for %s", depth, x.describe()));
      }
      int rest = x.rank() - batch - depth;
      int[] sizes = Arrays.copyOf(at.sizes(), at.rank() - 1 + rest);
      System.arraycopy(x.sizes(), batch + depth, sizes, at.rank() - 1, rest);
      Object y = call.storage(x.type(), sizes);
      int inner = Strides.product(x.sizes(), batch + depth, x.rank());
      int batches = Strides.product(x.sizes(), 0, batch);
      int rows = Strides.product(at.sizes(), 0, at.rank() - 1);
      int perBatch = rows / Math.max(1, batches);
      int block = Strides.product(x.sizes(), batch, x.rank());
      for (int row = 0; row < rows; row++) {
        int place = inner * place(call, x, indices, row * depth, batch, depth);
        System.arraycopy(
            x.data(), row / Math.max(1, perBatch) * block + place, y, row * inner, inner);
      }
      return OnnxTensor.of(x.type(), y, sizes);
    });
  }

  /** Where a row of indices points, counted in boxes of the axes that it leaves out. */
  private static int place(
      Call call, OnnxTensor x, long[] indices, int from, int firstAxis, int depth) {
    int place = 0;
    for (int d = 0; d < depth; d++) {
      int size = x.size(firstAxis + d);
      place = place * size + index(call, indices[from + d], size);
    }
    return place;
  }

  private static DoubleBinaryOperator reduction(NodeInfo node) {
    return switch (node.word("reduction", "none", "none", "add", "mul", "max", "min")) {
      case "add" -> Double::sum;
      case "mul" -> (a, b) -> a * b;
      case "max" -> Math::max;
      case "min" -> Math::min;
      default -> (a, b) -> b;
    };
  }

  /** Combines elements of an array with those of another. */
  private static void combine(
      OnnxTensor type,
      Object y,
      int to,
      Object x,
      int from,
      int count,
      DoubleBinaryOperator f,
      boolean copies) {
    if (copies) {
      if (count == 1 && y instanceof float[] floats) {
        floats[to] = ((float[]) x)[from]; // the most frequent case by far
      } else {
        System.arraycopy(x, from, y, to, count);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      switch (y) {
        case float[] floats ->
            floats[to + i] = (float) f.applyAsDouble(floats[to + i], ((float[]) x)[from + i]);
        case double[] doubles ->
            doubles[to + i] = f.applyAsDouble(doubles[to + i], ((double[]) x)[from + i]);
        case long[] longs ->
            longs[to + i] =
                type.type()
                    .wrap(
                        (long)
                            f.applyAsDouble(
                                (double) longs[to + i], (double) ((long[]) x)[from + i]));
        default -> System.arraycopy(x, from + i, y, to + i, 1);
      }
    }
  }

  private static OnnxTensor updates(Call call, OnnxTensor x) {
    OnnxTensor updates = call.tensor(2);
    if (updates.type() != x.type()) {
      throw call.wrongType(2, x.type().word());
    }
    return updates;
  }

  private static Object copy(Call call, OnnxTensor x) {
    Object y = call.storage(x.type(), x.sizes());
    System.arraycopy(x.data(), 0, y, 0, x.count());
    return y;
  }

  private static Kernel scatterElements(NodeInfo node) {
    int along = node.whole("axis", 0);
    DoubleBinaryOperator f = reduction(node);
    boolean copies =
        node.word("reduction", "none", "none", "add", "mul", "max", "min").equals("none");
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      OnnxTensor at = call.tensor(1);
      OnnxTensor updates = updates(call, x);
      if (!Arrays.equals(updates.sizes(), at.sizes())) {
        throw call.refuse(
            formatted("has indices %s for updates %s", at.describe(), updates.describe()));
      }
      Object y = copy(call, x);
      alongAxis(
          call,
          x,
          at,
          call.longs(1),
          call.axis(along, x.rank()),
          (i, place) -> combine(x, y, place, updates.data(), i, 1, f, copies));
      return OnnxTensor.of(x.type(), y, x.sizes());
    });
  }

  private static Kernel scatterNd(NodeInfo node) {
    DoubleBinaryOperator f = reduction(node);
    boolean copies =
        node.word("reduction", "none", "none", "add", "mul", "max", "min").equals("none");
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      OnnxTensor at = call.tensor(1);
      long[] indices = call.longs(1);
      OnnxTensor updates = updates(call, x);
      int depth = at.rank() == 0 ? 0 : at.size(at.rank() - 1);
      int rows = at.rank() == 0 ? 0 : Strides.product(at.sizes(), 0, at.rank() - 1);
      if (depth > x.rank() || at.rank() == 0) {
        throw call.refuse(formatted("has indices %s for %s", at.describe(), x.describe()));
      }
      int inner = Strides.product(x.sizes(), depth, x.rank());
      if ((long) rows * inner != updates.count()) {
        throw call.refuse(
            formatted("has indices %s for updates %s", at.describe(), updates.describe()));
      }
      Object y = copy(call, x);
      for (int row = 0; row < rows; row++) {
        int place = inner * place(call, x, indices, row * depth, 0, depth);
        combine(x, y, place, updates.data(), row * inner, inner, f, copies);
      }
      return OnnxTensor.of(x.type(), y, x.sizes());
    });
  }

  private static OnnxTensor nonZero(Call call) {
    OnnxTensor x = call.tensor(0);
    int[] found = call.newInts(x.count());
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      boolean there = x.type() == ElementType.STRING ? !x.strings()[i].isEmpty() : x.number(i) != 0;
      if (there) {
        found[count++] = i;
      }
    }
    int[] strides = Strides.of(x.sizes());
    int rank = Math.max(1, x.rank());
    long[] y = call.newLongs(rank, count);
    for (int i = 0; i < count; i++) {
      for (int axis = 0; axis < x.rank(); axis++) {
        y[axis * count + i] = found[i] / strides[axis] % x.size(axis);
      }
    }
    return OnnxTensor.of(y, rank, count);
  }

  private static Kernel compress(NodeInfo node) {
    return Operator.kernel(call -> {
      OnnxTensor given = call.tensor(0);
      long[] condition = call.longs(1);
      OnnxTensor x = node.given("axis") ? given : given.reshaped(given.count());
      int axis = call.axis(node.integer("axis", 0), x.rank());
      int size = Math.min(x.size(axis), condition.length);
      int kept = 0;
      for (int i = 0; i < size; i++) {
        kept += condition[i] != 0 ? 1 : 0;
      }
      int[] sizes = x.sizes();
      sizes[axis] = kept;
      Object y = call.storage(x.type(), sizes);
      int outer = Strides.product(sizes, 0, axis);
      int inner = Strides.product(sizes, axis + 1, sizes.length);
      int to = 0;
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < size; i++) {
          if (condition[i] != 0) {
            System.arraycopy(x.data(), (o * x.size(axis) + i) * inner, y, to, inner);
            to += inner;
          }
        }
      }
      return OnnxTensor.of(x.type(), y, sizes);
    });
  }

  private static Kernel oneHot(NodeInfo node) {
    int along = node.whole("axis", -1);
    return Operator.kernel(call -> {
      OnnxTensor indices = call.tensor(0);
      double depthNumber = call.number(1);
      OnnxTensor values = call.tensor(2);
      if (values.count() != 2 || depthNumber < 0 || depthNumber > OnnxTensor.MOST_ELEMENTS) {
        throw call.refuse(
            formatted("has the depth %s and %s for off and on", depthNumber, values.describe()));
      }
      int depth = (int) depthNumber;
      int axis = call.axis(along, indices.rank() + 1);
      int[] sizes = new int[indices.rank() + 1];
      System.arraycopy(indices.sizes(), 0, sizes, 0, axis);
      sizes[axis] = depth;
      System.arraycopy(indices.sizes(), axis, sizes, axis + 1, indices.rank() - axis);
      Object y = call.storage(values.type(), sizes);
      Strides.fill(values.type(), y, 0, (int) OnnxTensor.count(sizes), values.data(), 0);
      int inner = Strides.product(sizes, axis + 1, sizes.length);
      for (int i = 0; i < indices.count(); i++) {
        double index = indices.number(i);
        double at = index < 0 ? index + depth : index;
        if (at >= 0 && at < depth) {
          System.arraycopy(
              values.data(), 1, y, (i / inner * depth + (int) at) * inner + i % inner, 1);
        }
      }
      return OnnxTensor.of(values.type(), y, sizes);
    });
  }
}
