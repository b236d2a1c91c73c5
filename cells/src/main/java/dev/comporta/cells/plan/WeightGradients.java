package dev.comporta.cells.plan;

import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients of the matrices of a plan, {@code dW += left^T x d} over all timesteps. Products
 * with one left operand, such as those of the gates, read it once: it is cut into blocks of rows
 * and timesteps, and each block meets all cotangents while it is packed.
 */
final class WeightGradients {
  /** Timesteps times rows that are multiplied at once: what a backend packs of a left operand. */
  static final int CHUNK = 1024;

  /** Rows of the gradient that one task computes at most. */
  private static final int BLOCK = 112;

  private final SequenceRun run;
  private final TensorBackend backend;
  private final List<Group> groups = new ArrayList<>();

  WeightGradients(SequenceRun run) {
    this.run = run;
    this.backend = run.tape().backend();
  }

  /** A block of a gradient: {@code target[row.., column..] += left^T x d}. */
  private record Part(TapeTensor target, int offset, Rows d) {}

  /** All parts with one left operand. */
  private record Group(Rows left, int rows, List<Part> parts) {}

  /** Adds the gradient of a block of a matrix that was multiplied by a left operand. */
  void add(Rows left, Plane.Block block, Rows d) {
    TapeTensor matrix = run.values().of(block.node());
    if (!matrix.differentiable() || run.rows().total() == 0) {
      return;
    }
    TapeTensor target = matrix.gradientTarget();
    int stride = target.shape().columns();
    if (block.transposed()) {
      // dW = d^T x left: the operands change places.
      int at = target.offset() + block.offset(stride);
      backend.multiply(
          new MatrixProduct(
              block.columns(),
              block.rows(),
              run.rows().total(),
              true,
              false,
              d.stride(),
              left.stride(),
              stride,
              true),
          d.array(),
          d.offset(),
          left.array(),
          left.offset(),
          target.data(),
          at,
          run.tape().workers());
      return;
    }
    int at = target.offset() + block.offset(stride);
    Part part = new Part(target, at, d);
    for (Group group : groups) {
      if (group.left().isSame(left) && group.rows() == block.rows()) {
        group.parts().add(part);
        return;
      }
    }
    groups.add(new Group(left, block.rows(), new ArrayList<>(List.of(part))));
  }

  void run() {
    groups.forEach(this::run);
  }

  private void run(Group group) {
    int total = run.rows().total();
    int chunks = (total + CHUNK - 1) / CHUNK;
    int parts = group.parts().size();
    PackedMatrix[] packed = new PackedMatrix[chunks * parts];
    for (int i = 0; i < packed.length; i++) {
      int count = Math.min(CHUNK, total - i / parts * CHUNK);
      packed[i] = run.scratchMatrix(count, group.parts().get(i % parts).d().stride(), i);
    }
    long floats = (long) total * group.parts().stream().mapToInt(part -> part.d().stride()).sum();
    run.share(
        packed.length,
        floats,
        i -> {
          Rows d = group.parts().get(i % parts).d();
          int from = d.offset() + i / parts * CHUNK * d.stride();
          backend.pack(packed[i], false, d.array(), from, d.stride());
        });
    int tasks = tasks(group.rows());
    run.share(
        tasks,
        floats * group.rows(),
        task -> {
          int from = (int) ((long) group.rows() * task / tasks);
          int to = (int) ((long) group.rows() * (task + 1) / tasks);
          multiply(group, packed, from, to);
        });
  }

  /** A multiple of the threads, so that they finish together; the cut does not change the bits. */
  private int tasks(int rows) {
    int threads = run.tape().workers().threads();
    int least = (rows + BLOCK - 1) / BLOCK;
    int tasks = (least + threads - 1) / threads * threads;
    return Math.max(1, Math.min(tasks, rows / 4));
  }

  private void multiply(Group group, PackedMatrix[] packed, int from, int to) {
    Rows left = group.left();
    int parts = group.parts().size();
    for (int i = 0; i < packed.length; i++) {
      Part part = group.parts().get(i % parts);
      int stride = part.target().shape().columns();
      backend.multiplyPacked(
          true,
          i % parts > 0,
          to - from,
          left.array(),
          left.offset() + i / parts * CHUNK * left.stride() + from,
          left.stride(),
          packed[i],
          null,
          0,
          true,
          part.target().data(),
          part.offset() + from * stride,
          stride);
    }
  }
}
