package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * ND4J's arrays, big-endian: a buffer with rank, sizes, strides, flags, element stride and order,
 * then a buffer with the elements.
 */
public final class Nd4jArray {
  private static final int MOST_AXES = 8;

  private Nd4jArray() {}

  /** Reads one array. */
  public static ForeignTensor read(Input input, String name) {
    return read(input, new ByteReader(input, ByteOrder.BIG_ENDIAN), name);
  }

  /** Reads the array that follows. */
  static ForeignTensor read(Input input, ByteReader in, String name) {
    float[] shapeInfo = buffer(input, in, true);
    float[] data = buffer(input, in, false);
    int rank = shapeInfo.length == 0 ? -1 : (int) shapeInfo[0];
    if (rank < 0 || rank > MOST_AXES || shapeInfo.length < 2 * rank + 4) {
      throw input.refuse("the shape of its array is damaged");
    }
    int[] sizes = new int[rank];
    long[] strides = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      sizes[axis] = (int) shapeInfo[1 + axis];
      strides[axis] = (long) shapeInfo[1 + rank + axis];
    }
    long count = ForeignTensor.count(sizes);
    if (count < 0 || count > data.length) {
      throw input.refuse(formatted("its array needs %d elements but has %d", count, data.length));
    }
    float[] values = new float[(int) count];
    int[] index = new int[rank];
    for (int i = 0; i < values.length; i++) {
      long at = 0;
      for (int axis = 0; axis < rank; axis++) {
        at += index[axis] * strides[axis];
      }
      if (at < 0 || at >= data.length) {
        throw input.refuse(
            formatted("a stride of its array leads to element %d, which does not exist", at));
      }
      values[i] = data[(int) at];
      for (int axis = rank - 1; axis >= 0 && ++index[axis] == sizes[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return new ForeignTensor(name, sizes, values);
  }

  /** One buffer; sizes and strides that float does not hold exactly are refused. */
  private static float[] buffer(Input input, ByteReader in, boolean shape) {
    String mode = in.utf8(in.u16());
    long length =
        switch (mode) {
          case "MIXED_DATA_TYPES", "LONG_SHAPE" -> in.i64();
          case "DIRECT", "HEAP", "JAVACPP" -> in.i32();
          default ->
              throw input.refuse("its array has the allocation mode " + Printable.quoted(mode));
        };
    String word = in.utf8(in.u16());
    NumberType type =
        switch (word) {
          case "DOUBLE" -> NumberType.F64;
          case "FLOAT" -> NumberType.F32;
          case "HALF" -> NumberType.F16;
          case "BFLOAT16" -> NumberType.BF16;
          case "LONG" -> NumberType.I64;
          case "INT" -> NumberType.I32;
          default -> throw input.refuse("its array has elements of type " + Printable.quoted(word));
        };
    if (length < 0 || length > in.left() / type.bytes()) {
      throw input.refuse(
          formatted("its array claims %d elements but %d bytes follow", length, in.left()));
    }
    ByteBuffer data = ByteBuffer.wrap(in.bytes(length * type.bytes())).order(ByteOrder.BIG_ENDIAN);
    float[] values = new float[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.at(data, i);
      if (shape && values[i] > 1 << 24 && i <= 2 * MOST_AXES && i <= 2 * values[0]) {
        throw input.refuse(formatted("a size or stride of its array is %.0f", values[i]));
      }
    }
    return values;
  }
}
