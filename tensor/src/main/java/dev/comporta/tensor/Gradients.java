package dev.comporta.tensor;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.UnaryFunction;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of every operation, in one table. Gradients are composed of operations: the tape
 * evaluates them immediately, a plan traces them into its backward program, and a test engine
 * evaluates them in double precision.
 *
 * <p>Notation: {@code x, a, b} are operands, {@code y} is the result and {@code d} the cotangent of
 * y. A rule returns one cotangent per operand, or null for an operand without a gradient.
 */
@API(status = API.Status.INTERNAL)
public final class Gradients {
  private Gradients() {}

  /**
   * The cotangents of the operands of one operation.
   *
   * @param op the operation
   * @param operands its operands
   * @param y its result
   * @param d the cotangent of the result
   * @return one cotangent per operand, null for an operand without a gradient
   */
  public static @Nullable Tensor[] of(Op op, List<Tensor> operands, Tensor y, Tensor d) {
    Tensor x = operands.getFirst();
    return switch (op) {
      case Op.Unary unary -> one(unary(unary.function(), x, y, d));
      case Op.Binary binary -> binary(binary.function(), x, operands.get(1), y, d);
      case Op.Affine affine -> one(d.times(affine.scale()));
      case Op.MatMul product -> product(product, x, operands.get(1), d);
      case Op.SumTo sum -> one(d.apply(new Op.BroadcastTo(x.shape())));
      case Op.BroadcastTo broadcast -> one(d.apply(new Op.SumTo(x.shape())));
      case Op.CumulativeSum sum -> one(d.apply(new Op.CumulativeSum(!sum.reversed())));
      case Op.MaxLast max -> one(maximum(equal(x, y), d));
      case Op.Softmax softmax -> one(y.times(d.minus(y.times(d).sum(-1))));
      case Op.LogSoftmax logSoftmax -> one(d.minus(y.exp().times(d.sum(-1))));
      case Op.CrossEntropy loss ->
          one(x.apply(new Op.CrossEntropyGradient(loss.labels(), loss.smoothing()), d));
      case Op.CrossEntropyGradient gradient -> throw onlyOnce(gradient);
      case Op.Slice slice ->
          one(d.apply(new Op.Pad(slice.axis(), slice.from(), x.shape().size(slice.axis()))));
      case Op.Pad pad ->
          one(d.slice(pad.axis(), pad.from(), pad.from() + x.shape().size(pad.axis())));
      case Op.Shift shift -> one(d.shift(-shift.offset()));
      case Op.Concat concat -> parts(concat.axis(), operands, d);
      case Op.Reshape reshape -> one(d.apply(new Op.Reshape(x.shape())));
      case Op.Transpose transpose -> one(d.transpose().apply(new Op.Reshape(x.shape())));
      case Op.SwapLeading swap -> one(d.swapLeading());
      case Op.Gather gather -> one(d.apply(new Op.ScatterAdd(gather.ids(), x.shape().size(0))));
      case Op.ScatterAdd scatter ->
          one(d.apply(new Op.Gather(scatter.ids())).apply(new Op.Reshape(x.shape())));
      case Op.GatherColumns gather ->
          one(d.apply(new Op.ScatterColumns(gather.columns(), x.shape().columns())));
      case Op.ScatterColumns scatter -> one(d.gatherColumns(scatter.columns()));
      case Op.Select select -> select(operands, d);
      case Op.StopGradient stop -> one(null);
    };
  }

  private static @Nullable Tensor unary(UnaryFunction function, Tensor x, Tensor y, Tensor d) {
    return switch (function) {
      case NEGATE -> d.negate();
      case ABS -> d.times(x.apply(new Op.Unary(UnaryFunction.SIGN)));
      case SQUARE -> d.times(x).times(2);
      case SQRT -> d.dividedBy(y).times(0.5f);
      case RECIPROCAL -> d.times(y.square()).negate();
      case EXP -> d.times(y);
      case LOG -> d.dividedBy(x);
      case TANH -> y.apply(new Op.Binary(BinaryFunction.TANH_GRADIENT), d);
      case SIGMOID -> y.apply(new Op.Binary(BinaryFunction.SIGMOID_GRADIENT), d);
      case SOFTPLUS -> d.times(x.sigmoid());
      case SIN -> d.times(x.cos());
      case COS -> d.times(x.sin()).negate();
      // 2 / sqrt(pi) as a product of two floats, which is exact to 4e-11.
      case ERF -> d.times(x.square().negate().exp()).times(1.796875f).times(0x1.4184f6p-1f);
      case RELU -> y.apply(new Op.Binary(BinaryFunction.RELU_GRADIENT), d);
      case STEP, SIGN, FLOOR -> null;
    };
  }

  private static @Nullable Tensor[] binary(
      BinaryFunction function, Tensor a, Tensor b, Tensor y, Tensor d) {
    return switch (function) {
      case ADD -> two(to(d, a), to(d, b));
      case SUBTRACT -> two(to(d, a), to(d.negate(), b));
      case MULTIPLY -> two(to(d.times(b), a), to(d.times(a), b));
      case DIVIDE -> two(to(d.dividedBy(b), a), to(d.times(y).dividedBy(b).negate(), b));
      case MAXIMUM ->
          two(to(greater(b, a).complement().times(d), a), to(greater(b, a).times(d), b));
      case MINIMUM ->
          two(to(greater(a, b).complement().times(d), a), to(greater(a, b).times(d), b));
      case GREATER -> two(null, null);
      case TANH_GRADIENT ->
          two(to(a.times(b).times(d).times(-2), a), to(a.square().complement().times(d), b));
      case SIGMOID_GRADIENT ->
          two(
              to(a.times(-2).plus(1).times(b).times(d), a),
              to(a.times(a.complement()).times(d), b));
      case RELU_GRADIENT -> two(null, to(a.step().times(d), b));
    };
  }

  private static @Nullable Tensor[] product(Op.MatMul op, Tensor a, Tensor b, Tensor d) {
    Tensor da;
    Tensor db;
    if (op.transposeLeft()) {
      da =
          op.transposeRight()
              ? b.apply(new Op.MatMul(true, true), d)
              : b.apply(new Op.MatMul(false, true), d);
      db =
          op.transposeRight()
              ? d.apply(new Op.MatMul(true, true), a)
              : a.apply(new Op.MatMul(false, false), d);
    } else {
      da = op.transposeRight() ? d.matmul(b) : d.matmulTransposed(b);
      db =
          op.transposeRight()
              ? d.apply(new Op.MatMul(true, false), a)
              : a.apply(new Op.MatMul(true, false), d);
    }
    return two(shaped(da, a.shape()), shaped(db, b.shape()));
  }

  private static @Nullable Tensor[] parts(int axis, List<Tensor> operands, Tensor d) {
    @Nullable Tensor[] parts = new Tensor[operands.size()];
    int from = 0;
    for (int i = 0; i < parts.length; i++) {
      int to = from + operands.get(i).shape().size(axis);
      parts[i] = d.slice(axis, from, to);
      from = to;
    }
    return parts;
  }

  private static @Nullable Tensor[] select(List<Tensor> operands, Tensor d) {
    Tensor condition = operands.get(0);
    Tensor zero = d.constant(Shape.of(), 0);
    return new @Nullable Tensor[] {
      null,
      to(condition.select(d, zero), operands.get(1)),
      to(condition.select(zero, d), operands.get(2))
    };
  }

  /** Divides the cotangent among equal maxima, such as copies of one element. */
  private static Tensor maximum(Tensor isMaximum, Tensor d) {
    return isMaximum.times(d.dividedBy(isMaximum.sum(-1)));
  }

  private static Tensor equal(Tensor x, Tensor maximum) {
    return greater(maximum, x).complement();
  }

  private static Tensor greater(Tensor a, Tensor b) {
    return a.apply(new Op.Binary(BinaryFunction.GREATER), b);
  }

  /** Sums the cotangent over the axes along which the operand was broadcast. */
  private static Tensor to(Tensor d, Tensor operand) {
    return d.shape().equals(operand.shape()) ? d : d.apply(new Op.SumTo(operand.shape()));
  }

  private static Tensor shaped(Tensor d, Shape shape) {
    return d.shape().equals(shape) ? d : d.apply(new Op.Reshape(shape));
  }

  private static @Nullable Tensor[] one(@Nullable Tensor d) {
    return new @Nullable Tensor[] {d};
  }

  private static @Nullable Tensor[] two(@Nullable Tensor da, @Nullable Tensor db) {
    return new @Nullable Tensor[] {da, db};
  }

  private static ShapeException onlyOnce(Op op) {
    return new ShapeException(
        formatted(
            "[%s] expected a first derivative: second derivatives are not supported", op.label()));
  }
}
