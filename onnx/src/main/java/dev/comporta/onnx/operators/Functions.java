package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Functions of one number. */
final class Functions {
  static final double SELU_ALPHA = 1.6732632f;
  static final double SELU_GAMMA = 1.050701f;

  private Functions() {}

  static void addTo(Operators.Table table) {
    table.add("Abs", unary(UnaryFunction.ABS, Math::abs, Math::abs));
    table.add("Neg", unary(UnaryFunction.NEGATE, x -> -x, x -> -x));
    table.add("Sign", unary(UnaryFunction.SIGN, Math::signum, Long::signum));
    table.add("Reciprocal", unary(UnaryFunction.RECIPROCAL, x -> 1 / x, null));
    table.add("Sqrt", unary(UnaryFunction.SQRT, Math::sqrt, null));
    table.add("Exp", unary(UnaryFunction.EXP, Math::exp, null));
    table.add("Log", unary(UnaryFunction.LOG, Math::log, null));
    table.add("Floor", unary(null, Math::floor, null));
    table.add("Ceil", unary(null, Math::ceil, null));
    table.add("Round", unary(null, Math::rint, null));
    table.add("Erf", unary(null, ErrorFunction::erf, null));
    table.add("Sin", unary(null, Math::sin, null));
    table.add("Cos", unary(null, Math::cos, null));
    table.add("Tan", unary(null, Math::tan, null));
    table.add("Asin", unary(null, Math::asin, null));
    table.add("Acos", unary(null, Math::acos, null));
    table.add("Atan", unary(null, Math::atan, null));
    table.add("Sinh", unary(null, Math::sinh, null));
    table.add("Cosh", unary(null, Math::cosh, null));
    table.add("Asinh", unary(null, Functions::asinh, null));
    table.add("Acosh", unary(null, x -> Math.log(x + Math.sqrt(x * x - 1)), null));
    table.add("Atanh", unary(null, x -> 0.5 * (Math.log1p(x) - Math.log1p(-x)), null));
    table.add("Tanh", unary(UnaryFunction.TANH, Math::tanh, null));
    table.add("Sigmoid", unary(UnaryFunction.SIGMOID, Functions::sigmoid, null));
    table.add(
        "Relu",
        unary(UnaryFunction.RELU, x -> x > 0 ? x : Double.isNaN(x) ? x : 0, x -> Math.max(x, 0)));
    table.add("Softplus", unary(UnaryFunction.SOFTPLUS, Functions::softplus, null));
    table.add("Softsign", unary(null, x -> x / (1 + Math.abs(x)), null));
    table.add("HardSwish", unary(null, x -> x * hardSigmoid(x, 1.0 / 6, 0.5), null));
    table.add("Mish", unary(null, x -> x * Math.tanh(softplus(x)), null));
    addParametric(table);
    table.add("Clip", Functions::clip);
    table.add("Dropout", Functions::dropout);
  }

  private static void addParametric(Operators.Table table) {
    table.add(
        "HardSigmoid",
        node -> {
          double alpha = node.real("alpha", 0.2f);
          double beta = node.real("beta", 0.5f);
          return kernel(null, x -> hardSigmoid(x, alpha, beta), null);
        });
    table.add(
        "Elu",
        node -> {
          double alpha = node.real("alpha", 1);
          return kernel(null, x -> elu(x, alpha), null);
        });
    table.add(
        "Celu",
        node -> {
          double alpha = node.real("alpha", 1);
          return kernel(
              null, x -> Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)), null);
        });
    table.add(
        "Selu",
        node -> {
          double alpha = node.real("alpha", (float) SELU_ALPHA);
          double gamma = node.real("gamma", (float) SELU_GAMMA);
          return kernel(null, x -> gamma * elu(x, alpha), null);
        });
    table.add(
        "LeakyRelu",
        node -> {
          double alpha = node.real("alpha", 0.01f);
          return kernel(null, x -> x < 0 ? alpha * x : x, null);
        });
    table.add(
        "ThresholdedRelu",
        node -> {
          double alpha = node.real("alpha", 1);
          return kernel(null, x -> x > alpha ? x : 0, null);
        });
    table.add(
        "Shrink",
        node -> {
          double lambda = node.real("lambd", 0.5f);
          double bias = node.real("bias", 0);
          return Operator.kernel(
              call -> real(call, x -> x < -lambda ? x + bias : x > lambda ? x - bias : 0));
        });
    table.add(
        "Swish",
        node -> {
          double alpha = node.real("alpha", 1);
          return kernel(null, x -> x * sigmoid(alpha * x), null);
        });
    table.add(
        "Gelu",
        node -> {
          boolean tanh = node.word("approximate", "none", "none", "tanh").equals("tanh");
          return kernel(null, tanh ? Functions::geluTanh : Functions::gelu, null);
        });
  }

  static double sigmoid(double x) {
    return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
  }

  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  static double elu(double x, double alpha) {
    return x < 0 ? alpha * Math.expm1(x) : x;
  }

  static double hardSigmoid(double x, double alpha, double beta) {
    return Math.max(0, Math.min(1, alpha * x + beta));
  }

  private static double asinh(double x) {
    double a = Math.abs(x);
    return Math.copySign(Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
  }

  private static double gelu(double x) {
    return 0.5 * x * (1 + ErrorFunction.erf(x / Math.sqrt(2)));
  }

  private static double geluTanh(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  private static Operator unary(
      @Nullable UnaryFunction backend,
      DoubleUnaryOperator real,
      @Nullable LongUnaryOperator whole) {
    return node -> kernel(backend, real, whole);
  }

  private static Kernel kernel(
      @Nullable UnaryFunction backend,
      DoubleUnaryOperator real,
      @Nullable LongUnaryOperator whole) {
    return Operator.kernel(call -> {
      OnnxTensor x = call.tensor(0);
      return switch (x.type().storage()) {
        case FLOATS -> {
          if (backend == null) {
            yield real(call, real);
          }
          float[] y = call.newFloats(x.sizes());
          call.backend().unary(backend, x.floats(), 0, y, 0, y.length);
          yield OnnxTensor.of(x.type(), y, x.sizes());
        }
        case DOUBLES -> real(call, real);
        default -> {
          if (whole == null) {
            throw call.wrongType(0, "floats");
          }
          long[] y = call.longs(0).clone();
          for (int i = 0; i < y.length; i++) {
            y[i] = x.type().wrap(whole.applyAsLong(y[i]));
          }
          yield OnnxTensor.of(x.type(), y, x.sizes());
        }
      };
    });
  }

  private static OnnxTensor real(Call call, DoubleUnaryOperator function) {
    OnnxTensor x = call.tensor(0);
    if (x.type().storage() == ElementType.Storage.FLOATS) {
      float[] from = x.floats();
      float[] y = call.newFloats(x.sizes());
      for (int i = 0; i < y.length; i++) {
        y[i] = (float) function.applyAsDouble(from[i]);
      }
      return OnnxTensor.of(x.type(), y, x.sizes());
    }
    double[] from = call.doubles(0);
    double[] y = call.newDoubles(x.sizes());
    for (int i = 0; i < y.length; i++) {
      y[i] = function.applyAsDouble(from[i]);
    }
    return call.rounded(x.type(), y, x.sizes());
  }

  private static Kernel clip(NodeInfo node) {
    if (node.version() < 11) {
      float low = node.real("min", -Float.MAX_VALUE);
      float high = node.real("max", Float.MAX_VALUE);
      return Operator.kernel(
          call -> clip(call, OnnxTensor.of(new float[] {low}), OnnxTensor.of(new float[] {high})));
    }
    return Operator.kernel(call -> clip(call, call.optional(1), call.optional(2)));
  }

  private static OnnxTensor clip(Call call, @Nullable OnnxTensor low, @Nullable OnnxTensor high) {
    OnnxTensor x = call.tensor(0);
    for (OnnxTensor bound : Arrays.asList(low, high)) {
      if (bound != null && (bound.count() != 1 || bound.type().storage() != x.type().storage())) {
        throw call.refuse(
            formatted(
                "expected a bound that is one %s but got %s", x.type().word(), bound.describe()));
      }
    }
    switch (x.type().storage()) {
      case FLOATS -> {
        float[] y = call.newFloats(x.sizes());
        float[] from = x.floats();
        if (low != null) {
          call.backend()
              .binaryNumber(
                  BinaryFunction.MAXIMUM, from, 0, low.floats()[0], false, y, 0, y.length);
          from = y;
        }
        if (high != null) {
          call.backend()
              .binaryNumber(
                  BinaryFunction.MINIMUM, from, 0, high.floats()[0], false, y, 0, y.length);
          from = y;
        }
        return OnnxTensor.of(x.type(), from, x.sizes());
      }
      case LONGS -> {
        boolean unsigned = x.type() == ElementType.UINT64;
        long[] y = x.longs().clone();
        for (int i = 0; i < y.length; i++) {
          if (low != null && compare(y[i], low.longs()[0], unsigned) < 0) {
            y[i] = low.longs()[0];
          }
          if (high != null && compare(y[i], high.longs()[0], unsigned) > 0) {
            y[i] = high.longs()[0];
          }
        }
        return OnnxTensor.of(x.type(), y, x.sizes());
      }
      default -> {
        double least = low == null ? Double.NEGATIVE_INFINITY : low.number(0);
        double most = high == null ? Double.POSITIVE_INFINITY : high.number(0);
        return real(call, v -> Math.min(Math.max(v, least), most));
      }
    }
  }

  private static int compare(long a, long b, boolean unsigned) {
    return unsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
  }

  /** Passes its input on; training is not supported. */
  private static Kernel dropout(NodeInfo node) {
    return call -> {
      if (call.has(2) && call.flag(2)) {
        throw call.refuse("is in training mode, whose random mask is not supported");
      }
      OnnxTensor x = call.tensor(0);
      long[] mask = new long[node.wants(1) ? x.count() : 0];
      Arrays.fill(mask, 1);
      return node.wants(1)
          ? new dev.comporta.onnx.value.OnnxValue[] {
            x, OnnxTensor.of(ElementType.BOOL, mask, x.sizes())
          }
          : Arithmetic.one(x);
    };
  }
}
