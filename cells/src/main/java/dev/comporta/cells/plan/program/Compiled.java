package dev.comporta.cells.plan.program;

import dev.comporta.cells.explain.PlanDescription;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled step: all that a run or a stream needs to know of it. It depends neither on the number
 * of timesteps nor on the number of rows.
 *
 * @param buffers the buffers of the programs
 * @param forward the program of every timestep
 * @param backward the backward program, from the last timestep to the first
 * @param hoisted the sums whose products of inputs are computed before the loop
 * @param states the places of the parts of the next state
 * @param output the place of the output
 * @param observed the places of the observed values, by name
 * @param observable the names of all values that can be observed
 * @param sinks the uses of cotangents after the backward loop
 * @param overwritesOutputCotangent whether the backward program overwrites the cotangent of the
 *     output
 * @param describer describes the step for users
 */
public record Compiled(
    Buffers buffers,
    Program forward,
    Program backward,
    List<Hoisted> hoisted,
    Map<String, Place> states,
    Place output,
    Map<String, Place> observed,
    List<String> observable,
    Sinks sinks,
    boolean overwritesOutputCotangent,
    Describer describer) {

  /** Describes a step, which only explanations and estimates ask for; streams have none. */
  public interface Describer {
    /** The description, with or without the gradient of the input; thread-safe. */
    PlanDescription describe(boolean inputGradient);
  }

  /** A product for all timesteps at once: a value that depends on inputs only, times a block. */
  public record HoistedProduct(Value left, Block right) {}

  /**
   * A sum that starts from hoisted products.
   *
   * @param products the products
   * @param vectors the parameter vectors that are added
   * @param place where the sum is stored
   */
  public record Hoisted(List<HoistedProduct> products, List<Bias> vectors, Place place) {
    /** The number of columns. */
    public int width() {
      return place.width();
    }
  }

  /** {@code dRight += left^T x cotangent} over all timesteps, and over all vectors of each row. */
  public record WeightSink(Place left, Block right, int vectors, Place cotangent) {}

  /** The same for a hoisted product, whose left operand may need a gradient too. */
  public record HoistedSink(Value left, Block right, Place cotangent) {}

  /**
   * {@code dVector += column sums of cotangent} over all timesteps.
   *
   * @param vector the vector
   * @param from its first column
   * @param cotangent the cotangent
   * @param factor what each element of the cotangent is multiplied by before, or null
   */
  public record VectorSink(Value vector, int from, Place cotangent, @Nullable Place factor) {}

  /** The cotangent of columns of a value computed before the loop. */
  public record BeforeSink(Value value, int from, Place cotangent) {}

  /**
   * All uses of cotangents after the backward loop.
   *
   * @param weights gradients of the right operands of the loop's products
   * @param hoisted gradients of both operands of hoisted products
   * @param vectors gradients of parameter vectors
   * @param before gradients of values of all timesteps
   * @param remembered gradients of vectors of memories, the same at all timesteps
   */
  public record Sinks(
      List<WeightSink> weights,
      List<HoistedSink> hoisted,
      List<VectorSink> vectors,
      List<BeforeSink> before,
      List<BeforeSink> remembered) {
    /** No gradients. */
    public static final Sinks NONE =
        new Sinks(List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** Describes the step, with or without the gradient of the input. */
  public PlanDescription describe(boolean inputGradient) {
    return describer.describe(inputGradient);
  }
}
