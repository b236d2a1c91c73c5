package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Sequences of values, and values that may be absent. */
final class Sequences {
  /** The least that a part of a sequence takes: a tensor with its sizes and an array. */
  private static final long BYTES_PER_PART = 128;

  private Sequences() {}

  static void addTo(Operators.Table table) {
    table.add("SequenceEmpty", node -> call -> one(List.of()));
    table.add("SequenceConstruct", node -> Sequences::construct);
    table.add("SequenceInsert", node -> Sequences::insert);
    table.add("SequenceErase", node -> Sequences::erase);
    table.add("SequenceAt", node -> Sequences::at);
    table.add(
        "SequenceLength",
        Operator.of(call -> OnnxTensor.of(new long[] {call.sequence(0).elements().size()})));
    table.add("ConcatFromSequence", Sequences::concat);
    table.add("SplitToSequence", Sequences::split);
    table.add("Optional", node -> Sequences::optional);
    table.add(
        "OptionalHasElement",
        Operator.of(call ->
            OnnxTensor.of(
                dev.comporta.onnx.value.ElementType.BOOL,
                new long[] {present(call.optionalValue(0)) == null ? 0 : 1})));
    table.add("OptionalGetElement", node -> Sequences::content);
  }

  private static OnnxValue[] one(List<? extends OnnxValue> elements) {
    return new OnnxValue[] {new OnnxValue.SequenceValue(List.copyOf(elements))};
  }

  private static @Nullable OnnxValue present(@Nullable OnnxValue value) {
    return value instanceof OnnxValue.OptionalValue optional ? optional.content() : value;
  }

  private static OnnxValue[] optional(Call call) {
    return new OnnxValue[] {new OnnxValue.OptionalValue(present(call.optionalValue(0)))};
  }

  private static OnnxValue[] content(Call call) {
    OnnxValue value = present(call.optionalValue(0));
    if (value == null) {
      throw call.refuse("expected a value in the optional but it is empty");
    }
    return new OnnxValue[] {value};
  }

  private static OnnxValue[] construct(Call call) {
    List<OnnxValue> elements = new ArrayList<>();
    for (int i = 0; i < call.count(); i++) {
      elements.add(call.value(i));
    }
    return one(elements);
  }

  private static int position(Call call, int input, int size, int most) {
    long at = call.integer(input);
    if (at < -size || at > most) {
      throw call.refuse(formatted("has the position %d in a sequence of %d", at, size));
    }
    return (int) (at < 0 ? at + size : at);
  }

  private static OnnxValue[] insert(Call call) {
    OnnxValue.SequenceValue sequence = call.sequence(0);
    int size = sequence.elements().size();
    int at = call.has(2) ? position(call, 2, size, size) : size;
    call.requireMemory(BYTES_PER_PART * (size + 1L), size + 1L);
    return new OnnxValue[] {sequence.with(at, call.value(1))};
  }

  private static OnnxValue[] erase(Call call) {
    OnnxValue.SequenceValue sequence = call.sequence(0);
    int size = sequence.elements().size();
    if (size == 0) {
      throw call.refuse("expected elements but the sequence is empty");
    }
    int at = call.has(1) ? position(call, 1, size, size - 1) : size - 1;
    return new OnnxValue[] {sequence.without(at)};
  }

  private static OnnxValue[] at(Call call) {
    List<OnnxValue> elements = call.sequence(0).elements();
    return new OnnxValue[] {elements.get(position(call, 1, elements.size(), elements.size() - 1))};
  }

  private static Kernel concat(NodeInfo node) {
    int axis = node.whole("axis", 0);
    boolean newAxis = node.flag("new_axis", false);
    return Operator.kernel(call -> {
      List<OnnxTensor> parts = new ArrayList<>();
      for (OnnxValue value : call.sequence(0).elements()) {
        if (!(value instanceof OnnxTensor tensor)) {
          throw call.refuse("expected tensors but got " + value.describe());
        }
        parts.add(newAxis ? withAxis(call, tensor, axis) : tensor);
      }
      return Pieces.concat(call, parts, axis);
    });
  }

  /** A tensor with one more axis of size 1. */
  static OnnxTensor withAxis(Call call, OnnxTensor x, int axis) {
    int at = call.axis(axis, x.rank() + 1);
    int[] sizes = new int[x.rank() + 1];
    System.arraycopy(x.sizes(), 0, sizes, 0, at);
    sizes[at] = 1;
    System.arraycopy(x.sizes(), at, sizes, at + 1, x.rank() - at);
    return x.reshaped(sizes);
  }

  /** A tensor without an axis of size 1. */
  static OnnxTensor withoutAxis(OnnxTensor x, int axis) {
    return x.reshaped(IntStream.range(0, x.rank()).filter(a -> a != axis).map(x::size).toArray());
  }

  private static Kernel split(NodeInfo node) {
    int along = node.whole("axis", 0);
    boolean keep = node.flag("keepdims", true);
    return call -> {
      OnnxTensor x = call.tensor(0);
      int axis = call.axis(along, x.rank());
      int size = x.size(axis);
      int[] widths;
      if (!call.has(1)) {
        call.requireMemory(BYTES_PER_PART * size, size);
        widths = new int[size];
        Arrays.fill(widths, 1);
      } else if (call.tensor(1).rank() == 0) {
        long width = call.integer(1);
        if (width < 1) {
          throw call.refuse(formatted("splits into parts of %d", width));
        }
        long parts = size == 0 ? 0 : (size - 1) / width + 1;
        call.requireMemory(BYTES_PER_PART * parts, parts);
        widths = new int[(int) parts];
        for (int i = 0; i < widths.length; i++) {
          widths[i] = (int) Math.min(width, size - i * width);
        }
      } else {
        call.requireMemory(BYTES_PER_PART * call.longs(1).length, call.longs(1).length);
        widths = call.ints(1);
      }
      if (Arrays.stream(widths).asLongStream().sum() != size
          || Arrays.stream(widths).anyMatch(width -> width < 0)) {
        throw call.refuse(
            formatted(
                "cannot split axis %d of %s into %s", axis, x.describe(), Arrays.toString(widths)));
      }
      List<OnnxTensor> parts = new ArrayList<>();
      int from = 0;
      for (int width : widths) {
        OnnxTensor part = Pieces.part(call, x, axis, from, width);
        parts.add(call.has(1) || keep ? part : withoutAxis(part, axis));
        from += width;
      }
      return one(parts);
    };
  }
}
