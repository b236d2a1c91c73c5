package dev.comporta.api.tensor;

import static dev.comporta.api.Formatting.formatted;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A row-major float32 tensor with differentiable operations.
 *
 * <p>A tensor belongs to the engine that created it: a tape, which computes values immediately and
 * records them for the gradient, or a trace, which builds a graph of symbols for a plan. Code
 * written against this interface, such as a {@linkplain dev.comporta.api.cell.Cell cell's} step,
 * runs unchanged on both. Operations never modify their operands. Element-wise operations broadcast
 * as in {@link Shape#broadcast}: {@code [B, H] + [H]} adds a bias to every row.
 *
 * <p>All operands of an operation must belong to the same engine.
 */
@API(status = API.Status.STABLE)
public interface Tensor {
  /**
   * The shape.
   *
   * @return sizes and axis names
   */
  Shape shape();

  /**
   * Applies an operation to this tensor and others. This is the only operation that an engine
   * implements; cells use the named methods below.
   *
   * @param op the operation
   * @param others the operands after this one
   * @return the result, in the same engine
   * @throws ShapeException if the operands' shapes do not match
   */
  Tensor apply(Op op, Tensor... others);

  /**
   * A copy of the values in row-major order.
   *
   * @return {@code shape().count()} values
   * @throws UntraceableException while a cell's step is being traced, because symbols have no
   *     values
   */
  float[] toArray();

  /**
   * A constant of the same engine as this tensor.
   *
   * @param shape its shape
   * @param value the value of every element
   * @return the constant; no gradient flows into it
   */
  Tensor constant(Shape shape, float value);

  /**
   * Element-wise sum with broadcasting.
   *
   * @param other the summand
   * @return {@code this + other}
   */
  default Tensor plus(Tensor other) {
    return apply(new Op.Binary(BinaryFunction.ADD), other);
  }

  /**
   * Adds a number to every element.
   *
   * @param number the summand
   * @return {@code this + number}
   */
  default Tensor plus(float number) {
    return apply(new Op.Affine(1, number));
  }

  /**
   * Element-wise difference with broadcasting.
   *
   * @param other the subtrahend
   * @return {@code this - other}
   */
  default Tensor minus(Tensor other) {
    return apply(new Op.Binary(BinaryFunction.SUBTRACT), other);
  }

  /**
   * Element-wise (Hadamard) product with broadcasting.
   *
   * @param other the factor
   * @return {@code this * other}
   */
  default Tensor times(Tensor other) {
    return apply(new Op.Binary(BinaryFunction.MULTIPLY), other);
  }

  /**
   * Multiplies every element by a number.
   *
   * @param number the factor
   * @return {@code number * this}
   */
  default Tensor times(float number) {
    return apply(new Op.Affine(number, 0));
  }

  /**
   * Element-wise quotient with broadcasting.
   *
   * @param other the divisor
   * @return {@code this / other}
   */
  default Tensor dividedBy(Tensor other) {
    return apply(new Op.Binary(BinaryFunction.DIVIDE), other);
  }

  /**
   * The larger of two elements, with broadcasting.
   *
   * @param other the other tensor
   * @return {@code max(this, other)}
   */
  default Tensor maximum(Tensor other) {
    return apply(new Op.Binary(BinaryFunction.MAXIMUM), other);
  }

  /**
   * The smaller of two elements, with broadcasting.
   *
   * @param other the other tensor
   * @return {@code min(this, other)}
   */
  default Tensor minimum(Tensor other) {
    return apply(new Op.Binary(BinaryFunction.MINIMUM), other);
  }

  /**
   * One minus this tensor, as used for the complement of a gate.
   *
   * @return {@code 1 - this}
   */
  default Tensor complement() {
    return apply(new Op.Affine(-1, 1));
  }

  /**
   * The negative.
   *
   * @return {@code -this}
   */
  default Tensor negate() {
    return apply(new Op.Unary(UnaryFunction.NEGATE));
  }

  /**
   * The logistic function.
   *
   * @return {@code 1 / (1 + exp(-this))}
   */
  default Tensor sigmoid() {
    return apply(new Op.Unary(UnaryFunction.SIGMOID));
  }

  /**
   * The hyperbolic tangent.
   *
   * @return {@code tanh(this)}
   */
  default Tensor tanh() {
    return apply(new Op.Unary(UnaryFunction.TANH));
  }

  /**
   * The rectified linear unit (ReLU).
   *
   * @return {@code max(this, 0)}
   */
  default Tensor relu() {
    return apply(new Op.Unary(UnaryFunction.RELU));
  }

  /**
   * The exponential.
   *
   * @return {@code e^this}
   */
  default Tensor exp() {
    return apply(new Op.Unary(UnaryFunction.EXP));
  }

  /**
   * The natural logarithm.
   *
   * @return {@code ln this}
   */
  default Tensor log() {
    return apply(new Op.Unary(UnaryFunction.LOG));
  }

  /**
   * The softplus function.
   *
   * @return {@code log(1 + exp(this))}
   */
  default Tensor softplus() {
    return apply(new Op.Unary(UnaryFunction.SOFTPLUS));
  }

  /**
   * The square root.
   *
   * @return {@code sqrt(this)}
   */
  default Tensor sqrt() {
    return apply(new Op.Unary(UnaryFunction.SQRT));
  }

  /**
   * The square.
   *
   * @return {@code this * this}
   */
  default Tensor square() {
    return apply(new Op.Unary(UnaryFunction.SQUARE));
  }

  /**
   * The reciprocal.
   *
   * @return {@code 1 / this}
   */
  default Tensor reciprocal() {
    return apply(new Op.Unary(UnaryFunction.RECIPROCAL));
  }

  /**
   * The absolute value.
   *
   * @return {@code |this|}
   */
  default Tensor abs() {
    return apply(new Op.Unary(UnaryFunction.ABS));
  }

  /**
   * The sine.
   *
   * @return {@code sin this}, of angles in radians
   */
  default Tensor sin() {
    return apply(new Op.Unary(UnaryFunction.SIN));
  }

  /**
   * The cosine.
   *
   * @return {@code cos this}, of angles in radians
   */
  default Tensor cos() {
    return apply(new Op.Unary(UnaryFunction.COS));
  }

  /**
   * The error function, as in the Gaussian error linear unit {@code x (1 + erf(x / sqrt 2)) / 2}.
   *
   * @return {@code erf(this)}, from -1 to 1
   */
  default Tensor erf() {
    return apply(new Op.Unary(UnaryFunction.ERF));
  }

  /**
   * Rounds down; the gradient is zero.
   *
   * @return the largest whole numbers that are not above this
   */
  default Tensor floor() {
    return apply(new Op.Unary(UnaryFunction.FLOOR));
  }

  /**
   * The unit step (hard threshold); its gradient is zero.
   *
   * @return 1 where this is above zero, else 0
   */
  default Tensor step() {
    return apply(new Op.Unary(UnaryFunction.STEP));
  }

  /**
   * The matrix product of this tensor's rows with a matrix.
   *
   * @param right a matrix {@code [k, n]} for this {@code [.., k]}
   * @return {@code [.., n]}
   * @throws ShapeException if the inner sizes differ
   */
  default Tensor matmul(Tensor right) {
    return apply(new Op.MatMul(false, false), right);
  }

  /**
   * The products of the matrices of each row of a batch. It is a sum of element-wise products and
   * needs memory for N K M numbers per row; {@link #matmul} is for one matrix that all rows share.
   *
   * @param right {@code [B, K, M]} for this {@code [B, N, K]}
   * @return {@code [B, N, M]}
   * @throws ShapeException if the shapes are not of this form
   */
  default Tensor batchMatmul(Tensor right) {
    return Composed.batchMatmul(this, right);
  }

  /**
   * The matrix product with a transposed matrix.
   *
   * @param right a matrix {@code [n, k]} for this {@code [.., k]}
   * @return {@code [.., n]}
   * @throws ShapeException if the inner sizes differ
   */
  default Tensor matmulTransposed(Tensor right) {
    return apply(new Op.MatMul(false, true), right);
  }

  /**
   * The sum over one axis, which is kept as an axis of size 1.
   *
   * @param axis the axis, negative to count from the back
   * @return the sums
   */
  default Tensor sum(int axis) {
    return apply(new Op.SumTo(shape().with(axis, 1)));
  }

  /**
   * The mean over one axis, which is kept as an axis of size 1.
   *
   * @param axis the axis, negative to count from the back
   * @return the means
   */
  default Tensor mean(int axis) {
    return sum(axis).times(1f / shape().size(axis));
  }

  /**
   * The sum of all elements.
   *
   * @return a scalar
   */
  default Tensor sum() {
    return apply(new Op.SumTo(Shape.of()));
  }

  /**
   * The sums of the elements up to each element of the last axis, itself included.
   *
   * @return {@code y[.., i] = this[.., 0] + .. + this[.., i]}, of the same shape
   */
  default Tensor cumulativeSum() {
    return apply(new Op.CumulativeSum(false));
  }

  /**
   * The products of the elements up to each element of the last axis, itself included, in {@code
   * log2 n} multiplications of whole vectors (Hillis and Steele 1986), so that zeros have gradients
   * too.
   *
   * @return {@code [.., n]} for this {@code [.., n]}
   */
  default Tensor cumulativeProduct() {
    return Composed.cumulativeProduct(this);
  }

  /**
   * Marks the largest elements of each vector along the last axis. It has no gradient: multiply by
   * it. The work grows with the square of the vector's size.
   *
   * @param count how many to mark, 0 or more; all if there are fewer. Of equal elements, the first
   *     are marked
   * @return 1 for the largest elements and 0 for the others, of the same shape
   */
  default Tensor topMask(int count) {
    return Composed.topMask(this, count);
  }

  /**
   * The maximum over the last axis, which is kept as an axis of size 1. Equal maxima share the
   * gradient.
   *
   * @return {@code [.., 1]}
   */
  default Tensor maxLast() {
    return apply(new Op.MaxLast());
  }

  /**
   * The softmax over the last axis.
   *
   * @return non-negative values that sum to one along the last axis
   */
  default Tensor softmax() {
    return apply(new Op.Softmax());
  }

  /**
   * The logarithm of the softmax over the last axis.
   *
   * @return log-probabilities, in nats
   */
  default Tensor logSoftmax() {
    return apply(new Op.LogSoftmax());
  }

  /**
   * A range of indices along one axis.
   *
   * @param axis the axis, negative to count from the back
   * @param from the first index
   * @param to the index after the last one
   * @return the range
   * @throws ShapeException if the range exceeds the axis
   */
  default Tensor slice(int axis, int from, int to) {
    return apply(new Op.Slice(shape().index(axis), from, to));
  }

  /**
   * Splits the last axis into equal parts, for instance the gates of a packed pre-activation.
   *
   * @param parts the number of parts
   * @return the parts in order, {@code [.., n / parts]} each
   * @throws ShapeException if the last axis is not divisible
   */
  default List<Tensor> split(int parts) {
    int columns = shape().columns();
    if (parts < 1 || columns % parts != 0) {
      throw new ShapeException(
          formatted(
              "[split] expected a last axis that is divisible into %d parts but got %s",
              parts, shape()));
    }
    int width = columns / parts;
    List<Tensor> result = new ArrayList<>(parts);
    for (int i = 0; i < parts; i++) {
      result.add(slice(-1, i * width, (i + 1) * width));
    }
    return result;
  }

  /**
   * Selects rows by number, such as the vectors of words from a table.
   *
   * @param rows {@code [a, b]}, each from 0 to the number of rows of this matrix {@code [n, k]}
   * @return {@code [a, b, k]}
   * @throws ShapeException if this is no matrix
   */
  default Tensor gather(Ids rows) {
    return apply(new Op.Gather(rows));
  }

  /**
   * Picks elements of the last axis, such as those that each window of a convolution reads.
   *
   * @param columns their numbers, the same for all vectors along the last axis; any may occur
   *     several times, and a negative one stands for a zero
   * @return {@code [.., m]} for m numbers: {@code y[.., i] = this[.., columns[i]]}
   * @throws ShapeException if a number is not below the size of the last axis
   */
  default Tensor gatherColumns(Ids columns) {
    return apply(new Op.GatherColumns(columns));
  }

  /**
   * Shifts the elements along the last axis and fills with zeros.
   *
   * @param offset the distance: positive to shift towards the front, negative towards the back
   * @return {@code y[.., i] = this[.., i + offset]}, of the same shape
   */
  default Tensor shift(int offset) {
    return apply(new Op.Shift(offset));
  }

  /**
   * Concatenates this tensor and others along one axis.
   *
   * @param axis the axis, negative to count from the back
   * @param others the following tensors
   * @return the concatenated tensor
   * @throws ShapeException if other sizes differ
   */
  default Tensor concat(int axis, Tensor... others) {
    return apply(new Op.Concat(shape().index(axis)), others);
  }

  /**
   * The same elements with a different shape.
   *
   * @param sizes the new sizes
   * @return the reshaped tensor
   * @throws ShapeException if the number of elements differs
   */
  default Tensor reshape(int... sizes) {
    return apply(new Op.Reshape(Shape.of(sizes)));
  }

  /**
   * The same elements with a different shape of what belongs to each index of the first axis, such
   * as a matrix for each row of a batch.
   *
   * @param sizes the sizes of the other axes; one size makes each row a vector again
   * @return {@code [B, sizes..]} for this {@code [B, ..]}
   * @throws ShapeException if the number of elements differs
   */
  default Tensor rowsOf(int... sizes) {
    int[] all = new int[sizes.length + 1];
    all[0] = shape().size(0);
    System.arraycopy(sizes, 0, all, 1, sizes.length);
    return reshape(all);
  }

  /**
   * The transposed matrix; all axes but the last are treated as rows.
   *
   * @return {@code [columns, rows]}
   */
  default Tensor transpose() {
    return apply(new Op.Transpose());
  }

  /**
   * Exchanges the two leading axes, for instance from time-major to batch-major.
   *
   * @return {@code [b, a, ..]} for this {@code [a, b, ..]}
   */
  default Tensor swapLeading() {
    return apply(new Op.SwapLeading());
  }

  /**
   * Selects element by element. Values that are not selected have no effect.
   *
   * @param ifSet selected where this is nonzero
   * @param ifZero selected where this is zero
   * @return the selected values
   */
  default Tensor select(Tensor ifSet, Tensor ifZero) {
    return apply(new Op.Select(), ifSet, ifZero);
  }

  /**
   * The same values without a gradient.
   *
   * @return a tensor that is constant for the gradient
   */
  default Tensor stopGradient() {
    return apply(new Op.StopGradient());
  }

  /**
   * The same values with the gradient of another tensor: a gradient of one's own, such as the
   * straight-through estimator of a hard threshold (Bengio et al. 2013, <i>Estimating or
   * Propagating Gradients Through Stochastic Neurons</i>): {@code
   * x.step().withGradientOf(x.sigmoid())}.
   *
   * @param surrogate a tensor of the same shape with finite values, which only the gradient uses
   * @return the values of this tensor, to the bit; its cotangent is that of {@code surrogate}
   * @throws ShapeException if the shapes differ
   */
  default Tensor withGradientOf(Tensor surrogate) {
    if (!shape().equals(surrogate.shape())) {
      throw new ShapeException(
          formatted(
              "[with-gradient-of] expected a surrogate of shape %s but got %s",
              shape(), surrogate.shape()));
    }
    return stopGradient().plus(surrogate.minus(surrogate.stopGradient()));
  }
}
