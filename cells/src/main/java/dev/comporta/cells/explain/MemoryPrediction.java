package dev.comporta.cells.explain;

import org.apiguardian.api.API;

/**
 * An estimate of the memory of a training run, before anything is allocated. Components are numbers
 * of floats.
 *
 * @param parameters the elements of all parameters
 * @param slots the number of the optimizer's state arrays, each as large as the parameters
 * @param stepWorkspace the values and gradients of the largest training step
 * @param evaluationWorkspace the values of the largest evaluation, in the same memory; 0 if there
 *     is none
 * @param workspaceHeld the capacity of the workspace's arrays, which grow by doubling
 * @param packed the packed matrices of plans
 * @param scratch the scratch memory in which the threads pack operands of products
 * @param carry the state between chunks, for training and for evaluation
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemoryPrediction(
    long parameters,
    int slots,
    long stepWorkspace,
    long evaluationWorkspace,
    long workspaceHeld,
    long packed,
    long scratch,
    long carry) {
  /**
   * All memory except parameters, gradients and slots.
   *
   * @return the number of floats
   */
  public long activations() {
    return workspaceHeld + packed + scratch + carry;
  }

  /**
   * The memory of the parameters, their gradients and the optimizer's slots.
   *
   * @return the number of bytes
   */
  public long learned() {
    return Float.BYTES * parameters * (2 + slots);
  }

  /**
   * The memory of the training run: parameters, gradients, the optimizer's slots and all other
   * memory of a step.
   *
   * @return the number of bytes
   */
  public long bytes() {
    return learned() + Float.BYTES * activations();
  }
}
