package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One execution of a node: its inputs, and memory for its outputs. */
public final class Call {
  private final NodeInfo node;
  private final @Nullable OnnxValue[] inputs;
  private final OnnxValue[] captured;
  private final Machine machine;

  /**
   * Creates a call.
   *
   * @param node the node
   * @param inputs its inputs, null where they are absent
   * @param captured the values that its bodies read, one body after the other
   * @param machine what it computes with
   */
  public Call(NodeInfo node, @Nullable OnnxValue[] inputs, OnnxValue[] captured, Machine machine) {
    this.node = node;
    this.inputs = inputs;
    this.captured = captured;
    this.machine = machine;
  }

  /** The node. */
  NodeInfo node() {
    return node;
  }

  /** What it computes with. */
  public Machine machine() {
    return machine;
  }

  TensorBackend backend() {
    return machine.backend();
  }

  /** The values that a body reads from the graphs around it. */
  OnnxValue[] captured(String body) {
    int from = node.capturesBefore(body);
    return Arrays.copyOfRange(captured, from, from + node.body(body).captures());
  }

  /** All inputs. */
  public @Nullable OnnxValue[] all() {
    return inputs;
  }

  /** The number of inputs, absent ones included. */
  int count() {
    return inputs.length;
  }

  /** An error about this node. */
  OnnxException refuse(String why) {
    return node.refuse(why);
  }

  /** Whether an input is present. */
  boolean has(int input) {
    return input < inputs.length && inputs[input] != null;
  }

  /** An input of any kind. */
  OnnxValue value(int input) {
    OnnxValue value = input < inputs.length ? inputs[input] : null;
    if (value == null) {
      throw refuse(formatted("expected an input %d but there is none", input));
    }
    return value;
  }

  @Nullable OnnxValue optionalValue(int input) {
    return input < inputs.length ? inputs[input] : null;
  }

  /** An input that must be a tensor. */
  OnnxTensor tensor(int input) {
    if (value(input) instanceof OnnxTensor tensor) {
      return tensor;
    }
    throw refuse(
        formatted("expected a tensor as input %d but got %s", input, value(input).describe()));
  }

  /** A tensor that may be absent. */
  @Nullable OnnxTensor optional(int input) {
    return has(input) ? tensor(input) : null;
  }

  /** An input that must be a sequence. */
  OnnxValue.SequenceValue sequence(int input) {
    if (value(input) instanceof OnnxValue.SequenceValue sequence) {
      return sequence;
    }
    throw refuse(
        formatted("expected a sequence as input %d but got %s", input, value(input).describe()));
  }

  /** A tensor of float32, float16 or bfloat16. */
  OnnxTensor floats(int input) {
    OnnxTensor tensor = tensor(input);
    if (tensor.type().storage() != ElementType.Storage.FLOATS) {
      throw wrongType(input, "floats");
    }
    return tensor;
  }

  OnnxException wrongType(int input, String expected) {
    return refuse(
        formatted("expected %s as input %d but got %s", expected, input, value(input).describe()));
  }

  /** Integers of any type. */
  long[] longs(int input) {
    OnnxTensor tensor = tensor(input);
    if (tensor.type().storage() != ElementType.Storage.LONGS) {
      throw wrongType(input, "integers");
    }
    return tensor.longs();
  }

  /** Integers that fit ints, such as a shape. */
  int[] ints(int input) {
    long[] longs = longs(input);
    int[] ints = new int[longs.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = Math.toIntExact(Math.clamp(longs[i], Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
    return ints;
  }

  /** One integer. */
  long integer(int input) {
    long[] longs = longs(input);
    if (longs.length != 1) {
      throw wrongType(input, "one integer");
    }
    return longs[0];
  }

  /** One truth value. */
  boolean flag(int input) {
    return integer(input) != 0;
  }

  /** One number of any numeric type. */
  double number(int input) {
    OnnxTensor tensor = tensor(input);
    if (tensor.count() != 1 || tensor.type().storage() == ElementType.Storage.STRINGS) {
      throw wrongType(input, "one number");
    }
    return tensor.number(0);
  }

  /** The elements of a numeric tensor in double precision: its own array if it is float64. */
  double[] doubles(int input) {
    OnnxTensor tensor = tensor(input);
    return switch (tensor.type().storage()) {
      case DOUBLES -> tensor.doubles();
      case STRINGS -> throw wrongType(input, "numbers");
      default -> {
        double[] values = (double[]) storage(ElementType.FLOAT64, tensor.sizes());
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.number(i);
        }
        yield values;
      }
    };
  }

  /** A tensor of any numeric type from results in double precision. */
  OnnxTensor rounded(ElementType type, double[] values, int... sizes) {
    return switch (type.storage()) {
      case DOUBLES -> OnnxTensor.of(values, sizes);
      case FLOATS -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) values[i];
        }
        yield OnnxTensor.of(type, floats, sizes);
      }
      default -> {
        long[] longs = new long[values.length];
        for (int i = 0; i < longs.length; i++) {
          longs[i] = type.wrap((long) values[i]);
        }
        yield OnnxTensor.of(type, longs, sizes);
      }
    };
  }

  /** An axis counted from 0; negative ones count from the end. */
  int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw refuse(formatted("has the axis %d but its input has %d axes", axis, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Memory for an output, within the limits of the machine. */
  Object storage(ElementType type, int... sizes) {
    long count = OnnxTensor.count(sizes);
    int bytes = type.storage() == ElementType.Storage.FLOATS ? 4 : 8;
    if (count < 0 || count * bytes > machine.mostBytes()) {
      throw refuse(
          formatted(
              "would make a value of shape %s, more than the limit of %,d MB for one value; use smaller inputs or raise the limit with -Xmx",
              Arrays.toString(sizes), machine.mostBytes() >> 20));
    }
    return OnnxTensor.storage(type, (int) count);
  }

  /** Memory for floats. */
  float[] newFloats(int... sizes) {
    return (float[]) storage(ElementType.FLOAT32, sizes);
  }

  /** Memory for integers. */
  long[] newLongs(int... sizes) {
    return (long[]) storage(ElementType.INT64, sizes);
  }

  /** Memory for doubles. */
  double[] newDoubles(int... sizes) {
    return (double[]) storage(ElementType.FLOAT64, sizes);
  }

  /** An array of ints, such as positions on an axis; it may be longer than any input. */
  int[] newInts(int count) {
    requireMemory((long) count * Integer.BYTES, count);
    return new int[count];
  }

  /** Refuses a list whose entries would take more memory than one value may. */
  void requireMemory(long bytes, long count) {
    if (bytes < 0 || bytes > machine.mostBytes()) {
      throw refuse(
          formatted(
              "would need %,d numbers or parts, more than the limit of %,d MB for one value; use smaller inputs or raise the limit with -Xmx",
              count, machine.mostBytes() >> 20));
    }
  }
}
