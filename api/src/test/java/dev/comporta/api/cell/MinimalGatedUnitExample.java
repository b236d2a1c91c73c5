package dev.comporta.api.cell;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/** The example in the documentation of {@link Cell}. */
final class MinimalGatedUnitExample {
  private MinimalGatedUnitExample() {}

  // @start region="cell"
  record MinimalGatedUnit(int inputSize, int outputSize) implements Cell {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.matrix("Wf", inputSize, outputSize),
          ParameterSpec.matrix("Uf", outputSize, outputSize),
          ParameterSpec.bias("bf", outputSize),
          ParameterSpec.matrix("Wn", inputSize, outputSize),
          ParameterSpec.matrix("Un", outputSize, outputSize),
          ParameterSpec.bias("bn", outputSize));
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("h", outputSize));
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext p) {
      Tensor h = state.get("h"); // [B, H]
      Tensor f = gate(x, "Wf", "bf", h, "Uf", p).sigmoid(); // [B, H]
      Tensor n = gate(x, "Wn", "bn", f.times(h), "Un", p).tanh(); // [B, H]
      Tensor hNext = f.complement().times(h).plus(f.times(n));
      return new Step(hNext, CellState.of("h", hNext));
    }

    private static Tensor gate(Tensor x, String w, String b, Tensor h, String u, StepContext p) {
      return x.matmul(p.parameter(w)).plus(p.parameter(b)).plus(h.matmul(p.parameter(u)));
    }
  }
  // @end
}
