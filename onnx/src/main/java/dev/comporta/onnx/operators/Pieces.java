package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Joining, cutting, repeating and padding tensors. */
final class Pieces {
  private Pieces() {}

  static void addTo(Operators.Table table) {
    table.add("Concat", Pieces::concat);
    table.add("Split", Pieces::split);
    table.add("Slice", Pieces::slice);
    table.add("Tile", Operator.of(Pieces::tile));
    table.add("Pad", Pieces::pad);
    table.add("Trilu", Pieces::trilu);
    table.add("ReverseSequence", Pieces::reverseSequence);
  }

  private static Kernel concat(NodeInfo node) {
    int axis = node.whole("axis", node.version() < 4 ? 1 : 0);
    return Operator.kernel(call -> {
      List<OnnxTensor> parts = new ArrayList<>();
      for (int i = 0; i < call.count(); i++) {
        parts.add(call.tensor(i));
      }
      return concat(call, parts, axis);
    });
  }

  /** Joins tensors along an axis. */
  static OnnxTensor concat(Call call, List<OnnxTensor> parts, int along) {
    if (parts.isEmpty()) {
      throw call.refuse("has nothing to join");
    }
    OnnxTensor first = parts.getFirst();
    int axis = call.axis(along, first.rank());
    int[] sizes = first.sizes();
    long total = 0;
    for (OnnxTensor part : parts) {
      int[] others = part.sizes();
      if (others.length == sizes.length) {
        total += others[axis];
        others[axis] = sizes[axis];
      }
      if (!Arrays.equals(others, sizes) || part.type() != first.type()) {
        throw call.refuse(
            formatted(
                "expected inputs that differ on axis %d only but got %s and %s",
                axis, first.describe(), part.describe()));
      }
    }
    sizes[axis] = (int) Math.min(total, Integer.MAX_VALUE);
    Object y = call.storage(first.type(), sizes);
    int outer = Strides.product(sizes, 0, axis);
    int inner = Strides.product(sizes, axis + 1, sizes.length);
    int row = sizes[axis] * inner;
    int at = 0;
    for (OnnxTensor part : parts) {
      int width = part.size(axis) * inner;
      for (int o = 0; o < outer; o++) {
        System.arraycopy(part.data(), o * width, y, o * row + at, width);
      }
      at += width;
    }
    return OnnxTensor.of(first.type(), y, sizes);
  }

  private static Kernel split(NodeInfo node) {
    int axis = node.whole("axis", 0);
    return call -> {
      OnnxTensor x = call.tensor(0);
      int at = call.axis(axis, x.rank());
      int[] widths =
          node.version() >= 13 && call.has(1)
              ? call.ints(1)
              : node.version() < 13 && node.given("split")
                  ? node.wholes("split")
                  : equal(call, x.size(at), node.whole("num_outputs", node.outputs()));
      if (Arrays.stream(widths).asLongStream().sum() != x.size(at)
          || Arrays.stream(widths).anyMatch(width -> width < 0)
          || widths.length < node.outputs()) {
        throw call.refuse(
            formatted(
                "cannot split axis %d of %s into %s", at, x.describe(), Arrays.toString(widths)));
      }
      OnnxValue[] parts = new OnnxValue[node.outputs()];
      int from = 0;
      for (int i = 0; i < parts.length; i++) {
        parts[i] = part(call, x, at, from, widths[i]);
        from += widths[i];
      }
      return parts;
    };
  }

  private static int[] equal(Call call, int size, int parts) {
    if (parts < 1 || parts > 1 << 16) {
      throw call.refuse(formatted("has %d outputs to split into", parts));
    }
    int width = (size + parts - 1) / parts;
    int[] widths = new int[parts];
    for (int i = 0; i < parts; i++) {
      widths[i] = Math.clamp((long) size - (long) i * width, 0, width);
    }
    return widths;
  }

  /** A range of one axis. */
  static OnnxTensor part(Call call, OnnxTensor x, int axis, int from, int width) {
    if (from == 0 && width == x.size(axis)) {
      return x;
    }
    int[] sizes = x.sizes();
    int[] strides = Strides.of(sizes);
    sizes[axis] = width;
    return Strides.copy(call, x, sizes, strides, from * strides[axis]);
  }

  private static Kernel slice(NodeInfo node) {
    if (node.version() < 10) {
      int[] starts = node.wholes("starts");
      int[] ends = node.wholes("ends");
      int[] axes = node.wholes("axes", IntStream.range(0, starts.length).toArray());
      return Operator.kernel(call -> slice(call, starts, ends, axes, null));
    }
    return Operator.kernel(call -> {
      int[] starts = call.ints(1);
      int[] axes = call.has(3) ? call.ints(3) : IntStream.range(0, starts.length).toArray();
      return slice(call, starts, call.ints(2), axes, call.has(4) ? call.ints(4) : null);
    });
  }

  private static OnnxTensor slice(
      Call call, int[] starts, int[] ends, int[] axes, int @Nullable [] steps) {
    OnnxTensor x = call.tensor(0);
    if (ends.length != starts.length
        || axes.length != starts.length
        || (steps != null && steps.length != starts.length)) {
      throw call.refuse("has starts, ends, axes and steps of different lengths");
    }
    int[] sizes = x.sizes();
    int[] strides = Strides.of(sizes);
    int offset = 0;
    boolean whole = true;
    for (int i = 0; i < starts.length; i++) {
      int axis = call.axis(axes[i], x.rank());
      int size = x.size(axis);
      long step = steps == null ? 1 : steps[i];
      if (step == 0) {
        throw call.refuse("has the step 0");
      }
      long start = starts[i] < 0 ? (long) starts[i] + size : starts[i];
      long end = ends[i] < 0 ? (long) ends[i] + size : ends[i];
      long from = step > 0 ? Math.clamp(start, 0, size) : Math.clamp(start, -1, size - 1);
      long to = step > 0 ? Math.clamp(end, 0, size) : Math.clamp(end, -1, size - 1);
      long count = step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step;
      sizes[axis] = (int) Math.max(0, count);
      if (sizes[axis] > 0) {
        offset += (int) from * strides[axis];
      }
      strides[axis] = sizes[axis] > 1 ? (int) (strides[axis] * step) : strides[axis];
      whole &= sizes[axis] == size && step == 1;
    }
    return whole ? x : Strides.copy(call, x, sizes, strides, offset);
  }

  private static OnnxTensor tile(Call call) {
    OnnxTensor x = call.tensor(0);
    int[] repeats = call.ints(1);
    if (repeats.length != x.rank() || Arrays.stream(repeats).anyMatch(r -> r < 0)) {
      throw call.refuse(
          formatted("cannot repeat %s as %s says", x.describe(), Arrays.toString(repeats)));
    }
    int rank = x.rank();
    int[] own = Strides.of(x.sizes());
    int[] sizes = new int[2 * rank];
    int[] strides = new int[2 * rank];
    int[] result = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      sizes[2 * axis] = repeats[axis];
      sizes[2 * axis + 1] = x.size(axis);
      strides[2 * axis + 1] = own[axis];
      result[axis] =
          (int) Math.min((long) repeats[axis] * x.size(axis), OnnxTensor.MOST_ELEMENTS + 1);
    }
    if (OnnxTensor.count(result) < 0) {
      call.storage(x.type(), result); // refuses
    }
    return Strides.copy(call, x, sizes, strides, 0).reshaped(result);
  }

  private static Kernel pad(NodeInfo node) {
    String mode = node.word("mode", "constant", "constant", "reflect", "edge", "wrap");
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      int rank = x.rank();
      int[] given = node.version() < 11 ? node.wholes("pads") : call.ints(1);
      int[] axes =
          call.has(3) && node.version() >= 18 ? call.ints(3) : IntStream.range(0, rank).toArray();
      if (given.length != 2 * axes.length) {
        throw call.refuse(formatted("expected %d pads but got %d", 2 * axes.length, given.length));
      }
      int[] before = new int[rank];
      int[] sizes = x.sizes();
      for (int i = 0; i < axes.length; i++) {
        int axis = call.axis(axes[i], rank);
        before[axis] = given[i];
        long size = (long) sizes[axis] + given[i] + given[i + axes.length];
        if (size < 0 || size > OnnxTensor.MOST_ELEMENTS) {
          throw call.refuse(formatted("pads axis %d to the size %d", axis, size));
        }
        sizes[axis] = (int) size;
      }
      Object value = OnnxTensor.storage(x.type(), 1);
      if (node.version() < 11) {
        value = call.rounded(x.type(), new double[] {node.real("value", 0)}).data();
      } else if (call.has(2)) {
        OnnxTensor scalar = call.tensor(2);
        if (scalar.count() != 1 || scalar.type() != x.type()) {
          throw call.wrongType(2, "one " + x.type().word());
        }
        value = scalar.data();
      }
      return pad(call, x, sizes, before, mode, value);
    });
  }

  /** Pads or crops one axis after the other. */
  private static OnnxTensor pad(
      Call call, OnnxTensor x, int[] target, int[] before, String mode, Object value) {
    OnnxTensor y = x;
    for (int axis = 0; axis < target.length; axis++) {
      int size = y.size(axis);
      if (target[axis] == size && before[axis] == 0) {
        continue;
      }
      int[] sizes = y.sizes();
      sizes[axis] = target[axis];
      Object data = call.storage(y.type(), sizes);
      int outer = Strides.product(sizes, 0, axis);
      int inner = Strides.product(sizes, axis + 1, sizes.length);
      for (int i = 0; i < target[axis]; i++) {
        int from = source((long) i - before[axis], size, mode);
        if (from < 0 && !mode.equals("constant")) {
          throw call.refuse(formatted("cannot pad the empty axis %d", axis));
        }
        for (int o = 0; o < outer; o++) {
          int to = (o * target[axis] + i) * inner;
          if (from < 0) {
            Strides.fill(y.type(), data, to, to + inner, value, 0);
          } else {
            System.arraycopy(y.data(), (o * size + from) * inner, data, to, inner);
          }
        }
      }
      y = OnnxTensor.of(y.type(), data, sizes);
    }
    return y;
  }

  /** The index of an axis that a padded index shows; -1 for the constant. */
  private static int source(long index, int size, String mode) {
    if (index >= 0 && index < size) {
      return (int) index;
    }
    return size == 0
        ? -1
        : switch (mode) {
          case "edge" -> index < 0 ? 0 : size - 1;
          case "wrap" -> (int) Math.floorMod(index, (long) size);
          case "reflect" -> {
            long period = Math.max(1, 2L * (size - 1));
            long at = Math.floorMod(index, period);
            yield (int) (at < size ? at : period - at);
          }
          default -> -1;
        };
  }

  private static Kernel trilu(NodeInfo node) {
    boolean upper = node.flag("upper", true);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      long k = call.has(1) ? call.integer(1) : 0;
      if (x.rank() < 2) {
        throw call.refuse("expected matrices but got " + x.describe());
      }
      int rows = x.size(x.rank() - 2);
      int columns = x.size(x.rank() - 1);
      Object y = call.storage(x.type(), x.sizes());
      for (int at = 0; at < x.count(); at += columns) {
        int row = at / columns % rows;
        int edge = Math.clamp(upper ? row + k : row + k + 1, 0, columns);
        if (upper) {
          System.arraycopy(x.data(), at + edge, y, at + edge, columns - edge);
        } else {
          System.arraycopy(x.data(), at, y, at, edge);
        }
      }
      return OnnxTensor.of(x.type(), y, x.sizes());
    });
  }

  private static Kernel reverseSequence(NodeInfo node) {
    int batch = node.whole("batch_axis", 1);
    int time = node.whole("time_axis", 0);
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      long[] lengths = call.longs(1);
      boolean timeFirst = call.axis(time, 2) == 0 && call.axis(batch, 2) == 1;
      if (x.rank() < 2 || time == batch || lengths.length != x.size(timeFirst ? 1 : 0)) {
        throw call.refuse(formatted("expected a length for each row of %s", x.describe()));
      }
      int inner = Strides.product(x.sizes(), 2, x.rank());
      int steps = x.size(timeFirst ? 0 : 1);
      int rows = lengths.length;
      Object y = call.storage(x.type(), x.sizes());
      for (int row = 0; row < rows; row++) {
        if (lengths[row] < 0 || lengths[row] > steps) {
          throw call.refuse(formatted("has the length %d of %d steps", lengths[row], steps));
        }
        for (int t = 0; t < steps; t++) {
          int from = t < lengths[row] ? (int) lengths[row] - 1 - t : t;
          int p = (timeFirst ? from * rows + row : row * steps + from) * inner;
          int q = (timeFirst ? t * rows + row : row * steps + t) * inner;
          System.arraycopy(x.data(), p, y, q, inner);
        }
      }
      return OnnxTensor.of(x.type(), y, x.sizes());
    });
  }
}
