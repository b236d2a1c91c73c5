package dev.comporta.api.tensor;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A differentiable operation as data. The set is closed: module {@code tensor} implements each
 * operation and its gradient in two exhaustive switches, so a new record does not compile until
 * both exist. Everything else (layer normalisation, attention, whole cells) is composed of these
 * operations.
 */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Op {
  /**
   * The name in messages and descriptions of plans.
   *
   * @return a lower-case word
   */
  String label();

  /**
   * The shape of the result.
   *
   * @param operands the operands' shapes
   * @return the result's shape
   * @throws ShapeException if the operands' shapes do not match
   */
  Shape resultShape(List<Shape> operands);

  /**
   * A unary element-wise function. {@code [..] -> [..]}.
   *
   * @param function the function
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
   * A binary element-wise function, with broadcasting as in {@link Shape#broadcast}.
   *
   * @param function the function
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
   * @param shift the offset
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
   * The matrix product. Operands with more than two axes are treated as matrices {@code [rows,
   * columns]} whose rows run over all axes but the last. {@code [.., k] x [k, n] -> [.., n]}; a
   * transposed left operand {@code [k.., m]} gives {@code [m, n]}.
   *
   * @param transposeLeft whether to transpose the left matrix
   * @param transposeRight whether to transpose the right matrix
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
   * Sums over the axes along which {@link BroadcastTo} would repeat the target; its adjoint.
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

  /**
   * The sums of the elements up to each element of the last axis, itself included. {@code [.., n]
   * -> [.., n]}. The adjoint sums in the other direction.
   *
   * @param reversed whether to sum from each element to the last one instead
   */
  record CumulativeSum(boolean reversed) implements Op {
    @Override
    public String label() {
      return "cumulative-sum";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      return operands.getFirst();
    }
  }

  /**
   * The maximum over the last axis, which is kept as an axis of size 1. {@code [.., n] -> [.., 1]}.
   * Equal maxima share the gradient.
   */
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
   * Softmax cross-entropy of each row against a label, in nats; 0 for a negative label. {@code [..,
   * n] -> [rows]}.
   *
   * <pre>
   * -(1 - s) log softmax(x)[label] - s mean(log softmax(x))
   * </pre>
   *
   * <p>Label smoothing: Szegedy et al. 2016, <i>Rethinking the Inception Architecture</i>, section
   * 7.
   *
   * @param labels one label per row
   * @param smoothing s, the probability mass that is distributed evenly over all classes, in [0, 1)
   */
  record CrossEntropy(Ids labels, double smoothing) implements Op {
    /**
     * Without label smoothing.
     *
     * @param labels one label per row
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
   * @param labels one label per row
   * @param smoothing s
   */
  record CrossEntropyGradient(Ids labels, double smoothing) implements Op {
    /**
     * Without label smoothing.
     *
     * @param labels one label per row
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
   * A range of indices along one axis.
   *
   * @param axis the axis, 0 for the first
   * @param from the first index
   * @param to the index after the last one
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
   * Pads the operand with zeros along one axis; the adjoint of {@link Slice}.
   *
   * @param axis the axis, 0 for the first
   * @param from the index at which the operand starts
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
   * Shifts the elements along the last axis and fills with zeros: {@code y[.., i] = x[.., i +
   * offset]}. {@code [.., n] -> [.., n]}. The adjoint shifts in the opposite direction.
   *
   * @param offset the distance: positive to shift towards the front, negative towards the back
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
   * Concatenates the operands along one axis; all other sizes must be equal.
   *
   * @param axis the axis, 0 for the first
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
   * The same elements in the same order with a different shape.
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

  /** Transposes the matrix {@code [rows, columns]} to {@code [columns, rows]}. */
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
   * Exchanges the two leading axes, for instance from time-major to batch-major. {@code [a, b, ..]
   * -> [b, a, ..]}.
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
   * Looks up rows of a table: {@code [V, n] -> [T, B, n]}.
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
   * Adds rows to a table of zeros, in the order of the ids; the adjoint of {@link Gather}.
   *
   * @param ids the row of the table that each row of the operand is added to
   * @param rows V, the number of rows of the table
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
   * Picks elements of the last axis, any of them as often as needed: {@code y[.., i] = x[..,
   * columns[i]]}, or 0 where the number is negative. {@code [.., n] -> [.., m]}.
   *
   * @param columns m numbers below n, the same for all vectors along the last axis
   */
  record GatherColumns(Ids columns) implements Op {
    @Override
    public String label() {
      return "gather-columns";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shape x = operands.getFirst();
      Shapes.requireColumns(columns, x.columns(), label());
      return x.with(-1, columns.count());
    }
  }

  /**
   * Adds elements to those of a vector of zeros, in their order; the adjoint of {@link
   * GatherColumns}. {@code [.., m] -> [.., n]}.
   *
   * @param columns m numbers below n: where each element is added, nowhere if negative
   * @param size n
   */
  record ScatterColumns(Ids columns, int size) implements Op {
    @Override
    public String label() {
      return "scatter-columns";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireColumns(columns, size, label());
      return operands.getFirst().with(-1, size);
    }
  }

  /**
   * The second operand where the first is nonzero, otherwise the third, with broadcasting. Values
   * that are not selected have no effect, not even NaN.
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

  /** The operand, as a constant for the gradient. */
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
