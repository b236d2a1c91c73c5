package dev.comporta.cells.explain;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Describes the plan of a cell's step. Operations are counted per timestep and row of the batch; a
 * multiply-add counts as two, an element-wise function as one per element.
 *
 * @param hoisted the products that are hoisted out of the loop and computed for all timesteps at
 *     once
 * @param merged the merged products inside the loop, forward and then backward
 * @param memories the programs inside the loop that run over the positions of memories, as
 *     attention does, forward and then backward
 * @param forwardRegions the element-wise regions of the forward program, in order
 * @param backwardRegions the element-wise regions of the backward program, in order
 * @param saved the values that are stored at every timestep for the backward program, besides the
 *     state
 * @param recomputed the values that the backward program recomputes
 * @param weightGradients the products over all timesteps after the backward loop
 * @param forward the operations of the forward program
 * @param backward the operations of the backward program, including the gradients of parameters and
 *     input
 * @param timestepFloats the floats stored per timestep and row
 */
@API(status = API.Status.EXPERIMENTAL)
public record PlanDescription(
    List<MergedProducts> hoisted,
    List<MergedProducts> merged,
    List<Memory> memories,
    List<Region> forwardRegions,
    List<Region> backwardRegions,
    List<Values> saved,
    List<Values> recomputed,
    List<MergedProducts> weightGradients,
    Operations forward,
    Operations backward,
    long timestepFloats) {

  /**
   * Products that are computed together.
   *
   * @param pass {@code forward} or {@code backward}
   * @param left a description of the left operand
   * @param right the right operands: names of parameters, or of their operations
   * @param inner the columns of the left operand
   * @param columns the columns of each product
   * @param summed true if the products have different left operands and are accumulated into one
   *     sum; false if they share one left operand, which is read once
   */
  public record MergedProducts(
      String pass,
      String left,
      List<String> right,
      int inner,
      List<Integer> columns,
      boolean summed) {
    /**
     * The operations per row.
     *
     * @return two per multiply-add
     */
    public double operations() {
      return 2.0 * inner * columns.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * What is computed over all positions of a memory, for one row of the batch after another. Its
   * operations are not among those counted for a timestep, because they depend on the positions.
   *
   * @param pass {@code forward} or {@code backward}
   * @param operations the number of operations, such as a softmax or a weighted sum of rows
   * @param width the columns that the loop reads of the result
   */
  public record Memory(String pass, int operations, int width) {}

  /**
   * Fused element-wise instructions, which run block by block in the L1 cache.
   *
   * @param instructions the number of instructions
   * @param planes the number of different planes that they read or write
   * @param width the columns of the widest plane
   */
  public record Region(int instructions, int planes, int width) {}

  /**
   * Values of one kind.
   *
   * @param what the operation that computes them, such as {@code sigmoid}
   * @param width the columns of each
   * @param count the number of values
   */
  public record Values(String what, int width, int count) {}

  /**
   * Floating-point operations.
   *
   * @param products the operations of matrix products
   * @param elementwise the operations of element-wise functions and sums over rows
   */
  public record Operations(double products, double elementwise) {
    /**
     * The total.
     *
     * @return the sum
     */
    public double total() {
      return products + elementwise;
    }
  }
}
