package dev.comporta.lessons.play;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Unrolls a cell on the tape and keeps the gradient of everything inside it: of each value that the
 * cell observes, and of each part of its state.
 */
public final class Probe {
  private final Map<String, List<float[]>> values = new HashMap<>();
  private final Map<String, List<TapeTensor>> observed = new HashMap<>();
  private final Map<String, List<float[]>> gradients = new HashMap<>();
  private final Map<String, float[]> parameterGradients = new LinkedHashMap<>();

  private Probe() {}

  /** A term of the loss at one timestep. */
  @FunctionalInterface
  public interface Term {
    /**
     * The term as a scalar, or null if the output of this timestep does not enter the loss. The
     * context observes values and gives parameters that are not the cell's, {@code [H, n]}.
     */
    @Nullable Tensor of(int t, Tensor output, StepContext context);
  }

  /** The sum of the outputs of the last timestep. */
  public static Term lastSum(int timesteps) {
    return (t, output, _) -> t == timesteps - 1 ? output.sum() : null;
  }

  /**
   * Runs forward and backward.
   *
   * @param cell the specification of the cell
   * @param hidden H
   * @param parameters the values of each parameter
   * @param x the input of each timestep, {@code [T][B * I]}
   * @param rows B
   * @param loss the terms of the loss
   * @return values and gradients
   */
  public static Probe run(
      Spec cell, int hidden, Map<String, float[]> parameters, float[][] x, int rows, Term loss) {
    Cell built = Net.CATALOG.cell(cell, x[0].length / rows, hidden);
    Tape tape = new Tape(Net.CATALOG.backend("reference"), Workers.ALONE);
    tape.reset();
    tape.setRecording(true);
    Probe probe = new Probe();
    Context context = probe.new Context(tape, built, parameters);
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (StateSpec part : built.state()) {
      state.put(part.name(), tape.filled(Shape.of(rows, part.size()), 0));
    }
    Tensor total = tape.filled(Shape.of(), 0);
    for (int t = 0; t < x.length; t++) {
      Tensor input = tape.constant(Shape.of(rows, x[t].length / rows), x[t], 0);
      Cell.Step step = built.step(input, CellState.of(state), context);
      Tensor output = step.output();
      Map<String, Tensor> next = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> part : step.state().parts().entrySet()) {
        next.put(part.getKey(), context.observe("state." + part.getKey(), part.getValue()));
      }
      state = next;
      Tensor term = loss.of(t, output, context);
      total = term == null ? total : total.plus(term);
    }
    probe.values.computeIfAbsent("loss", _ -> new ArrayList<>()).add(total.toArray());
    tape.backward(total);
    probe.observed.forEach((name, tensors) ->
        probe.gradients.put(name, tensors.stream().map(Probe::gradientOf).toList()));
    return probe;
  }

  private static float[] gradientOf(TapeTensor tensor) {
    TapeTensor gradient = tensor.gradient();
    return gradient == null ? new float[tensor.shape().count()] : gradient.toArray();
  }

  /** The loss. */
  public double loss() {
    return value("loss", 0)[0];
  }

  /** An observed value; the state h is "state.h". */
  public float[] value(String name, int t) {
    return Objects.requireNonNull(values.get(name), name).get(t);
  }

  /** The gradient of an observed value. */
  public float[] gradient(String name, int t) {
    return Objects.requireNonNull(gradients.get(name), name).get(t);
  }

  /** The gradient of a parameter. */
  public float[] gradient(String parameter) {
    return Objects.requireNonNull(parameterGradients.get(parameter), parameter);
  }

  /** The Euclidean norm of the gradient of a value at each timestep. */
  public double[] norms(String name) {
    return Objects.requireNonNull(gradients.get(name), name).stream()
        .mapToDouble(Probe::norm)
        .toArray();
  }

  /** The Euclidean norm at each timestep of {@code [T, size]}. */
  public static double[] norms(float[] values, int size) {
    double[] norms = new double[values.length / size];
    Arrays.setAll(norms, t -> norm(Arrays.copyOfRange(values, t * size, (t + 1) * size)));
    return norms;
  }

  /** The Euclidean norm. */
  private static double norm(float[] vector) {
    double sum = 0;
    for (float element : vector) {
      sum += (double) element * element;
    }
    return Math.sqrt(sum);
  }

  /** Gives the cell its parameters, and keeps what it observes. */
  private final class Context implements StepContext {
    private final Map<String, Tensor> parameters = new HashMap<>();

    Context(Tape tape, Cell cell, Map<String, float[]> given) {
      Map<String, Shape> shapes = new HashMap<>();
      cell.parameters().forEach(spec -> shapes.put(spec.name(), spec.shape()));
      int hidden = cell.outputSize();
      given.forEach((name, data) -> {
        float[] gradient = new float[data.length];
        parameterGradients.put(name, gradient);
        Shape shape = shapes.getOrDefault(name, Shape.of(hidden, data.length / hidden));
        parameters.put(name, tape.variable(shape, data, 0, gradient, 0));
      });
    }

    @Override
    public Tensor parameter(String name) {
      return Objects.requireNonNull(parameters.get(name), name);
    }

    @Override
    public Tensor observe(String name, Tensor value) {
      values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value.toArray());
      observed.computeIfAbsent(name, _ -> new ArrayList<>()).add((TapeTensor) value);
      return value;
    }

    @Override
    public boolean training() {
      return false;
    }

    @Override
    public Tensor memory(String name) {
      throw new IllegalStateException("a cell of a lesson has no memory");
    }

    @Override
    public @Nullable Tensor memoryMask(String name) {
      return null;
    }

    @Override
    public Tensor dropoutMask(String name, float rate, int size) {
      throw new IllegalStateException("a cell of a lesson has no dropout");
    }

    @Override
    public Tensor sequenceDropoutMask(String name, float rate, int size) {
      throw new IllegalStateException("a cell of a lesson has no dropout");
    }

    @Override
    public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
      throw new IllegalStateException("a cell of a lesson has no dropout");
    }
  }
}
