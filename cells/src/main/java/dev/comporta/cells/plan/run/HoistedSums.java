package dev.comporta.cells.plan.run;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.plan.program.Bias;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.Value;
import dev.comporta.tensor.TapeTensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sums of a run that start from products of inputs. They do not depend on the state, so any
 * number of stored rows can be computed at once.
 */
final class HoistedSums {
  /** The rows of a product per task. */
  private static final int ROWS_A_TASK = 112;

  private final SequenceRun run;
  private final Compiled compiled;
  private final PlanMatrices matrices;
  private final TensorBackend backend;

  HoistedSums(SequenceRun run, Compiled compiled, PlanMatrices matrices) {
    this.run = run;
    this.compiled = compiled;
    this.matrices = matrices;
    this.backend = run.tape().backend();
  }

  /** Computes the operands, because the tasks of a loop must not. */
  void prepare() {
    for (Compiled.Hoisted hoisted : compiled.hoisted()) {
      for (Compiled.HoistedProduct product : hoisted.products()) {
        matrices.of(product.right(), run.tape());
        run.values().of(product.left());
        run.values().of(product.right().value());
      }
      hoisted.vectors().forEach(bias -> run.values().of(bias.vector()));
    }
  }

  /**
   * Computes all rows.
   *
   * @param floats the size of the matrices
   */
  void computeAll(long floats) {
    int total = run.rows().total();
    int tasks = (total + ROWS_A_TASK - 1) / ROWS_A_TASK;
    run.share(
        tasks,
        floats * total,
        task -> {
          int from = task * ROWS_A_TASK;
          Workers sharing = tasks == 1 ? run.tape().workers() : Workers.ALONE;
          compute(from, Math.min(ROWS_A_TASK, total - from), sharing);
        });
  }

  /** Computes rows of all sums that start from products of inputs, in a task of a loop. */
  void compute(int row, int count) {
    compute(row, count, Workers.ALONE);
  }

  private void compute(int row, int count, Workers workers) {
    Value last = null;
    for (Compiled.Hoisted hoisted : compiled.hoisted()) {
      last = compute(hoisted, row, count, last, workers);
    }
  }

  /** Computes rows of one sum and returns its last left operand. */
  private @Nullable Value compute(
      Compiled.Hoisted hoisted, int row, int count, @Nullable Value lastLeft, Workers workers) {
    Value last = lastLeft;
    int width = hoisted.width();
    float[] to = run.array(hoisted.place().buffer());
    int at = run.first(hoisted.place()) + row * width;
    List<Bias> vectors = hoisted.vectors();
    for (int i = 0; i < hoisted.products().size(); i++) {
      Compiled.HoistedProduct product = hoisted.products().get(i);
      TapeTensor left = run.values().of(product.left());
      int stride = left.shape().columns();
      TapeTensor bias =
          i == 0 && !vectors.isEmpty() ? run.values().of(vectors.getFirst().vector()) : null;
      boolean same = product.left() == last;
      last = product.left();
      backend.multiplyPacked(
          false,
          same,
          count,
          left.data(),
          left.offset() + row * stride,
          stride,
          matrices.of(product.right(), run.tape()),
          bias == null ? null : bias.data(),
          bias == null ? 0 : bias.offset() + vectors.getFirst().from(),
          i > 0,
          to,
          at,
          width,
          workers);
    }
    for (int i = 1; i < vectors.size(); i++) {
      TapeTensor vector = run.values().of(vectors.get(i).vector());
      for (int r = 0; r < count; r++) {
        backend.binary(
            BinaryFunction.ADD,
            to,
            at + r * width,
            vector.data(),
            vector.offset() + vectors.get(i).from(),
            to,
            at + r * width,
            width);
      }
    }
    return last;
  }
}
