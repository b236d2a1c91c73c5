package dev.comporta.testkit;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Runs a layer in double precision, row by row and timestep by timestep, so that there is no
 * padding, and computes its gradient by central differences.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ExactRun {
  private static final double STEP = 1e-5;

  private ExactRun() {}

  /**
   * Computes the outputs in double precision.
   *
   * @param problem the layer and its inputs
   * @return {@code y} and {@code carry.NAME}
   */
  public static Map<String, double[]> outputs(Problem problem) {
    return outputs(problem, inDouble(problem));
  }

  /** A copy of the inputs. */
  private static Map<String, double[]> inDouble(Problem problem) {
    Map<String, double[]> values = new LinkedHashMap<>();
    problem
        .values()
        .forEach(
            (name, data) -> values.put(name, ExactTensor.of(Shape.of(data.length), data).values()));
    return values;
  }

  private static Map<String, double[]> outputs(Problem problem, Map<String, double[]> values) {
    Function<String, ExactTensor> in =
        name -> ExactTensor.of(problem.shape(name), Named.get(values, name));
    Map<String, Tensor> carry = new LinkedHashMap<>();
    problem
        .layer()
        .carry()
        .forEach(part -> carry.put(part.name(), in.apply(Problem.carry(part.name()))));
    Layer.Output output =
        problem
            .layer()
            .forward(
                problem.sequence(in),
                CellState.of(carry),
                new Context(in, problem.training(), problem.noise()));
    Map<String, double[]> outputs = new LinkedHashMap<>();
    outputs.put(Problem.Y, values(output.sequence().values()));
    output.carry().parts().forEach((name, part) -> outputs.put(Problem.carry(name), values(part)));
    return outputs;
  }

  private static double[] values(Tensor tensor) {
    return ((ExactTensor) tensor).values();
  }

  /**
   * The gradient of {@code sum <output, cotangent>} with respect to one of the inputs.
   *
   * @param problem the layer and its inputs
   * @param name the input's name
   * @param cotangents the cotangents of the outputs by name
   * @return one number for each of the input's
   */
  public static double[] gradient(Problem problem, String name, Map<String, float[]> cotangents) {
    Map<String, double[]> values = inDouble(problem);
    double[] changed = Named.get(values, name);
    double[] gradient = new double[changed.length];
    for (int i = 0; i < changed.length; i++) {
      double before = changed[i];
      changed[i] = before + STEP;
      double more = product(outputs(problem, values), cotangents);
      changed[i] = before - STEP;
      double less = product(outputs(problem, values), cotangents);
      changed[i] = before;
      gradient[i] = (more - less) / (2 * STEP);
    }
    return gradient;
  }

  /**
   * The same along one direction, which needs two runs for any number of elements: the slope of
   * {@code sum <output, cotangent>}.
   *
   * @param problem the layer and its inputs
   * @param name the input's name
   * @param direction one number for each of the input's
   * @param cotangents the cotangents of the outputs by name
   * @return the slope
   */
  public static double slope(
      Problem problem, String name, double[] direction, Map<String, float[]> cotangents) {
    Map<String, double[]> values = inDouble(problem);
    double[] before = Named.get(values, name);
    values.put(name, moved(before, direction, STEP));
    double more = product(outputs(problem, values), cotangents);
    values.put(name, moved(before, direction, -STEP));
    return (more - product(outputs(problem, values), cotangents)) / (2 * STEP);
  }

  private static double[] moved(double[] from, double[] direction, double step) {
    double[] to = from.clone();
    for (int i = 0; i < to.length; i++) {
      to[i] += step * direction[i];
    }
    return to;
  }

  private static double product(Map<String, double[]> outputs, Map<String, float[]> cotangents) {
    double sum = 0;
    for (Map.Entry<String, float[]> entry : cotangents.entrySet()) {
      double[] output = Named.get(outputs, entry.getKey());
      for (int i = 0; i < output.length; i++) {
        sum += output[i] * entry.getValue()[i];
      }
    }
    return sum;
  }

  private record Context(
      Function<String, ExactTensor> parameters, boolean training, RandomSource random)
      implements LayerContext {
    @Override
    public Tensor parameter(String name) {
      return parameters.apply(name);
    }

    @Override
    public Tensor dropoutMask(String name, float rate, Shape shape) {
      return mask(name, rate, shape, 0);
    }

    private ExactTensor mask(String name, float rate, Shape shape, long first) {
      float[] mask = new float[shape.count()];
      Arrays.fill(mask, 1);
      if (training && rate > 0) {
        RandomSource stream = random.stream(name);
        float kept = 1 / (1 - rate);
        for (int i = 0; i < mask.length; i++) {
          mask[i] = stream.uniform(first + i) < rate ? 0 : kept;
        }
      }
      return ExactTensor.of(shape, mask);
    }

    @Override
    public Layer.Output unroll(
        Cell cell, String prefix, Sequence input, CellState initial, boolean reverse) {
      int timesteps = input.timesteps();
      int batch = input.batch();
      int[] lengths = input.lengths();
      double[] y = new double[timesteps * batch * cell.outputSize()];
      Map<String, double[]> after = new LinkedHashMap<>();
      initial.parts().forEach((name, part) -> after.put(name, values(part).clone()));
      Context noise = new Context(parameters, training, random.stream(prefix));
      for (int b = 0; b < batch; b++) {
        CellState state = row(cell, initial, b);
        int length = lengths == null ? timesteps : lengths[b];
        for (int i = 0; i < length; i++) {
          int t = reverse ? length - 1 - i : i;
          Tensor x =
              input.values().slice(0, t, t + 1).slice(1, b, b + 1).reshape(1, cell.inputSize());
          Cell.Step step = cell.step(x, state, new RowContext(noise, prefix, t, b, batch));
          state = step.state();
          copy(values(step.output()), y, t * batch + b);
        }
        int row = b;
        state.parts().forEach((name, part) -> copy(values(part), Named.get(after, name), row));
      }
      Map<String, Tensor> carry = new LinkedHashMap<>();
      after.forEach((name, values) ->
          carry.put(name, ExactTensor.of(Shape.of(batch, values.length / batch), values)));
      Shape shape = Shape.of(timesteps, batch, cell.outputSize());
      return new Layer.Output(input.withValues(ExactTensor.of(shape, y)), CellState.of(carry));
    }

    private static CellState row(Cell cell, CellState state, int row) {
      Map<String, Tensor> parts = new LinkedHashMap<>();
      cell.state()
          .forEach(part -> parts.put(part.name(), state.get(part.name()).slice(0, row, row + 1)));
      return CellState.of(parts);
    }

    private static void copy(double[] from, double[] to, int row) {
      System.arraycopy(from, 0, to, row * from.length, from.length);
    }
  }

  /** One row at one timestep; its masks are slices of the batch's masks. */
  private record RowContext(Context outer, String prefix, int t, int row, int batch)
      implements StepContext {
    @Override
    public Tensor parameter(String name) {
      return outer.parameter(prefix + name);
    }

    @Override
    public Tensor memory(String name) {
      throw new IllegalArgumentException(name);
    }

    @Override
    public @Nullable Tensor memoryMask(String name) {
      throw new IllegalArgumentException(name);
    }

    @Override
    public boolean training() {
      return outer.training();
    }

    @Override
    public Tensor dropoutMask(String name, float rate, int size) {
      return outer.mask(name, rate, Shape.of(1, size), ((long) t * batch + row) * size);
    }

    @Override
    public Tensor sequenceDropoutMask(String name, float rate, int size) {
      return outer.mask(name, rate, Shape.of(1, size), (long) row * size);
    }

    @Override
    public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
      return outer.mask(name, rate, shape, 0);
    }

    @Override
    public Tensor observe(String name, Tensor value) {
      return value;
    }
  }
}
