package dev.comporta.cells.explain;

import org.apiguardian.api.API;

/**
 * The floats that a training holds, known before anything is allocated.
 *
 * @param parameters elements of all parameters
 * @param slots the optimizer's arrays for each parameter element
 * @param workspaceUsed values and gradients of one training step
 * @param workspaceHeld the arrays in which they lie; these grow by doubling
 * @param packed matrices rearranged for the products of plans
 * @param carry the state between chunks
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemoryForecast(
    long parameters, int slots, long workspaceUsed, long workspaceHeld, long packed, long carry) {
  /**
   * What is held besides parameters, gradients and slots.
   *
   * @return floats
   */
  public long activations() {
    return workspaceHeld + packed + carry;
  }

  /**
   * All floats of a training: parameters with their gradients and the optimizer's slots, and what a
   * step works in.
   *
   * @return bytes
   */
  public long bytes() {
    return Float.BYTES * (parameters * (2 + slots) + activations());
  }
}
