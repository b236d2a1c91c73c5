package dev.comporta.tensor;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.Arrays;
import java.util.List;

/**
 * Computes the value of every operation with a backend's primitives, in one table. Large operations
 * are divided into tasks of fixed size, so the bits do not depend on the number of threads.
 */
class Evaluator {
  /** Elements per task of an element-wise operation. */
  private static final int ELEMENTS_A_TASK = 1 << 15;

  /** The minimum cost of a row function, such as a softmax, in elements. */
  private static final int LEAST_ROW_COST = 256;

  private final TensorBackend backend;
  private final Workers workers;
  private final PackedParameters packed;

  Evaluator(TensorBackend backend, Workers workers) {
    this.backend = backend;
    this.workers = workers;
    this.packed = new PackedParameters(backend);
  }

  PackedParameters packed() {
    return packed;
  }

  void evaluate(Op op, List<Tensor> operands, TapeTensor y) {
    TapeTensor x = (TapeTensor) operands.getFirst();
    switch (op) {
      case Op.Unary unary ->
          elements(
              y.shape().count(),
              (from, count) ->
                  backend.unary(
                      unary.function(),
                      x.data(),
                      x.offset() + from,
                      y.data(),
                      y.offset() + from,
                      count));
      case Op.Affine affine ->
          elements(
              y.shape().count(),
              (from, count) ->
                  backend.affine(
                      affine.scale(),
                      affine.shift(),
                      x.data(),
                      x.offset() + from,
                      y.data(),
                      y.offset() + from,
                      count));
      case Op.Binary binary -> binary(binary.function(), x, (TapeTensor) operands.get(1), y);
      case Op.MatMul product ->
          product(
              product.transposeLeft(),
              product.transposeRight(),
              x,
              (TapeTensor) operands.get(1),
              y,
              false);
      case Op.SumTo sum -> sumTo(x, y);
      case Op.BroadcastTo broadcast -> broadcast(x, y);
      case Op.CumulativeSum sum ->
          rows(
              x,
              (row, at) ->
                  CumulativeSums.of(
                      sum.reversed(),
                      x.data(),
                      at,
                      columns(x),
                      y.data(),
                      y.offset() + row * columns(x)));
      case Op.MaxLast max ->
          rows(x, (row, at) -> y.data()[y.offset() + row] = backend.max(x.data(), at, columns(x)));
      case Op.Softmax softmax ->
          rows(
              x,
              (row, at) ->
                  backend.softmax(
                      x.data(), at, y.data(), y.offset() + row * columns(x), columns(x)));
      case Op.LogSoftmax logSoftmax ->
          rows(
              x,
              (row, at) ->
                  backend.logSoftmax(
                      x.data(), at, y.data(), y.offset() + row * columns(x), columns(x)));
      case Op.CrossEntropy loss -> crossEntropy(loss, x, y);
      case Op.CrossEntropyGradient gradient ->
          crossEntropyGradient(gradient, x, (TapeTensor) operands.get(1), y);
      case Op.Slice slice ->
          Blocks.copy(x, slice.axis(), slice.from(), y, 0, slice.to() - slice.from());
      case Op.Pad pad -> {
        Arrays.fill(y.data(), y.offset(), y.offset() + y.shape().count(), 0);
        Blocks.copy(x, pad.axis(), 0, y, pad.from(), x.shape().size(pad.axis()));
      }
      case Op.Shift shift -> shift(shift.offset(), x, y);
      case Op.Concat concat -> concat(concat.axis(), operands, y);
      case Op.Reshape reshape ->
          System.arraycopy(x.data(), x.offset(), y.data(), y.offset(), x.shape().count());
      case Op.Transpose transpose ->
          backend.transpose(
              x.shape().rows(),
              columns(x),
              x.data(),
              x.offset(),
              columns(x),
              y.data(),
              y.offset(),
              x.shape().rows());
      case Op.SwapLeading swap -> Blocks.swapLeading(x, y);
      case Op.Gather gather -> gather(gather.ids(), x, y);
      case Op.ScatterAdd scatter -> scatterAdd(scatter.ids(), x, y);
      case Op.GatherColumns gather ->
          rows(
              x,
              (row, at) ->
                  MovedColumns.gather(
                      gather.columns(), x.data(), at, y.data(), y.offset() + row * columns(y)));
      case Op.ScatterColumns scatter ->
          rows(
              x,
              (row, at) ->
                  MovedColumns.scatter(
                      scatter.columns(),
                      x.data(),
                      at,
                      y.data(),
                      y.offset() + row * columns(y),
                      columns(y)));
      case Op.Select select ->
          select(x, (TapeTensor) operands.get(1), (TapeTensor) operands.get(2), y);
      case Op.StopGradient stop ->
          System.arraycopy(x.data(), x.offset(), y.data(), y.offset(), x.shape().count());
    }
  }

  private static void shift(int offset, TapeTensor x, TapeTensor y) {
    int n = columns(x);
    int to = Math.clamp(-(long) offset, 0, n);
    int count = (int) Math.max(0, n - Math.abs((long) offset));
    Arrays.fill(y.data(), y.offset(), y.offset() + y.shape().count(), 0);
    for (int at = 0; count > 0 && at < x.shape().count(); at += n) {
      int from = x.offset() + at + to + offset;
      System.arraycopy(x.data(), from, y.data(), y.offset() + at + to, count);
    }
  }

  void add(TapeTensor a, TapeTensor b, TapeTensor sum) {
    binary(BinaryFunction.ADD, a, b, sum);
  }

  /** Adds all of x to y, starting at index {@code from} of one axis. */
  void addBlock(TapeTensor x, int axis, TapeTensor y, int from) {
    Blocks.add(x, axis, y, from, backend);
  }

  void product(
      boolean transposeA,
      boolean transposeB,
      TapeTensor a,
      TapeTensor b,
      TapeTensor c,
      boolean accumulate) {
    int k = transposeA ? a.shape().rows() : a.shape().columns();
    int m = transposeA ? a.shape().columns() : a.shape().rows();
    int n = transposeB ? b.shape().rows() : b.shape().columns();
    if (!transposeA && !accumulate && packed.multiply(m, a, b, transposeB, c, workers)) {
      return;
    }
    backend.multiply(
        MatrixProduct.dense(m, n, k, transposeA, transposeB, accumulate),
        a.data(),
        a.offset(),
        b.data(),
        b.offset(),
        c.data(),
        c.offset(),
        workers);
  }

  private void binary(BinaryFunction function, TapeTensor a, TapeTensor b, TapeTensor y) {
    if (a.shape().equals(b.shape())) {
      elements(
          y.shape().count(),
          (from, count) ->
              backend.binary(
                  function,
                  a.data(),
                  a.offset() + from,
                  b.data(),
                  b.offset() + from,
                  y.data(),
                  y.offset() + from,
                  count));
      return;
    }
    if (b.shape().count() == 1 && a.shape().count() == y.shape().count()) {
      float number = b.data()[b.offset()];
      elements(
          y.shape().count(),
          (from, count) ->
              backend.binaryNumber(
                  function,
                  a.data(),
                  a.offset() + from,
                  number,
                  false,
                  y.data(),
                  y.offset() + from,
                  count));
      return;
    }
    Broadcast plan = Broadcast.of(y.shape(), a.shape(), b.shape());
    int inner = plan.inner();
    tasks(
        plan.outer(),
        inner,
        row -> {
          int at = y.offset() + row * inner;
          int atA = a.offset() + plan.offset(0, row);
          int atB = b.offset() + plan.offset(1, row);
          if (plan.repeats(0)) {
            backend.binaryNumber(function, b.data(), atB, a.data()[atA], true, y.data(), at, inner);
          } else if (plan.repeats(1)) {
            backend.binaryNumber(
                function, a.data(), atA, b.data()[atB], false, y.data(), at, inner);
          } else {
            backend.binary(function, a.data(), atA, b.data(), atB, y.data(), at, inner);
          }
        });
  }

  private void select(TapeTensor condition, TapeTensor a, TapeTensor b, TapeTensor y) {
    Broadcast plan = Broadcast.of(y.shape(), condition.shape(), a.shape(), b.shape());
    int inner = plan.inner();
    tasks(
        plan.outer(),
        inner,
        row -> {
          int atC = condition.offset() + plan.offset(0, row);
          int atA = a.offset() + plan.offset(1, row);
          int atB = b.offset() + plan.offset(2, row);
          int at = y.offset() + row * inner;
          if (!plan.repeats(0)) {
            int stepA = plan.repeats(1) ? 0 : 1;
            int stepB = plan.repeats(2) ? 0 : 1;
            for (int i = 0; i < inner; i++) {
              y.data()[at + i] =
                  condition.data()[atC + i] != 0
                      ? a.data()[atA + i * stepA]
                      : b.data()[atB + i * stepB];
            }
          } else if (condition.data()[atC] != 0) {
            copyRow(a.data(), atA, plan.repeats(1), y.data(), at, inner);
          } else {
            copyRow(b.data(), atB, plan.repeats(2), y.data(), at, inner);
          }
        });
  }

  private void broadcast(TapeTensor x, TapeTensor y) {
    Broadcast plan = Broadcast.of(y.shape(), x.shape());
    int inner = plan.inner();
    tasks(
        plan.outer(),
        inner,
        row ->
            copyRow(
                x.data(),
                x.offset() + plan.offset(0, row),
                plan.repeats(0),
                y.data(),
                y.offset() + row * inner,
                inner));
  }

  private static void copyRow(
      float[] from, int at, boolean repeated, float[] to, int start, int length) {
    if (repeated) {
      Arrays.fill(to, start, start + length, from[at]);
    } else {
      System.arraycopy(from, at, to, start, length);
    }
  }

  private void sumTo(TapeTensor x, TapeTensor y) {
    Shape to = y.shape();
    if (to.count() == 1) {
      y.data()[y.offset()] = backend.sum(x.data(), x.offset(), x.shape().count());
      return;
    }
    // Not over a middle axis: one row alone has the same bits as in a batch, which is summed below.
    boolean overRows = to.rank() < 2 || x.shape().rank() == 2;
    if (overRows && to.count() == columns(x) && to.columns() == columns(x)) {
      backend.sumColumns(
          x.shape().rows(),
          columns(x),
          x.data(),
          x.offset(),
          columns(x),
          false,
          y.data(),
          y.offset());
      return;
    }
    Broadcast plan = Broadcast.of(x.shape(), to);
    int inner = plan.inner();
    Arrays.fill(y.data(), y.offset(), y.offset() + to.count(), 0);
    for (int row = 0; row < plan.outer(); row++) {
      int from = x.offset() + row * inner;
      int at = y.offset() + plan.offset(0, row);
      if (plan.repeats(0)) {
        y.data()[at] += backend.sum(x.data(), from, inner);
      } else {
        backend.binary(BinaryFunction.ADD, y.data(), at, x.data(), from, y.data(), at, inner);
      }
    }
  }

  private void crossEntropy(Op.CrossEntropy op, TapeTensor x, TapeTensor y) {
    Ids labels = op.labels();
    float smoothing = (float) op.smoothing();
    int columns = columns(x);
    rows(
        x,
        (row, at) -> {
          int label = labels.values()[row];
          float loss = 0;
          if (label >= 0) {
            requireLabel(label, columns, row, labels);
            float towards = x.data()[at + label];
            if (smoothing > 0) {
              float mean = backend.sum(x.data(), at, columns) / columns;
              towards = (1 - smoothing) * towards + smoothing * mean;
            }
            loss = backend.logSumExp(x.data(), at, columns) - towards;
          }
          y.data()[y.offset() + row] = loss;
        });
  }

  private void crossEntropyGradient(
      Op.CrossEntropyGradient op, TapeTensor x, TapeTensor d, TapeTensor y) {
    Ids labels = op.labels();
    float smoothing = (float) op.smoothing();
    int columns = columns(x);
    rows(
        x,
        (row, at) -> {
          int label = labels.values()[row];
          int to = y.offset() + row * columns;
          if (label < 0) {
            Arrays.fill(y.data(), to, to + columns, 0);
            return;
          }
          requireLabel(label, columns, row, labels);
          backend.softmax(x.data(), at, y.data(), to, columns);
          y.data()[to + label] -= 1 - smoothing;
          float scale = d.data()[d.offset() + row];
          float shift = -scale * smoothing / columns;
          backend.affine(scale, shift, y.data(), to, y.data(), to, columns);
        });
  }

  private static void requireLabel(int label, int classes, int row, Ids labels) {
    if (label >= classes) {
      throw new ComportaException(
          formatted(
              "[cross-entropy] expected labels below %d classes but got %d at timestep %d of row %d; is the output layer as large as the vocabulary?",
              classes, label, row / labels.batch(), row % labels.batch()));
    }
  }

  private static void concat(int axis, List<Tensor> operands, TapeTensor y) {
    int at = 0;
    for (Tensor operand : operands) {
      int size = operand.shape().size(axis);
      Blocks.copy((TapeTensor) operand, axis, 0, y, at, size);
      at += size;
    }
  }

  private static void gather(Ids ids, TapeTensor table, TapeTensor y) {
    int columns = columns(table);
    for (int i = 0; i < ids.count(); i++) {
      int id = requireId(ids, i, table.shape().size(0));
      System.arraycopy(
          table.data(), table.offset() + id * columns, y.data(), y.offset() + i * columns, columns);
    }
  }

  private void scatterAdd(Ids ids, TapeTensor x, TapeTensor table) {
    int columns = columns(table);
    Arrays.fill(table.data(), table.offset(), table.offset() + table.shape().count(), 0);
    for (int i = 0; i < ids.count(); i++) {
      int at = table.offset() + requireId(ids, i, table.shape().size(0)) * columns;
      backend.binary(
          BinaryFunction.ADD,
          table.data(),
          at,
          x.data(),
          x.offset() + i * columns,
          table.data(),
          at,
          columns);
    }
  }

  private static int requireId(Ids ids, int i, int rows) {
    int id = ids.values()[i];
    if (id < 0 || id >= rows) {
      throw new ComportaException(
          formatted(
              "[embedding] expected ids between 0 and %d but got %d at timestep %d of row %d",
              rows - 1, id, i / ids.batch(), i % ids.batch()));
    }
    return id;
  }

  private static int columns(TapeTensor x) {
    return x.shape().columns();
  }

  /** A task over a range of elements. */
  private interface Range {
    void run(int from, int count);
  }

  private void elements(int count, Range range) {
    if (count <= ELEMENTS_A_TASK) {
      range.run(0, count);
      return;
    }
    workers.run(
        (count + ELEMENTS_A_TASK - 1) / ELEMENTS_A_TASK,
        task -> {
          int from = task * ELEMENTS_A_TASK;
          range.run(from, Math.min(ELEMENTS_A_TASK, count - from));
        });
  }

  /** A task over one row of a matrix. */
  private interface Row {
    void run(int row, int at);
  }

  private void rows(TapeTensor x, Row body) {
    int columns = columns(x);
    int cost = Math.max(LEAST_ROW_COST, columns);
    tasks(x.shape().rows(), cost, row -> body.run(row, x.offset() + row * columns));
  }

  /** A task over one row. */
  private interface RowNumber {
    void run(int row);
  }

  private void tasks(int rows, int width, RowNumber body) {
    int rowsATask = Math.max(1, ELEMENTS_A_TASK / Math.max(1, width));
    int tasks = (rows + rowsATask - 1) / rowsATask;
    if (tasks <= 1) {
      for (int row = 0; row < rows; row++) {
        body.run(row);
      }
      return;
    }
    workers.run(
        tasks,
        task -> {
          int end = Math.min(rows, (task + 1) * rowsATask);
          for (int row = task * rowsATask; row < end; row++) {
            body.run(row);
          }
        });
  }
}
