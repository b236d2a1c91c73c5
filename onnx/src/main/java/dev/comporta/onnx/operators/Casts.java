package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;

/** Conversions between element types. */
final class Casts {
  private Casts() {}

  static void addTo(Operators.Table table) {
    table.add("Cast", Casts::cast);
    table.add("CastLike", Operator.of(call -> cast(call, call.tensor(0), call.tensor(1).type())));
    table.add("BitCast", Casts::bitCast);
  }

  /** A supported type. */
  static ElementType type(NodeInfo node, int number) {
    ElementType type = ElementType.of(number);
    if (type == null) {
      throw node.refuse(formatted("asks for the element type %d, which is not supported", number));
    }
    return type;
  }

  private static Kernel cast(NodeInfo node) {
    ElementType to = type(node, node.whole("to", 0));
    return Operator.kernel(call -> cast(call, call.tensor(0), to));
  }

  private static Kernel bitCast(NodeInfo node) {
    ElementType to = type(node, node.whole("to", 0));
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      if (x.type().bytes() != to.bytes() || to.bytes() == 0) {
        throw call.refuse(formatted("cannot see the bits of %s as %s", x.describe(), to.word()));
      }
      Object y = call.storage(to, x.sizes());
      for (int i = 0; i < x.count(); i++) {
        setBits(to, y, i, bits(x, i));
      }
      return OnnxTensor.of(to, y, x.sizes());
    });
  }

  private static long bits(OnnxTensor x, int i) {
    return switch (x.type()) {
      case FLOAT32 -> Float.floatToRawIntBits(x.floats()[i]);
      case FLOAT16 -> Float.floatToFloat16(x.floats()[i]);
      case BFLOAT16 -> Float.floatToRawIntBits(x.floats()[i]) >>> 16;
      case FLOAT64 -> Double.doubleToRawLongBits(x.doubles()[i]);
      default -> x.longs()[i];
    };
  }

  private static void setBits(ElementType type, Object data, int i, long bits) {
    switch (type) {
      case FLOAT32 -> ((float[]) data)[i] = Float.intBitsToFloat((int) bits);
      case FLOAT16 -> ((float[]) data)[i] = Float.float16ToFloat((short) bits);
      case BFLOAT16 -> ((float[]) data)[i] = Float.intBitsToFloat((int) bits << 16);
      case FLOAT64 -> ((double[]) data)[i] = Double.longBitsToDouble(bits);
      default -> ((long[]) data)[i] = type.wrap(bits);
    }
  }

  /** Converts all elements. */
  static OnnxTensor cast(Call call, OnnxTensor x, ElementType to) {
    if (x.type() == to) {
      return x;
    }
    if (x.type() == ElementType.STRING) {
      return parsed(call, x, to);
    }
    Object data = call.storage(to, x.sizes());
    int count = x.count();
    boolean fromLongs = x.type().storage() == ElementType.Storage.LONGS;
    boolean unsigned = x.type() == ElementType.UINT64;
    switch (to.storage()) {
      case FLOATS -> {
        float[] y = (float[]) data;
        for (int i = 0; i < count; i++) {
          y[i] =
              to.round(
                  unsigned
                      ? (float) unsigned(x.longs()[i])
                      : fromLongs ? x.longs()[i] : (float) x.number(i));
        }
      }
      case DOUBLES -> {
        double[] y = (double[]) data;
        for (int i = 0; i < count; i++) {
          y[i] = unsigned ? unsigned(x.longs()[i]) : x.number(i);
        }
      }
      case LONGS -> {
        long[] y = (long[]) data;
        for (int i = 0; i < count; i++) {
          y[i] =
              to == ElementType.BOOL
                  ? (fromLongs ? x.longs()[i] != 0 : x.number(i) != 0) ? 1 : 0
                  : fromLongs ? to.wrap(x.longs()[i]) : whole(x.number(i), to);
        }
      }
      case STRINGS -> {
        String[] y = (String[]) data;
        for (int i = 0; i < count; i++) {
          y[i] = text(x, i);
        }
      }
    }
    return OnnxTensor.of(to, data, x.sizes());
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : (double) ((bits >>> 1) | (bits & 1)) * 2;
  }

  private static long whole(double value, ElementType to) {
    return to == ElementType.UINT64 && value >= 0x1p63
        ? (long) (value - 0x1p63) + Long.MIN_VALUE
        : to.wrap((long) value);
  }

  private static String text(OnnxTensor x, int i) {
    return switch (x.type()) {
      case BOOL -> x.longs()[i] != 0 ? "1" : "0";
      case UINT64 -> Long.toUnsignedString(x.longs()[i]);
      case FLOAT64 -> real(x.doubles()[i], Double.toString(x.doubles()[i]));
      case FLOAT32, FLOAT16, BFLOAT16 -> real(x.floats()[i], Float.toString(x.floats()[i]));
      default -> Long.toString(x.longs()[i]);
    };
  }

  private static String real(double value, String text) {
    return Double.isNaN(value)
        ? "NaN"
        : Double.isInfinite(value) ? (value > 0 ? "INF" : "-INF") : text;
  }

  private static OnnxTensor parsed(Call call, OnnxTensor x, ElementType to) {
    Object data = call.storage(to, x.sizes());
    for (int i = 0; i < x.count(); i++) {
      String text = x.strings()[i].strip();
      try {
        switch (to.storage()) {
          case FLOATS -> ((float[]) data)[i] = to.round(Float.parseFloat(java(text)));
          case DOUBLES -> ((double[]) data)[i] = Double.parseDouble(java(text));
          default ->
              ((long[]) data)[i] =
                  to.wrap(
                      text.matches("[+-]?[0-9]+")
                          ? Long.parseLong(text)
                          : (long) Double.parseDouble(java(text)));
        }
      } catch (NumberFormatException e) {
        throw new OnnxException(
            formatted(
                "%s cannot read %s as %s", call.node().label(), Printable.quoted(text), to.word()),
            e);
      }
    }
    return OnnxTensor.of(to, data, x.sizes());
  }

  /** The spelling that Java reads. */
  private static String java(String text) {
    return switch (text.toLowerCase(java.util.Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> "Infinity";
      case "-inf", "-infinity" -> "-Infinity";
      case "nan" -> "NaN";
      default -> text;
    };
  }
}
