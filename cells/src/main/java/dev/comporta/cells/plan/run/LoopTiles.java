package dev.comporta.cells.plan.run;

import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Program;
import dev.comporta.cells.plan.program.Reach;

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
        each += instruction.cost(region.width(), reach.positions());
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
      for (Compiled.HoistedProduct product : hoisted.products()) {
        each += (long) product.right().rows() * product.right().columns();
      }
    }
    return each;
  }
}
