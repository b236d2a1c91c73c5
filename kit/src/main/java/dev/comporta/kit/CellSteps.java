package dev.comporta.kit;

import static dev.comporta.testkit.Named.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.testkit.ExactTensor;
import dev.comporta.testkit.Problem;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Single steps of a cell in double precision, outside training. */
final class CellSteps implements StepContext {
  private static final int ROWS = 3;

  private final Cell cell;
  private final Map<String, ExactTensor> parameters = new LinkedHashMap<>();

  private CellSteps(Cell cell) {
    this.cell = cell;
    for (ParameterSpec spec : cell.parameters()) {
      parameters.put(spec.name(), normal(spec.shape(), spec.name()));
    }
  }

  static CellSteps of(Cell cell) {
    return new CellSteps(cell);
  }

  private static ExactTensor normal(Shape shape, String name) {
    return ExactTensor.of(shape, Problem.normal(shape.count(), 0.5, LayerRuns.RANDOM, name));
  }

  private Cell.Step step() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (StateSpec part : cell.state()) {
      state.put(part.name(), normal(Shape.of(ROWS, part.size()), "state." + part.name()));
    }
    return cell.step(normal(Shape.of(ROWS, cell.inputSize()), "x"), CellState.of(state), this);
  }

  void requireDeclaredShapes() {
    Cell.Step step = step();
    assertThat(sizes(step.output().shape()))
        .as("shape of the output")
        .isEqualTo(List.of(ROWS, cell.outputSize()));
    assertThat(step.state().parts().keySet())
        .as("parts of the next state")
        .containsExactlyInAnyOrderElementsOf(cell.state().stream().map(StateSpec::name).toList());
    for (StateSpec part : cell.state()) {
      assertThat(sizes(step.state().get(part.name()).shape()))
          .as("shape of the next " + part.name())
          .isEqualTo(List.of(ROWS, part.size()));
    }
  }

  private static List<Integer> sizes(Shape shape) {
    Integer[] sizes = new Integer[shape.rank()];
    Arrays.setAll(sizes, shape::size);
    return List.of(sizes);
  }

  void requirePure() {
    Map<String, double[]> first = values(step());
    Map<String, double[]> second = values(step());
    first.forEach((name, values) ->
        assertThat(get(second, name)).as(name + " of the same step again").isEqualTo(values));
  }

  private static Map<String, double[]> values(Cell.Step step) {
    Map<String, double[]> values = new LinkedHashMap<>();
    values.put("output", ((ExactTensor) step.output()).values().clone());
    step.state()
        .parts()
        .forEach(
            (name, part) -> values.put("state " + name, ((ExactTensor) part).values().clone()));
    return values;
  }

  @Override
  public Tensor parameter(String name) {
    return get(parameters, name); // fails if the step reads what is not declared
  }

  @Override
  public Tensor memory(String name) {
    throw new AssertionError("the step reads the memory '" + name + "', which the kit has not");
  }

  @Override
  public @Nullable Tensor memoryMask(String name) {
    throw new AssertionError("the step reads the memory '" + name + "', which the kit has not");
  }

  @Override
  public boolean training() {
    return false;
  }

  @Override
  public Tensor dropoutMask(String name, float rate, int size) {
    return ones(Shape.of(ROWS, size));
  }

  @Override
  public Tensor sequenceDropoutMask(String name, float rate, int size) {
    return ones(Shape.of(ROWS, size));
  }

  @Override
  public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
    return ones(shape);
  }

  private static ExactTensor ones(Shape shape) {
    double[] ones = new double[shape.count()];
    Arrays.fill(ones, 1);
    return ExactTensor.of(shape, ones);
  }

  @Override
  public Tensor observe(String name, Tensor value) {
    return value;
  }
}
