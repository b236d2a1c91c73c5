package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Shapes and the order of axes; constants. */
final class Shapes {
  private Shapes() {}

  static void addTo(Operators.Table table) {
    table.add("Constant", Shapes::constant);
    table.add("ConstantOfShape", Shapes::constantOfShape);
    table.add("Identity", node -> call -> new OnnxValue[] {call.value(0)});
    table.add("Shape", Shapes::shape);
    table.add("Size", Operator.of(call -> OnnxTensor.of(new long[] {call.tensor(0).count()})));
    table.add("Reshape", Shapes::reshape);
    table.add("Flatten", Shapes::flatten);
    table.add("Squeeze", Shapes::squeeze);
    table.add("Unsqueeze", Shapes::unsqueeze);
    table.add("Transpose", Shapes::transpose);
    table.add("Expand", Operator.of(Shapes::expand));
    table.add("Range", Operator.of(Shapes::range));
    table.add("EyeLike", Shapes::eyeLike);
    table.add("DepthToSpace", Shapes::depthToSpace);
    table.add("SpaceToDepth", Shapes::spaceToDepth);
  }

  private static Kernel constant(NodeInfo node) {
    OnnxTensor value = node.tensor("value");
    if (value == null && node.given("sparse_value")) {
      value = node.sparse("sparse_value");
    } else if (node.given("value_float")) {
      value = OnnxTensor.of(new float[] {node.real("value_float", 0)});
    } else if (node.given("value_floats")) {
      float[] values = node.reals("value_floats");
      value = OnnxTensor.of(values, values.length);
    } else if (node.given("value_int")) {
      value = OnnxTensor.of(new long[] {node.integer("value_int", 0)});
    } else if (node.given("value_string")) {
      value = OnnxTensor.of(new String[] {node.text("value_string", "")});
    } else if (node.given("value_strings")) {
      String[] words = node.words("value_strings").toArray(String[]::new);
      value = OnnxTensor.of(words, words.length);
    }
    long[] integers = node.integers("value_ints");
    if (integers != null) {
      value = OnnxTensor.of(integers, integers.length);
    }
    if (value == null) {
      throw node.refuse("has no value");
    }
    OnnxValue[] constant = {value};
    return call -> constant;
  }

  private static Kernel constantOfShape(NodeInfo node) {
    OnnxTensor given = node.tensor("value");
    OnnxTensor value = given == null ? OnnxTensor.of(new float[1], 1) : given;
    if (value.count() != 1) {
      throw node.refuse("expected one value but has " + value.describe());
    }
    return Operator.kernel(call -> {
      int[] sizes = call.ints(0);
      Object data = call.storage(value.type(), sizes);
      int count = (int) OnnxTensor.count(sizes);
      Strides.fill(value.type(), data, 0, count, value.data(), 0);
      return OnnxTensor.of(value.type(), data, sizes);
    });
  }

  private static Kernel shape(NodeInfo node) {
    int start = node.whole("start", 0);
    int end = node.whole("end", Integer.MAX_VALUE);
    return Operator.kernel(call -> {
      int[] sizes =
          call.value(0) instanceof OnnxTensor tensor ? tensor.sizes() : call.tensor(0).sizes();
      int rank = sizes.length;
      int from = Math.clamp(start < 0 ? (long) start + rank : start, 0, rank);
      int to = Math.clamp(end < 0 ? (long) end + rank : end, from, rank);
      long[] shape = Arrays.stream(sizes, from, to).asLongStream().toArray();
      return OnnxTensor.of(shape, shape.length);
    });
  }

  private static Kernel reshape(NodeInfo node) {
    boolean allowZero = node.flag("allowzero", false);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int[] wanted = call.ints(1);
      int[] sizes = wanted.clone();
      int open = -1;
      long known = 1;
      for (int axis = 0; axis < sizes.length; axis++) {
        if (sizes[axis] == 0 && !allowZero && axis < x.rank()) {
          sizes[axis] = x.size(axis);
        }
        if (sizes[axis] == -1 && open < 0) {
          open = axis;
        } else {
          known = Math.min(known * Math.max(sizes[axis], 0), Integer.MAX_VALUE);
        }
      }
      if (open >= 0 && known > 0) {
        sizes[open] = Math.toIntExact(x.count() / known);
      } else if (open >= 0) {
        sizes[open] = 0;
      }
      if (OnnxTensor.count(sizes) != x.count()) {
        throw call.refuse(
            formatted("cannot give %s the shape %s", x.describe(), Arrays.toString(wanted)));
      }
      return x.reshaped(sizes);
    });
  }

  private static Kernel flatten(NodeInfo node) {
    int axis = node.whole("axis", 1);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int at = axis == x.rank() ? axis : call.axis(axis, Math.max(x.rank(), 1));
      int[] sizes = x.sizes();
      return x.reshaped(Strides.product(sizes, 0, at), Strides.product(sizes, at, sizes.length));
    });
  }

  /** Axes from an attribute before version 13 and from an input since then. */
  private static int @Nullable [] axes(NodeInfo node, Call call) {
    if (node.version() >= 13) {
      return call.has(1) ? call.ints(1) : null;
    }
    return node.given("axes") ? node.wholes("axes") : null;
  }

  private static Kernel squeeze(NodeInfo node) {
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int[] axes = axes(node, call);
      boolean[] gone = new boolean[x.rank()];
      for (int axis = 0; axis < gone.length && axes == null; axis++) {
        gone[axis] = x.size(axis) == 1;
      }
      if (axes != null) {
        for (int axis : axes) {
          int at = call.axis(axis, x.rank());
          if (x.size(at) != 1) {
            throw call.refuse(
                formatted("cannot remove axis %d of %s; its size is not 1", at, x.describe()));
          }
          gone[at] = true;
        }
      }
      return x.reshaped(IntStream.range(0, x.rank()).filter(i -> !gone[i]).map(x::size).toArray());
    });
  }

  private static Kernel unsqueeze(NodeInfo node) {
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int[] axes = axes(node, call);
      if (axes == null) {
        throw call.refuse("has no axes");
      }
      int rank = x.rank() + axes.length;
      boolean[] added = new boolean[rank];
      for (int axis : axes) {
        int at = call.axis(axis, rank);
        if (added[at]) {
          throw call.refuse(formatted("adds axis %d twice", at));
        }
        added[at] = true;
      }
      int[] sizes = new int[rank];
      int from = 0;
      for (int axis = 0; axis < rank; axis++) {
        sizes[axis] = added[axis] ? 1 : x.size(from++);
      }
      return x.reshaped(sizes);
    });
  }

  private static Kernel transpose(NodeInfo node) {
    int[] perm = node.wholes("perm");
    boolean given = node.given("perm");
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int[] axes = given ? perm : IntStream.range(0, x.rank()).map(i -> x.rank() - 1 - i).toArray();
      int[] sorted = Arrays.stream(axes).map(i -> i < 0 ? i + x.rank() : i).toArray();
      int[] plain = sorted.clone();
      Arrays.sort(plain);
      if (!Arrays.equals(plain, IntStream.range(0, x.rank()).toArray())) {
        throw call.refuse(
            formatted(
                "expected an order of the axes of %s but got %s",
                x.describe(), Arrays.toString(axes)));
      }
      return Strides.permute(call, x, sorted);
    });
  }

  private static OnnxTensor expand(Call call) {
    OnnxTensor x = call.tensor(0);
    int[] shape = call.ints(1);
    int[] sizes = Strides.broadcast(x.sizes(), shape);
    if (sizes == null || OnnxTensor.count(shape) < 0) {
      throw call.refuse(formatted("cannot expand %s to %s", x.describe(), Arrays.toString(shape)));
    }
    return Strides.expand(call, x, sizes);
  }

  private static OnnxTensor range(Call call) {
    ElementType type = call.tensor(0).type();
    if (type.storage() == ElementType.Storage.LONGS) {
      long start = call.integer(0);
      long limit = call.integer(1);
      long delta = call.integer(2);
      if (delta == 0) {
        throw call.refuse("expected a step other than 0");
      }
      double steps = Math.ceil(((double) limit - start) / delta);
      long[] y = call.newLongs(Math.clamp((long) steps, 0, Integer.MAX_VALUE));
      for (int i = 0; i < y.length; i++) {
        y[i] = type.wrap(start + i * delta);
      }
      return OnnxTensor.of(type, y, y.length);
    }
    double start = call.number(0);
    double delta = call.number(2);
    double steps = Math.ceil((call.number(1) - start) / delta);
    double[] y = call.newDoubles(Math.clamp((long) steps, 0, Integer.MAX_VALUE));
    for (int i = 0; i < y.length; i++) {
      y[i] = start + i * delta;
    }
    return call.rounded(type, y, y.length);
  }

  private static Kernel eyeLike(NodeInfo node) {
    int k = node.whole("k", 0);
    ElementType wanted = node.given("dtype") ? Casts.type(node, node.whole("dtype", 1)) : null;
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      if (x.rank() != 2) {
        throw call.refuse("expected a matrix but got " + x.describe());
      }
      double[] y = call.newDoubles(x.sizes());
      for (int row = 0; row < x.size(0); row++) {
        long column = (long) row + k;
        if (column >= 0 && column < x.size(1)) {
          y[row * x.size(1) + (int) column] = 1;
        }
      }
      return call.rounded(wanted == null ? x.type() : wanted, y, x.sizes());
    });
  }

  private static int block(NodeInfo node) {
    int block = node.whole("blocksize", 0);
    if (block < 1 || block > 1 << 12) {
      throw node.refuse(formatted("has the block size %d", block));
    }
    return block;
  }

  private static OnnxTensor image(Call call) {
    OnnxTensor x = call.tensor(0);
    if (x.rank() != 4) {
      throw call.refuse("expected an input with 4 axes but got " + x.describe());
    }
    return x;
  }

  private static Kernel depthToSpace(NodeInfo node) {
    int b = block(node);
    boolean crd = node.word("mode", "DCR", "DCR", "CRD").equals("CRD");
    return Operator.kernel(call -> {
      OnnxTensor x = image(call);
      int c = x.size(1) / (b * b);
      if (x.size(1) % (b * b) != 0) {
        throw call.refuse(formatted("cannot divide %d channels by %d", x.size(1), b * b));
      }
      OnnxTensor split =
          crd
              ? x.reshaped(x.size(0), c, b, b, x.size(2), x.size(3))
              : x.reshaped(x.size(0), b, b, c, x.size(2), x.size(3));
      int[] order = crd ? new int[] {0, 1, 4, 2, 5, 3} : new int[] {0, 3, 4, 1, 5, 2};
      return Strides.permute(call, split, order)
          .reshaped(x.size(0), c, x.size(2) * b, x.size(3) * b);
    });
  }

  private static Kernel spaceToDepth(NodeInfo node) {
    int b = block(node);
    boolean crd = node.word("mode", "DCR", "DCR", "CRD").equals("CRD");
    return Operator.kernel(call -> {
      OnnxTensor x = image(call);
      int h = x.size(2) / b;
      int w = x.size(3) / b;
      if (x.size(2) % b != 0 || x.size(3) % b != 0) {
        throw call.refuse(formatted("cannot divide %s into blocks of %d", x.describe(), b));
      }
      OnnxTensor split = x.reshaped(x.size(0), x.size(1), h, b, w, b);
      int[] order = crd ? new int[] {0, 1, 3, 5, 2, 4} : new int[] {0, 3, 5, 1, 2, 4};
      return Strides.permute(call, split, order).reshaped(x.size(0), x.size(1) * b * b, h, w);
    });
  }
}
