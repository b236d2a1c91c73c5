package dev.comporta.api.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.cell.MinimalGatedUnitExample.MinimalGatedUnit;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.UnaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example in the documentation of {@link Cell}, run on scalars. */
class CellExampleTest {
  @Test
  void declaresItsParametersAndState() {
    Cell cell = new MinimalGatedUnit(3, 2);
    assertThat(cell.parameters().stream().map(ParameterSpec::name))
        .containsExactly("Wf", "Uf", "bf", "Wn", "Un", "bn");
    assertThat(cell.parameters().stream().map(ParameterSpec::shape))
        .containsExactly(
            Shape.of(3, 2),
            Shape.of(2, 2),
            Shape.of(2),
            Shape.of(3, 2),
            Shape.of(2, 2),
            Shape.of(2));
    assertThat(cell.state()).containsExactly(StateSpec.zeros("h", 2));
    assertThat(cell.memories()).isEmpty();
  }

  @Test
  void computesTheEquations() {
    Cell cell = new MinimalGatedUnit(1, 1);
    Map<String, Float> p =
        Map.of("Wf", 0.5f, "Uf", -0.25f, "bf", 0.1f, "Wn", 0.75f, "Un", 1.5f, "bn", -0.2f);
    double x = 0.8;
    double h = -0.6;
    double f = 1 / (1 + Math.exp(-(0.5 * x - 0.25 * h + 0.1)));
    double n = Math.tanh(0.75 * x + 1.5 * f * h - 0.2);
    Cell.Step step =
        cell.step(new Numbered(x), CellState.of("h", new Numbered(h)), new Parameters(p));
    assertThat(((Numbered) step.output()).value).isCloseTo((1 - f) * h + f * n, within(1e-7));
    assertThat(step.state().get("h")).isSameAs(step.output());
  }

  @Test
  void aStateExposesItsParts() {
    CellState state = CellState.of("h", new Numbered(1), "c", new Numbered(2));
    assertThat(state.parts().keySet()).containsExactly("h", "c");
    assertThatThrownBy(() -> state.get("s"))
        .isInstanceOf(ShapeException.class)
        .hasMessage("[state] expected a part 's' but the state has [h, c]");
    assertThatThrownBy(() -> StateSpec.zeros("h", 0))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[state h] expected a size of 1 or more but got 0");
  }

  private record Parameters(Map<String, Float> values) implements StepContext {
    @Override
    public Tensor parameter(String name) {
      return new Numbered(values.get(name));
    }

    @Override
    public Tensor memory(String name) {
      throw new IllegalArgumentException(name);
    }

    @Override
    public Tensor memoryMask(String name) {
      throw new IllegalArgumentException(name);
    }

    @Override
    public boolean training() {
      return false;
    }

    @Override
    public Tensor dropoutMask(String name, float rate, int size) {
      return new Numbered(1);
    }

    @Override
    public Tensor sequenceDropoutMask(String name, float rate, int size) {
      return new Numbered(1);
    }

    @Override
    public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
      return new Numbered(1);
    }

    @Override
    public Tensor observe(String name, Tensor value) {
      return value;
    }
  }

  /** A tensor {@code [1, 1]}. */
  private record Numbered(double value) implements Tensor {
    @Override
    public Shape shape() {
      return Shape.of(1, 1);
    }

    @Override
    public Tensor apply(Op op, Tensor... others) {
      List<Double> b = new ArrayList<>();
      for (Tensor other : others) {
        b.add(((Numbered) other).value);
      }
      double result =
          switch (op) {
            case Op.Unary(UnaryFunction function) when function == UnaryFunction.SIGMOID ->
                1 / (1 + Math.exp(-value));
            case Op.Unary(UnaryFunction function) when function == UnaryFunction.TANH ->
                Math.tanh(value);
            case Op.Binary(BinaryFunction function) when function == BinaryFunction.ADD ->
                value + b.getFirst();
            case Op.Binary(BinaryFunction function) when function == BinaryFunction.MULTIPLY ->
                value * b.getFirst();
            case Op.Affine(float scale, float shift) -> scale * value + shift;
            case Op.MatMul _ -> value * b.getFirst();
            default -> throw new IllegalArgumentException(op.label());
          };
      return new Numbered(result);
    }

    @Override
    public float[] toArray() {
      return new float[] {(float) value};
    }

    @Override
    public Tensor constant(Shape shape, float number) {
      return new Numbered(number);
    }
  }
}
