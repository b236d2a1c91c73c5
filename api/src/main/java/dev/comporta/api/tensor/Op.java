package dev.comporta.api.tensor;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A differentiable operation as data. The set is closed: the module {@code tensor} computes each
 * operation and its gradient in two exhaustive switches, so that adding a record here breaks the
 * build until both exist. Everything else (layer normalisation, attention, whole cells) is composed
 * of these.
 */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Op {
  /**
   * The name that messages and plans show.
   *
   * @return a lower-case word
   */
  String label();

  /**
   * The shape of the result.
   *
   * @param operands the operands' shapes
   * @return the result's shape
   * @throws ShapeException if the operands do not fit
   */
  Shape resultShape(List<Shape> operands);

  /**
   * A function of each element. {@code [..] -> [..]}.
   *
   * @param function which
   */
  record Unary(UnaryFunction function) implements Op {
    @Override
    public String label() {
      return Shapes.lower(function);
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands.getFirst();
    }
  }

  /**
   * A function of two aligned elements, with broadcasting as in {@link Shape#broadcast}.
   *
   * @param function which
   */
  record Binary(BinaryFunction function) implements Op {
    @Override
    public String label() {
      return Shapes.lower(function);
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands.get(0).broadcast(operands.get(1), label());
    }
  }

  /**
   * {@code scale * x + shift} for each element.
   *
   * @param scale the factor
   * @param shift the summand
   */
  record Affine(float scale, float shift) implements Op {
    @Override
    public String label() {
      return "affine";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands.getFirst();
    }
  }

  /**
   * The matrix product. Operands of more than two axes are seen as matrices {@code [rows, columns]}
   * whose rows run over all axes but the last. {@code [.., k] x [k, n] -> [.., n]}; a transposed
   * left operand {@code [k.., m]} gives {@code [m, n]}.
   *
   * @param transposeLeft multiply by the transpose of the left matrix
   * @param transposeRight multiply by the transpose of the right matrix
   */
  record MatMul(boolean transposeLeft, boolean transposeRight) implements Op {
    @Override
    public String label() {
      return "matmul";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return Shapes.product(operands.get(0), transposeLeft, operands.get(1), transposeRight);
    }
  }

  /**
   * Sums over the axes that {@link Shape#broadcast} would have stretched: the adjoint of {@link
   * BroadcastTo}.
   *
   * @param target the shape of the result, broadcastable to the operand's
   */
  record SumTo(Shape target) implements Op {
    @Override
    public String label() {
      return "sum";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireStretches(target, operands.getFirst(), label());
      return target;
    }
  }

  /**
   * Repeats along missing axes and axes of size 1.
   *
   * @param target the shape of the result
   */
  record BroadcastTo(Shape target) implements Op {
    @Override
    public String label() {
      return "broadcast";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireStretches(operands.getFirst(), target, label());
      return target;
    }
  }

  /** The maximum over the last axis, which is kept with size 1. {@code [.., n] -> [.., 1]}. */
  record MaxLast() implements Op {
    @Override
    public String label() {
      return "max";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands.getFirst().with(-1, 1);
    }
  }

  /** The softmax over the last axis. {@code [.., n] -> [.., n]}. */
  record Softmax() implements Op {
    @Override
    public String label() {
      return "softmax";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands.getFirst();
    }
  }

  /** The logarithm of the softmax over the last axis. {@code [.., n] -> [.., n]}. */
  record LogSoftmax() implements Op {
    @Override
    public String label() {
      return "log-softmax";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands.getFirst();
    }
  }

  /**
   * Softmax cross-entropy of each row against a label, in nats, 0 for a negative label. {@code [..,
   * n] -> [rows]}.
   *
   * <pre>
   * -(1 - s) log softmax(x)[label] - s mean(log softmax(x))
   * </pre>
   *
   * <p>Smoothing: Szegedy et al. 2016, <i>Rethinking the Inception Architecture</i>, section 7.
   *
   * @param labels one label a row
   * @param smoothing s, the share of probability that all classes get alike, in [0, 1)
   */
  record CrossEntropy(Ids labels, double smoothing) implements Op {
    /**
     * Without smoothing.
     *
     * @param labels one label a row
     */
    public CrossEntropy(Ids labels) {
      this(labels, 0);
    }

    @Override
    public String label() {
      return "cross-entropy";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return Shapes.labelled(operands.getFirst(), labels);
    }
  }

  /**
   * The gradient of {@link CrossEntropy}: {@code (softmax(x) - (1 - s) onehot(label) - s / n) * d}
   * for each row, with operands x {@code [.., n]} and d {@code [rows]}.
   *
   * @param labels one label a row
   * @param smoothing s
   */
  record CrossEntropyGradient(Ids labels, double smoothing) implements Op {
    /**
     * Without smoothing.
     *
     * @param labels one label a row
     */
    public CrossEntropyGradient(Ids labels) {
      this(labels, 0);
    }

    @Override
    public String label() {
      return "cross-entropy-gradient";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.labelled(operands.getFirst(), labels);
      return operands.getFirst();
    }
  }

  /**
   * A range of one axis.
   *
   * @param axis counted from the front
   * @param from the first index
   * @param to one past the last index
   */
  record Slice(int axis, int from, int to) implements Op {
    @Override
    public String label() {
      return "slice";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return Shapes.sliced(operands.getFirst(), axis, from, to);
    }
  }

  /**
   * Zeros around the operand along one axis: the adjoint of {@link Slice}.
   *
   * @param axis counted from the front
   * @param from where the operand starts
   * @param size the size of that axis in the result
   */
  record Pad(int axis, int from, int size) implements Op {
    @Override
    public String label() {
      return "pad";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return Shapes.padded(operands.getFirst(), axis, from, size);
    }
  }

  /**
   * The elements of the last axis moved, with zeros from outside: {@code y[.., i] = x[.., i +
   * offset]}. {@code [.., n] -> [.., n]}. The adjoint moves back.
   *
   * @param offset how far the elements come from: positive from behind, negative from before
   */
  record Shift(int offset) implements Op {
    @Override
    public String label() {
      return "shift";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands.getFirst();
    }
  }

  /**
   * Operands joined along one axis, all other sizes equal.
   *
   * @param axis counted from the front
   */
  record Concat(int axis) implements Op {
    @Override
    public String label() {
      return "concat";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return Shapes.joined(operands, axis);
    }
  }

  /**
   * The same elements in the same order under another shape.
   *
   * @param target the shape of the result
   */
  record Reshape(Shape target) implements Op {
    @Override
    public String label() {
      return "reshape";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireSameCount(operands.getFirst(), target, label());
      return target;
    }
  }

  /** The matrix seen as {@code [rows, columns]}, transposed to {@code [columns, rows]}. */
  record Transpose() implements Op {
    @Override
    public String label() {
      return "transpose";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shape x = operands.getFirst();
      return Shape.of(x.columns(), x.rows());
    }
  }

  /**
   * The two leading axes exchanged: time-major to batch-major. {@code [a, b, ..] -> [b, a, ..]}.
   */
  record SwapLeading() implements Op {
    @Override
    public String label() {
      return "swap-leading";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return Shapes.swapped(operands.getFirst());
    }
  }

  /**
   * Rows of a table: {@code [V, n] -> [T, B, n]}.
   *
   * @param ids the row of each timestep and batch row; each must lie in 0 .. V-1
   */
  record Gather(Ids ids) implements Op {
    @Override
    public String label() {
      return "gather";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return Shapes.gathered(operands.getFirst(), ids);
    }
  }

  /**
   * The adjoint of {@link Gather}: rows added into a table of zeros, in the order of the ids.
   *
   * @param ids the row of the table that each row of the operand is added to
   * @param rows V, the rows of the table
   */
  record ScatterAdd(Ids ids, int rows) implements Op {
    @Override
    public String label() {
      return "scatter-add";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return Shape.of(rows, operands.getFirst().columns());
    }
  }

  /**
   * The second operand where the first is not zero, else the third; with broadcasting. Values that
   * are not selected have no influence, not even NaN.
   */
  record Select() implements Op {
    @Override
    public String label() {
      return "select";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands
          .get(1)
          .broadcast(operands.get(2), label())
          .broadcast(operands.get(0), label());
    }
  }

  /** The operand, with no gradient flowing back through it. */
  record StopGradient() implements Op {
    @Override
    public String label() {
      return "stop-gradient";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands.getFirst();
    }
  }
}
