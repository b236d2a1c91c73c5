package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Functions of two numbers with broadcasting, and their sums over any number of inputs. */
final class Arithmetic {
  /** How one function is computed for each storage; the kernel of the backend if it has one. */
  record Function(
      @Nullable BinaryFunction backend,
      DoubleBinaryOperator real,
      @Nullable LongBinaryOperator whole,
      @Nullable LongBinaryOperator unsigned) {
    Function(
        @Nullable BinaryFunction backend, DoubleBinaryOperator real, LongBinaryOperator whole) {
      this(backend, real, whole, whole);
    }
  }

  static final Function ADD = new Function(BinaryFunction.ADD, Double::sum, Long::sum);
  static final Function SUBTRACT =
      new Function(BinaryFunction.SUBTRACT, (a, b) -> a - b, (a, b) -> a - b);
  static final Function MULTIPLY =
      new Function(BinaryFunction.MULTIPLY, (a, b) -> a * b, (a, b) -> a * b);
  static final Function DIVIDE =
      new Function(BinaryFunction.DIVIDE, (a, b) -> a / b, (a, b) -> a / b, Long::divideUnsigned);
  static final Function MAXIMUM =
      new Function(
          BinaryFunction.MAXIMUM,
          Math::max,
          Math::max,
          (a, b) -> Long.compareUnsigned(a, b) < 0 ? b : a);
  static final Function MINIMUM =
      new Function(
          BinaryFunction.MINIMUM,
          Math::min,
          Math::min,
          (a, b) -> Long.compareUnsigned(a, b) < 0 ? a : b);

  private Arithmetic() {}

  static void addTo(Operators.Table table) {
    table.add("Add", binary(ADD));
    table.add("Sub", binary(SUBTRACT));
    table.add("Mul", binary(MULTIPLY));
    table.add("Div", binary(DIVIDE));
    table.add("Pow", node -> Operator.kernel(Arithmetic::power));
    table.add("Mod", Arithmetic::mod);
    table.add(
        "PRelu",
        binary(new Function(null, (x, s) -> x < 0 ? x * s : x, (x, s) -> x < 0 ? x * s : x)));
    table.add("Max", variadic(MAXIMUM));
    table.add("Min", variadic(MINIMUM));
    table.add("Sum", variadic(ADD));
    table.add("Mean", Operator.of(Arithmetic::mean));
    table.add("And", logic((a, b) -> a & b));
    table.add("Or", logic((a, b) -> a | b));
    table.add("Xor", logic((a, b) -> a ^ b));
    table.add("BitwiseAnd", logic((a, b) -> a & b));
    table.add("BitwiseOr", logic((a, b) -> a | b));
    table.add("BitwiseXor", logic((a, b) -> a ^ b));
    table.add("BitShift", Arithmetic::shift);
  }

  private static Operator binary(Function function) {
    return node -> Operator.kernel(call -> apply(call, function, call.tensor(0), call.tensor(1)));
  }

  private static Operator logic(LongBinaryOperator whole) {
    Function function = new Function(null, (a, b) -> Double.NaN, whole);
    return node ->
        Operator.kernel(call -> {
          call.longs(0);
          call.longs(1);
          return apply(call, function, call.tensor(0), call.tensor(1));
        });
  }

  /**
   * Signed integers keep their sign to the right; a shift by as many bits as there are, or more, is
   * complete.
   */
  private static Kernel shift(NodeInfo node) {
    boolean left = node.word("direction", "", "LEFT", "RIGHT").equals("LEFT");
    return Operator.kernel(call -> {
      long[] given = call.longs(0);
      call.longs(1);
      ElementType type = call.tensor(0).type();
      int bits = 8 * type.bytes();
      boolean signed = given.length > 0 && type.wrap(-1) < 0 && type != ElementType.UINT64;
      LongBinaryOperator whole =
          left
              ? (a, b) -> b < 0 || b >= bits ? 0 : a << b
              : (a, b) ->
                  b < 0 || b >= bits ? (signed && a < 0 ? -1 : 0) : signed ? a >> b : a >>> b;
      return apply(
          call, new Function(null, (a, b) -> Double.NaN, whole), call.tensor(0), call.tensor(1));
    });
  }

  private static OnnxTensor power(Call call) {
    OnnxTensor a = call.tensor(0);
    OnnxTensor b = call.tensor(1);
    if (b.count() == 1 && a.type() == ElementType.FLOAT32 && b.rank() <= a.rank()) {
      double exponent = call.number(1);
      if (exponent == 2) {
        float[] y = call.newFloats(a.sizes());
        call.backend()
            .binary(BinaryFunction.MULTIPLY, a.floats(), 0, a.floats(), 0, y, 0, y.length);
        return OnnxTensor.of(y, a.sizes());
      }
    }
    // The exponent may have another type; the result has the base's.
    int[] sizes = Broadcasting.sizes(call, a, b);
    double[] x = call.doubles(0);
    double[] e = call.doubles(1);
    double[] y = call.newDoubles(sizes);
    Broadcasting.walk(
        a,
        b,
        sizes,
        (p, sp, q, sq, at, n) -> {
          for (int i = 0; i < n; i++) {
            y[at + i] = Math.pow(x[p + i * sp], e[q + i * sq]);
          }
        });
    return call.rounded(a.type(), y, sizes);
  }

  private static Kernel mod(NodeInfo node) {
    boolean fmod = node.flag("fmod", false);
    LongBinaryOperator whole = fmod ? (a, b) -> a % b : Math::floorMod;
    Function function =
        new Function(
            null, fmod ? (a, b) -> a % b : Arithmetic::floorMod, whole, Long::remainderUnsigned);
    return binary(function).at(node);
  }

  /** The remainder with the sign of the divisor, as Python has it. */
  private static double floorMod(double a, double b) {
    double rest = a % b;
    return rest == 0 ? Math.copySign(0, b) : (rest < 0) != (b < 0) ? rest + b : rest;
  }

  private static Operator variadic(Function function) {
    return node ->
        Operator.kernel(call -> {
          OnnxTensor y = call.tensor(0);
          for (int i = 1; i < call.count(); i++) {
            y = apply(call, function, y, call.tensor(i));
          }
          return y;
        });
  }

  private static OnnxTensor mean(Call call) {
    OnnxTensor y = call.tensor(0);
    for (int i = 1; i < call.count(); i++) {
      y = apply(call, ADD, y, call.tensor(i));
    }
    OnnxTensor divisor = call.rounded(y.type(), new double[] {call.count()});
    return apply(call, DIVIDE, y, divisor);
  }

  /** Applies a function to all pairs. */
  static OnnxTensor apply(Call call, Function function, OnnxTensor a, OnnxTensor b) {
    if (a.type() != b.type() || a.type() == ElementType.STRING) {
      throw call.refuse(
          formatted(
              "expected two inputs of the same numeric type but got %s and %s",
              a.describe(), b.describe()));
    }
    int[] sizes = Broadcasting.sizes(call, a, b);
    ElementType type = a.type();
    switch (type.storage()) {
      case FLOATS -> {
        float[] y = call.newFloats(sizes);
        floats(call, function, a, b, sizes, y);
        return OnnxTensor.of(type, y, sizes);
      }
      case DOUBLES -> {
        double[] y = call.newDoubles(sizes);
        double[] x = a.doubles();
        double[] z = b.doubles();
        DoubleBinaryOperator f = function.real();
        Broadcasting.walk(
            a,
            b,
            sizes,
            (p, sp, q, sq, at, n) -> {
              for (int i = 0; i < n; i++) {
                y[at + i] = f.applyAsDouble(x[p + i * sp], z[q + i * sq]);
              }
            });
        return OnnxTensor.of(y, sizes);
      }
      default -> {
        LongBinaryOperator f = type == ElementType.UINT64 ? function.unsigned() : function.whole();
        if (f == null) {
          throw call.wrongType(0, "floats");
        }
        long[] y = call.newLongs(sizes);
        long[] x = a.longs();
        long[] z = b.longs();
        try {
          Broadcasting.walk(
              a,
              b,
              sizes,
              (p, sp, q, sq, at, n) -> {
                for (int i = 0; i < n; i++) {
                  y[at + i] = type.wrap(f.applyAsLong(x[p + i * sp], z[q + i * sq]));
                }
              });
        } catch (ArithmeticException e) {
          throw new dev.comporta.onnx.value.OnnxException(
              call.node().label() + " divides an integer by zero", e);
        }
        return OnnxTensor.of(type, y, sizes);
      }
    }
  }

  private static void floats(
      Call call, Function function, OnnxTensor a, OnnxTensor b, int[] sizes, float[] y) {
    float[] x = a.floats();
    float[] z = b.floats();
    BinaryFunction kernel = function.backend();
    DoubleBinaryOperator f = function.real();
    Broadcasting.walk(
        a,
        b,
        sizes,
        (p, sp, q, sq, at, n) -> {
          if (kernel != null && sp == 1 && sq == 1) {
            call.backend().binary(kernel, x, p, z, q, y, at, n);
          } else if (kernel != null && sp == 1 && sq == 0) {
            call.backend().binaryNumber(kernel, x, p, z[q], false, y, at, n);
          } else if (kernel != null && sp == 0 && sq == 1) {
            call.backend().binaryNumber(kernel, z, q, x[p], true, y, at, n);
          } else {
            for (int i = 0; i < n; i++) {
              y[at + i] = (float) f.applyAsDouble(x[p + i * sp], z[q + i * sq]);
            }
          }
        });
  }

  /** Inputs as values, for kernels of other families. */
  static OnnxValue[] one(OnnxTensor tensor) {
    return new OnnxValue[] {tensor};
  }
}
