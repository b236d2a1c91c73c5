package dev.comporta.api.cell;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** What a step can access in addition to its input and state. */
@API(status = API.Status.STABLE)
public interface StepContext {
  /**
   * A parameter of the cell.
   *
   * @param name as in {@link Cell#parameters}
   * @return the parameter
   * @throws dev.comporta.api.UnknownNameException if the cell did not declare it
   */
  Tensor parameter(String name);

  /**
   * A memory, which is constant over the sequence.
   *
   * @param name as in {@link Cell#memories}
   * @return the memory, {@code [B, S, n]} or {@code [B, n]}
   * @throws dev.comporta.api.UnknownNameException if the caller did not provide it
   */
  Tensor memory(String name);

  /**
   * The lengths of a memory as a mask.
   *
   * @param name the memory's name
   * @return {@code [B, S]}, 1 where the memory has a position and 0 where it is padding; null if no
   *     row is padded
   */
  @Nullable Tensor memoryMask(String name);

  /**
   * Whether the step is part of training. Noise such as dropout is applied in training only.
   *
   * @return true in training
   */
  boolean training();

  /**
   * A dropout mask that is sampled at every timestep: 0 with the given probability, otherwise
   * {@code 1 / (1 - rate)}.
   *
   * @param name identifies the mask; the same name gives the same mask within a timestep
   * @param rate the probability of 0, in [0, 1)
   * @param size the number of features per row
   * @return {@code [B, size]}; all ones when not training
   */
  Tensor dropoutMask(String name, float rate, int size);

  /**
   * A mask for variational dropout (Gal and Ghahramani 2016): sampled once per sequence and used at
   * all its timesteps.
   *
   * @param name identifies the mask
   * @param rate the probability of 0, in [0, 1)
   * @param size the number of features per row
   * @return {@code [B, size]}; all ones when not training
   */
  Tensor sequenceDropoutMask(String name, float rate, int size);

  /**
   * A mask for weight drop (Merity et al. 2018): sampled once per chunk and shared by its rows and
   * timesteps.
   *
   * @param name identifies the mask
   * @param rate the probability of 0, in [0, 1)
   * @param shape the shape of the parameter
   * @return a tensor of that shape; all ones when not training
   */
  Tensor parameterDropoutMask(String name, float rate, Shape shape);

  /**
   * Makes an intermediate value, such as a gate, available to callers at every timestep.
   *
   * @param name the name, unique within the step
   * @param value any tensor {@code [B, n]}
   * @return the same value
   */
  Tensor observe(String name, Tensor value);
}
