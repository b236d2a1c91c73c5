package dev.comporta.cells.explain;

import org.apiguardian.api.API;

/**
 * The floats that a training holds, known before anything is allocated.
 *
 * @param parameters elements of all parameters
 * @param slots the optimizer's arrays for each parameter element
 * @param stepWorkspace values and gradients of the largest training step
 * @param evaluationWorkspace values of the largest measurement, in the same memory; 0 if there is
 *     none
 * @param workspaceHeld the arrays in which these lie; they grow by doubling
 * @param packed matrices rearranged for the products of plans
 * @param scratch where products outside of plans pack an operand
 * @param carry the state between chunks, of the training and of a measurement
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemoryForecast(
    long parameters,
    int slots,
    long stepWorkspace,
    long evaluationWorkspace,
    long workspaceHeld,
    long packed,
    long scratch,
    long carry) {
  /**
   * What is held besides parameters, gradients and slots.
   *
   * @return floats
   */
  public long activations() {
    return workspaceHeld + packed + scratch + carry;
  }

  /**
   * Parameters with their gradients and the optimizer's slots.
   *
   * @return bytes
   */
  public long learned() {
    return Float.BYTES * parameters * (2 + slots);
  }

  /**
   * All floats of a training: parameters with their gradients and the optimizer's slots, and what a
   * step works in.
   *
   * @return bytes
   */
  public long bytes() {
    return learned() + Float.BYTES * activations();
  }
}
