package dev.comporta.cells.plan;

/**
 * Into how many tiles the rows of a batch are cut for the loop over time. Rows are independent, so
 * each tile goes through the whole loop on a thread of its own, if there is enough to do.
 */
final class LoopTiles {
  /** Rows below which a tile is not cut further: fewer rows use the packed weights badly. */
  private static final int LEAST_TILE = 4;

  /** Multiply-adds of a whole loop below which a second thread does not pay. */
  private static final long LEAST_WORK = 1 << 19;

  /**
   * The same for one timestep: where tiles meet, threads write to the same cache lines, which costs
   * about a microsecond at every timestep.
   */
  private static final long LEAST_TIMESTEP_WORK = 1 << 18;

  private LoopTiles() {}

  /** The number of tiles, at most one for each thread. */
  static int count(Compiled compiled, RowLayout rows, Reach reach, int threads) {
    int most = Math.min(threads, rows.batch() / LEAST_TILE);
    long work = work(compiled, rows, reach);
    boolean small = work < LEAST_WORK || work < LEAST_TIMESTEP_WORK * rows.timesteps();
    return small ? 1 : Math.max(1, most);
  }

  private static long work(Compiled compiled, RowLayout rows, Reach reach) {
    long each = 0;
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
}
