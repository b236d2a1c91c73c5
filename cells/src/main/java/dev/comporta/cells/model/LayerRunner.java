package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.tensor.Exclusive;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Runs single layers on a tape of the caller, with parameters and carry as tensors of that tape:
 * for comparisons, and for models that are not a plain sequence of layers. Gradients flow into
 * those that are variables. Must be used by the thread of its tape.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class LayerRunner {
  private final Tape tape;
  private final Unroller unroller;
  private final Exclusive use =
      new Exclusive("layer", "give each thread a tape and a runner of its own");

  /**
   * Creates a runner.
   *
   * @param tape the tape
   * @param execution whether cells run by plan or by definition
   */
  public LayerRunner(Tape tape, Execution execution) {
    this(tape, Unroller.of(execution));
  }

  LayerRunner(Tape tape, Unroller unroller) {
    this.tape = tape;
    this.unroller = unroller;
  }

  /**
   * Outputs of a layer and gradients.
   *
   * @param outputs the output {@code y} and the state after, {@code carry.NAME}
   * @param gradients by the names of the inputs; zeros for an input without influence
   * @param lengths those of the output's rows, or null if none is padded
   */
  @SuppressWarnings("ArrayRecordComponent") // owned by the caller
  public record Products(
      Map<String, float[]> outputs, Map<String, float[]> gradients, int @Nullable [] lengths) {}

  /**
   * Runs a layer forward and backward (a vector-Jacobian product): the gradients of {@code sum
   * <output, cotangent>}. The tape is not reset.
   *
   * @param layer the layer
   * @param shape the shape of {@code x}, {@code [T, B, I]}; not used for ids
   * @param ids the input of a layer that reads ids, {@code [T, B]}; null for features
   * @param lengths one length for each row, or null if no row is padded
   * @param values the inputs: {@code x} if it is features, every parameter by its name, and every
   *     part of the state to start from as {@code carry.NAME}, {@code [B, size]}
   * @param training whether masks are drawn
   * @param random the stream of the masks
   * @param cotangents by the names of the outputs; none leaves the gradients zero
   * @return the outputs, and a gradient for each of the values
   * @throws dev.comporta.api.ComportaException if something does not fit the layer
   */
  public Products products(
      Layer layer,
      Shape shape,
      @Nullable Ids ids,
      int @Nullable [] lengths,
      Map<String, float[]> values,
      boolean training,
      RandomSource random,
      Map<String, float[]> cotangents) {
    Map<String, TapeTensor> in = new LinkedHashMap<>();
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (ParameterSpec spec : layer.parameters()) {
      TapeTensor parameter = variable(spec.name(), spec.shape(), values);
      in.put(spec.name(), parameter);
      parameters.put(spec.name(), parameter);
    }
    Sequence input;
    if (ids == null) {
      TapeTensor x = variable("x", shape, values);
      in.put("x", x);
      input = Sequence.of(x, lengths);
    } else {
      input = Sequence.of(ids, lengths);
    }
    Map<String, Tensor> carry = new LinkedHashMap<>();
    for (StateSpec part : layer.carry()) {
      String name = "carry." + part.name();
      in.put(name, variable(name, Shape.of(input.batch(), part.size()), values));
      carry.put(part.name(), in.get(name));
    }
    Layer.Output output = forward(layer, input, CellState.of(carry), parameters, training, random);

    Map<String, TapeTensor> out = new LinkedHashMap<>();
    out.put("y", (TapeTensor) output.sequence().values());
    output.carry().parts().forEach((name, part) -> out.put("carry." + name, (TapeTensor) part));
    Map<String, float[]> outputs = new LinkedHashMap<>();
    out.forEach((name, tensor) -> outputs.put(name, tensor.toArray()));
    cotangents.forEach((name, cotangent) -> {
      TapeTensor result = out.get(name);
      if (result == null) {
        throw new UnknownNameException("output", name, out.keySet());
      }
      tape.accumulate(result, tape.constant(result.shape(), cotangent, 0));
    });
    tape.walkBack();
    Map<String, float[]> gradients = new LinkedHashMap<>();
    in.forEach((name, tensor) -> {
      TapeTensor gradient = tensor.gradient();
      gradients.put(
          name, gradient == null ? new float[tensor.shape().count()] : gradient.toArray());
    });
    return new Products(outputs, gradients, output.sequence().lengths());
  }

  private TapeTensor variable(String name, Shape shape, Map<String, float[]> values) {
    float[] given = values.get(name);
    if (given == null) {
      throw new UnknownNameException("value", name, values.keySet());
    }
    if (given.length != shape.count()) {
      throw new ShapeException(
          formatted(
              "[layer] expected %d values for '%s' %s but got %d",
              shape.count(), name, shape, given.length));
    }
    return tape.variable(shape, given);
  }

  /**
   * Runs a layer.
   *
   * @param layer the layer
   * @param input features or ids with lengths
   * @param carry the state to start from, one part for each of {@link Layer#carry}, {@code [B,
   *     size]}; backward cells start from theirs at the last timestep
   * @param parameters one for each of {@link Layer#parameters}, by name
   * @param training whether masks are drawn
   * @param random the stream of the masks
   * @return the output and the state after
   * @throws dev.comporta.api.ComportaException if something does not fit the layer
   */
  public Layer.Output forward(
      Layer layer,
      Sequence input,
      CellState carry,
      Map<String, Tensor> parameters,
      boolean training,
      RandomSource random) {
    use.enter();
    try {
      return layer.forward(
          input, carry, new RunContext(tape, unroller, parameters, training, random));
    } finally {
      use.leave();
    }
  }
}
