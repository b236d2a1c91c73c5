package dev.comporta.cells.explain;

import java.util.List;
import org.apiguardian.api.API;

/**
 * How the step of a cell was planned. Operations are counted for one timestep of one row of the
 * batch; a multiply-add counts as two, an element-wise function as one for each element.
 *
 * @param hoisted products done before the loop for all timesteps at once
 * @param merged products inside the loop that read one left operand, forward and then backward
 * @param forwardRegions element-wise regions of the forward program, in order
 * @param backwardRegions the same of the backward program
 * @param saved values stored at every timestep for the backward program, besides the state
 * @param recomputed values that the backward program computes again
 * @param weightGradients products over all timesteps, done after the backward loop
 * @param forward operations of the forward program
 * @param backward operations of the backward program with the gradients of parameters and of the
 *     input
 * @param timestepFloats floats that each timestep of each row keeps
 */
@API(status = API.Status.EXPERIMENTAL)
public record PlanDescription(
    List<MergedProducts> hoisted,
    List<MergedProducts> merged,
    List<Region> forwardRegions,
    List<Region> backwardRegions,
    List<Values> saved,
    List<Values> recomputed,
    List<MergedProducts> weightGradients,
    Operations forward,
    Operations backward,
    long timestepFloats) {

  /**
   * Products done together.
   *
   * @param pass {@code forward} or {@code backward}
   * @param left what the left operand is, in words
   * @param right what the right operands are: names of parameters, or their operations
   * @param inner columns of the left operand
   * @param columns columns of each product
   * @param summed true if the products have different left operands and are added into one sum;
   *     false if they have one left operand, which is read once
   */
  public record MergedProducts(
      String pass,
      String left,
      List<String> right,
      int inner,
      List<Integer> columns,
      boolean summed) {
    /**
     * Operations for one row.
     *
     * @return two for each multiply-add
     */
    public double operations() {
      return 2.0 * inner * columns.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * Element-wise instructions that run together, piece by piece in the first-level cache.
   *
   * @param instructions how many
   * @param planes how many different planes they read or write
   * @param width columns of the widest
   */
  public record Region(int instructions, int planes, int width) {}

  /**
   * Values of one kind.
   *
   * @param what what computes them, such as {@code sigmoid}
   * @param width columns of each
   * @param count how many
   */
  public record Values(String what, int width, int count) {}

  /**
   * Operations on floats.
   *
   * @param products of matrix products
   * @param elementwise of element-wise functions and sums over rows
   */
  public record Operations(double products, double elementwise) {
    /**
     * All of them.
     *
     * @return the sum
     */
    public double total() {
      return products + elementwise;
    }
  }
}
