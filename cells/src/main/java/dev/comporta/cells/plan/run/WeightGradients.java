package dev.comporta.cells.plan.run;

import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients of the matrices of a plan, {@code dW += left^T x d} over all timesteps. Products
 * with the same cotangent, such as those of the input and of the previous state, are computed
 * together over a range of timesteps while the cotangent is in the cache.
 */
final class WeightGradients {
  /** Timesteps times rows that all products with the same cotangent process at once. */
  private static final int STRETCH = 1024;

  /** The minimum number of columns of a cotangent per task, and its granularity: whole panels. */
  private static final int COLUMNS = 32;

  /** Tasks per thread, so that all threads finish at about the same time. */
  private static final int TASKS_A_THREAD = 4;

  /** The minimum number of rows of a gradient per task if there are too few columns. */
  private static final int LEAST_ROWS = 8;

  private final SequenceRun run;
  private final TensorBackend backend;
  private final int total;
  private final List<Group> groups = new ArrayList<>();

  WeightGradients(SequenceRun run) {
    this.run = run;
    this.backend = run.tape().backend();
    this.total = run.rows().total();
  }

  /** A block of a gradient: {@code target[row.., column..] += left[.., 0..rows]^T x d}. */
  private record Part(TapeTensor target, Rows left, int row, int rows, int column, int columns) {
    int offset() {
      return target.offset() + row * stride() + column;
    }

    int stride() {
      return target.shape().columns();
    }

    /** Whether both parts overlap, which happens if the step multiplies by a matrix twice. */
    boolean meets(Part other) {
      return target.data() == other.target.data()
          && target.offset() < other.target.offset() + other.target.shape().count()
          && other.target.offset() < target.offset() + target.shape().count()
          && (target.offset() != other.target.offset()
              || stride() != other.stride()
              || (row < other.row + other.rows
                  && other.row < row + rows
                  && column < other.column + other.columns
                  && other.column < column + columns));
    }
  }

  /** All parts with the same cotangent of so many rows. */
  private record Group(Rows d, int count, List<Part> parts) {
    int rows() {
      int sum = 0;
      for (Part part : parts) {
        sum += part.rows();
      }
      return sum;
    }

    boolean meets(Group other) {
      for (Part part : parts) {
        for (Part another : other.parts) {
          if (part.meets(another)) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /**
   * Adds the gradient of a block of a matrix that was multiplied by a left operand, one or several
   * vectors for each row.
   */
  void add(Rows leftRows, Block block, int vectors, Rows cotangent) {
    Rows left = leftRows.vectors(vectors);
    Rows d = cotangent.vectors(vectors);
    int count = total * vectors;
    TapeTensor matrix = run.values().of(block.value());
    if (!matrix.differentiable() || total == 0) {
      return;
    }
    TapeTensor target = matrix.gradientTarget();
    int stride = target.shape().columns();
    if (block.transposed()) {
      // dW = d^T x left: the operands are exchanged.
      MatrixProduct product =
          outer(block.columns(), block.rows(), count, d.stride(), left.stride(), stride);
      if (!run.tape().computes()) {
        run.tape().tally().pack(product);
        return;
      }
      backend.multiply(
          product,
          d.array(),
          d.offset(),
          left.array(),
          left.offset(),
          target.data(),
          target.offset() + block.offset(stride),
          run.tape().workers());
      return;
    }
    if (!run.tape().computes()) {
      int columns = Math.min(d.stride(), COLUMNS * Math.ceilDiv(panels(d), cuts(d, 1)));
      int k = Math.min(STRETCH, count);
      run.tape()
          .tally()
          .packInTasks(outer(block.rows(), columns, k, left.stride(), d.stride(), stride));
      return;
    }
    Part part = new Part(target, left, block.row(), block.rows(), block.column(), block.columns());
    for (Group group : groups) {
      if (group.count() == count && group.d().isSame(d)) {
        group.parts().add(part);
        return;
      }
    }
    groups.add(new Group(d, count, new ArrayList<>(List.of(part))));
  }

  private static MatrixProduct outer(int m, int n, int k, int strideA, int strideB, int strideC) {
    return new MatrixProduct(m, n, k, true, false, strideA, strideB, strideC, true);
  }

  /** A range of columns of all products of a group or, if there are few, a share of their rows. */
  private record Task(Group group, int column, int columns, int share, int shares) {}

  /** Runs all groups in parallel, except that groups with overlapping parts run in sequence. */
  void run() {
    List<Group> together = new ArrayList<>();
    for (Group group : groups) {
      if (meetsAny(group, together)) {
        run(together);
        together.clear();
      }
      together.add(group);
    }
    run(together);
  }

  private static boolean meetsAny(Group group, List<Group> others) {
    for (Group other : others) {
      if (group.meets(other)) {
        return true;
      }
    }
    return false;
  }

  private static int panels(Rows d) {
    return Math.ceilDiv(d.stride(), COLUMNS);
  }

  /** Ranges into which the columns are cut of each of so many groups that run together. */
  private int cuts(Rows d, int groups) {
    int threads = run.tape().workers().threads();
    int wanted = Math.ceilDiv(TASKS_A_THREAD * threads, groups);
    return threads == 1 ? 1 : Math.min(wanted, panels(d));
  }

  private void run(List<Group> together) {
    int threads = run.tape().workers().threads();
    List<Task> tasks = new ArrayList<>();
    long work = 0;
    for (Group group : together) {
      int width = group.d().stride();
      int panels = panels(group.d());
      int cuts = cuts(group.d(), together.size());
      int shares = together.size() * cuts < threads ? threads : 1;
      for (int i = 0; i < cuts; i++) {
        int from = COLUMNS * (panels * i / cuts);
        int to = Math.min(width, COLUMNS * (panels * (i + 1) / cuts));
        for (int share = 0; share < shares; share++) {
          tasks.add(new Task(group, from, to - from, share, shares));
        }
      }
      work += (long) group.count() * width * group.rows();
    }
    run.share(tasks.size(), work, i -> multiply(tasks.get(i)));
  }

  private void multiply(Task task) {
    for (int row = 0; row < task.group().count(); row += STRETCH) {
      for (Part part : task.group().parts()) {
        // The division does not change the bits.
        int shares = Math.max(1, Math.min(task.shares(), part.rows() / LEAST_ROWS));
        if (task.share() < shares) {
          int from = part.rows() * task.share() / shares;
          int to = part.rows() * (task.share() + 1) / shares;
          multiply(task, part, row, from, to - from);
        }
      }
    }
  }

  private void multiply(Task task, Part part, int row, int from, int rows) {
    Rows d = task.group().d();
    Rows left = part.left();
    int k = Math.min(STRETCH, task.group().count() - row);
    int stride = part.stride();
    backend.multiply(
        outer(rows, task.columns(), k, left.stride(), d.stride(), stride),
        left.array(),
        left.offset() + row * left.stride() + from,
        d.array(),
        d.offset() + row * d.stride() + task.column(),
        part.target().data(),
        part.offset() + from * stride + task.column(),
        Workers.ALONE);
  }
}
