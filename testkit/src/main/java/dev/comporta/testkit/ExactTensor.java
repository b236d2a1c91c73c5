package dev.comporta.testkit;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apiguardian.api.API;

/**
 * A double-precision tensor that implements every operation by its definition, as a reference for
 * engines and for central differences. Slow, and without gradients.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ExactTensor implements Tensor {
  private final Shape shape;
  private final double[] values;

  private ExactTensor(Shape shape, double[] values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * Creates a tensor over the given values.
   *
   * @param shape its shape
   * @param values {@code shape.count()} values, shared
   * @return the tensor
   */
  public static ExactTensor of(Shape shape, double[] values) {
    if (values.length != shape.count()) {
      throw new IllegalArgumentException(
          formatted("expected %d values for %s but got %d", shape.count(), shape, values.length));
    }
    return new ExactTensor(shape, values);
  }

  /**
   * Creates a tensor from floats.
   *
   * @param shape its shape
   * @param values {@code shape.count()} values, copied
   * @return the tensor
   */
  public static ExactTensor of(Shape shape, float[] values) {
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return of(shape, copy);
  }

  /**
   * The values.
   *
   * @return the shared array, in row-major order
   */
  public double[] values() {
    return values;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public float[] toArray() {
    float[] copy = new float[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (float) values[i];
    }
    return copy;
  }

  @Override
  public Tensor constant(Shape constantShape, float value) {
    double[] filled = new double[constantShape.count()];
    Arrays.fill(filled, value);
    return new ExactTensor(constantShape, filled);
  }

  @Override
  public Tensor apply(Op op, Tensor... others) {
    List<ExactTensor> x = new ArrayList<>();
    x.add(this);
    for (Tensor other : others) {
      x.add((ExactTensor) other);
    }
    Shape result = op.resultShape(x.stream().map(ExactTensor::shape).toList());
    double[] y = new double[result.count()];
    switch (op) {
      case Op.Unary unary -> fill(y, i -> ExactFunctions.unary(unary.function(), values[i]));
      case Op.Binary binary -> {
        ExactTensor b = x.get(1);
        IntUnaryOperator ia = stretched(shape, result);
        IntUnaryOperator ib = stretched(b.shape, result);
        fill(
            y,
            i ->
                ExactFunctions.binary(
                    binary.function(), values[ia.applyAsInt(i)], b.values[ib.applyAsInt(i)]));
      }
      case Op.Affine affine -> fill(y, i -> affine.scale() * values[i] + affine.shift());
      case Op.MatMul product -> product(product, x.get(1), y);
      case Op.SumTo _ -> {
        IntUnaryOperator to = stretched(result, shape);
        for (int i = 0; i < values.length; i++) {
          y[to.applyAsInt(i)] += values[i];
        }
      }
      case Op.BroadcastTo _ -> {
        IntUnaryOperator from = stretched(shape, result);
        fill(y, i -> values[from.applyAsInt(i)]);
      }
      case Op.CumulativeSum sum -> {
        int n = shape.columns();
        fill(
            y,
            i -> {
              int row = i - i % n;
              int from = sum.reversed() ? i : row;
              int to = sum.reversed() ? row + n : i + 1;
              return Arrays.stream(values, from, to).sum();
            });
      }
      case Op.MaxLast _ -> fill(y, this::largest);
      case Op.Softmax _ -> fill(y, i -> Math.exp(logSoftmax(i)));
      case Op.LogSoftmax _ -> fill(y, this::logSoftmax);
      case Op.CrossEntropy loss ->
          fill(y, row -> label(loss.labels(), row) < 0 ? 0 : crossEntropy(loss, row));
      case Op.CrossEntropyGradient loss -> crossEntropyGradient(loss, x.get(1), y);
      case Op.Slice slice -> {
        Blocks blocks = new Blocks(shape, slice.axis());
        fill(y, i -> values[blocks.shifted(i, result.size(slice.axis()), slice.from())]);
      }
      case Op.Pad pad -> {
        Blocks blocks = new Blocks(result, pad.axis());
        for (int i = 0; i < values.length; i++) {
          y[blocks.shifted(i, shape.size(pad.axis()), pad.from())] = values[i];
        }
      }
      case Op.Shift shift -> {
        int n = shape.columns();
        fill(
            y,
            i -> {
              int from = i % n + shift.offset();
              return from < 0 || from >= n ? 0 : values[i + shift.offset()];
            });
      }
      case Op.Concat concat -> {
        Blocks blocks = new Blocks(result, concat.axis());
        int from = 0;
        for (ExactTensor part : x) {
          int size = part.shape.size(concat.axis());
          for (int i = 0; i < part.values.length; i++) {
            y[blocks.shifted(i, size, from)] = part.values[i];
          }
          from += size;
        }
      }
      case Op.Reshape _, Op.StopGradient _ -> fill(y, i -> values[i]);
      case Op.Transpose _ -> {
        int rows = shape.rows();
        fill(y, i -> values[i % rows * shape.columns() + i / rows]);
      }
      case Op.SwapLeading _ -> {
        int a = shape.size(0);
        int b = shape.size(1);
        int block = values.length == 0 ? 1 : values.length / (a * b);
        fill(y, i -> values[(i / block % a * b + i / block / a) * block + i % block]);
      }
      case Op.Gather gather -> {
        int n = shape.columns();
        fill(y, i -> values[label(gather.ids(), i / n) * n + i % n]);
      }
      case Op.ScatterAdd scatter -> {
        int n = shape.columns();
        for (int i = 0; i < values.length; i++) {
          y[label(scatter.ids(), i / n) * n + i % n] += values[i];
        }
      }
      case Op.GatherColumns gather -> {
        int m = gather.columns().count();
        int[] columns = gather.columns().values();
        fill(y, i -> columns[i % m] < 0 ? 0 : values[i / m * shape.columns() + columns[i % m]]);
      }
      case Op.ScatterColumns scatter -> {
        int m = scatter.columns().count();
        for (int i = 0; i < values.length; i++) {
          int column = scatter.columns().values()[i % m];
          if (column >= 0) {
            y[i / m * scatter.size() + column] += values[i];
          }
        }
      }
      case Op.Select _ -> {
        IntUnaryOperator is = stretched(shape, result);
        IntUnaryOperator ia = stretched(x.get(1).shape, result);
        IntUnaryOperator ib = stretched(x.get(2).shape, result);
        fill(
            y,
            i ->
                values[is.applyAsInt(i)] != 0
                    ? x.get(1).values[ia.applyAsInt(i)]
                    : x.get(2).values[ib.applyAsInt(i)]);
      }
    }
    return new ExactTensor(result, y);
  }

  /** Computes one value of a result from its index. */
  private interface Element {
    double at(int index);
  }

  private static void fill(double[] y, Element element) {
    for (int i = 0; i < y.length; i++) {
      y[i] = element.at(i);
    }
  }

  private void product(Op.MatMul op, ExactTensor right, double[] y) {
    int aColumns = shape.columns();
    int bColumns = right.shape.columns();
    int inner = op.transposeLeft() ? shape.rows() : aColumns;
    int n = op.transposeRight() ? right.shape.rows() : bColumns;
    fill(
        y,
        i -> {
          int row = i / n;
          int column = i % n;
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            double a = values[op.transposeLeft() ? k * aColumns + row : row * aColumns + k];
            double b =
                right.values[op.transposeRight() ? column * bColumns + k : k * bColumns + column];
            sum += a * b;
          }
          return sum;
        });
  }

  private double largest(int row) {
    int n = shape.columns();
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      largest = Math.max(largest, values[row * n + j]);
    }
    return largest;
  }

  private double logSoftmax(int index) {
    int n = shape.columns();
    int row = index / n;
    double largest = largest(row);
    double sum = 0;
    for (int j = 0; j < n; j++) {
      sum += Math.exp(values[row * n + j] - largest);
    }
    return values[index] - largest - Math.log(sum);
  }

  private static int label(Ids ids, int row) {
    return ids.values()[row];
  }

  private int at(Ids labels, int row) {
    return row * shape.columns() + label(labels, row);
  }

  private double crossEntropy(Op.CrossEntropy loss, int row) {
    int n = shape.columns();
    double all = 0;
    for (int i = 0; i < n; i++) {
      all += logSoftmax(row * n + i);
    }
    double smoothing = loss.smoothing();
    return -(1 - smoothing) * logSoftmax(at(loss.labels(), row)) - smoothing * all / n;
  }

  private void crossEntropyGradient(Op.CrossEntropyGradient loss, ExactTensor d, double[] y) {
    Ids labels = loss.labels();
    int n = shape.columns();
    fill(
        y,
        i -> {
          int row = i / n;
          double hot = i == at(labels, row) ? 1 - loss.smoothing() : 0;
          double target = hot + loss.smoothing() / n;
          return label(labels, row) < 0 ? 0 : (Math.exp(logSoftmax(i)) - target) * d.values[row];
        });
  }

  /** Maps the index of an element in a broadcast shape to its index in the original shape. */
  private static IntUnaryOperator stretched(Shape small, Shape large) {
    int rank = large.rank();
    return index -> {
      int rest = index;
      int at = 0;
      int stride = 1;
      for (int i = 1; i <= rank; i++) {
        int coordinate = rest % large.size(-i);
        rest /= large.size(-i);
        if (i <= small.rank()) {
          at += small.size(-i) == 1 ? 0 : coordinate * stride;
          stride *= small.size(-i);
        }
      }
      return at;
    };
  }

  /** A shape viewed as [outer, axis, inner]. */
  private record Blocks(int size, int inner) {
    Blocks(Shape shape, int axis) {
      int inner = 1;
      for (int i = axis + 1; i < shape.rank(); i++) {
        inner *= shape.size(i);
      }
      this(shape.size(axis), inner);
    }

    /** The index of an element of a narrower tensor that starts at {@code from} along the axis. */
    int shifted(int index, int narrow, int from) {
      int outer = index / inner / narrow;
      int along = index / inner % narrow;
      return (outer * size + from + along) * inner + index % inner;
    }
  }

  @Override
  public String toString() {
    return "exact tensor " + shape;
  }
}
