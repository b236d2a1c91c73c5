package dev.comporta.cells.plan.run;

import dev.comporta.cells.plan.compile.Compiled;
import dev.comporta.cells.plan.compile.Instruction;
import dev.comporta.cells.plan.compile.MemoryInstruction;
import dev.comporta.cells.plan.compile.Program;
import dev.comporta.cells.plan.memory.Reach;
import dev.comporta.cells.plan.planes.Plane;

/**
 * Chooses the number of tiles into which the rows of a batch are divided for the loop over time.
 * Rows are independent, so each tile can run the whole loop on its own thread if there is enough
 * work.
 */
final class LoopTiles {
  /** The smallest tile: fewer rows use the packed weights inefficiently. */
  private static final int LEAST_TILE = 4;

  /** The number of multiply-adds of a whole loop below which a second thread does not pay off. */
  private static final long LEAST_WORK = 1 << 19;

  /**
   * The same for one timestep: at the border between tiles, threads write to the same cache lines,
   * which costs about a microsecond per timestep.
   */
  private static final long LEAST_TIMESTEP_WORK = 1 << 18;

  private LoopTiles() {}

  /** The number of tiles, at most one per thread. */
  static int count(Compiled compiled, RowLayout rows, Reach reach, int threads) {
    int most = Math.min(threads, rows.batch() / LEAST_TILE);
    long work = work(compiled, rows, reach);
    boolean small = work < LEAST_WORK || work < LEAST_TIMESTEP_WORK * rows.timesteps();
    return small ? 1 : Math.max(1, most);
  }

  private static long work(Compiled compiled, RowLayout rows, Reach reach) {
    long each = compiled.forward().blocks().isEmpty() ? hoistedWork(compiled) : 0;
    for (Program.Region region : compiled.forward().regions()) {
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof Instruction.Products products) {
          for (Plane.Block block : products.right()) {
            each += (long) block.rows() * block.columns();
          }
        } else if (instruction instanceof MemoryInstruction memory) {
          each += memory.program().cost(reach.positions());
        } else {
          each += 16L * region.width();
        }
      }
    }
    return each * rows.total();
  }

  /**
   * The products of inputs, which the loop may compute as well: without recurrent products they are
   * most of the work.
   */
  private static long hoistedWork(Compiled compiled) {
    long each = 0;
    for (Compiled.Hoisted hoisted : compiled.hoisted()) {
      for (Plane.HoistedProduct product : hoisted.sum().hoisted()) {
        each += (long) product.right().rows() * product.right().columns();
      }
    }
    return each;
  }
}
