package example.plugin;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * How long a training step takes with a cell that a plug-in writes out, next to the same cell of
 * Comporta. It is run by name only: {@code mvn test -Dtest=CellSpeed}.
 */
class CellSpeed {
  private static final int T = 64;
  private static final int B = 32;
  private static final int I = 64;
  private static final int H = 128;
  private static final int ROUNDS = 60;

  /** The GRU of Cho et al. with the reset gate before the product, gate by gate. */
  private record PlainGru(int inputSize, int outputSize) implements Cell {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.matrix("W_r", inputSize, outputSize),
          ParameterSpec.matrix("W_z", inputSize, outputSize),
          ParameterSpec.matrix("W_n", inputSize, outputSize),
          ParameterSpec.matrix("U_r", outputSize, outputSize),
          ParameterSpec.matrix("U_z", outputSize, outputSize),
          ParameterSpec.matrix("U_n", outputSize, outputSize),
          ParameterSpec.bias("b_r", outputSize),
          ParameterSpec.bias("b_z", outputSize),
          ParameterSpec.bias("b_n", outputSize));
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("h", outputSize));
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext p) {
      Tensor h = state.get("h");
      Tensor r = sum("r", x, h, p).sigmoid();
      Tensor z = sum("z", x, h, p).sigmoid();
      Tensor n = sum("n", x, r.times(h), p).tanh();
      Tensor hNext = z.complement().times(n).plus(z.times(h));
      return new Step(hNext, CellState.of("h", hNext));
    }

    private static Tensor sum(String gate, Tensor x, Tensor h, StepContext p) {
      return x.matmul(p.parameter("W_" + gate))
          .plus(h.matmul(p.parameter("U_" + gate)))
          .plus(p.parameter("b_" + gate));
    }
  }

  private record Provider() implements CellProvider {
    @Override
    public String name() {
      return "plain-gru";
    }

    @Override
    public String description() {
      return "A GRU written out, for comparison";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new PlainGru(inputSize, hiddenSize);
    }
  }

  /** A model with one cell, and what trains it. */
  private static final class Subject {
    private final ModelRunner runner;
    private final Carry carry;
    private final Batch batch;
    private final Catalog catalog;

    Subject(Spec cell, Catalog catalog) {
      Spec layer = Spec.of("recurrent").with("cell", cell).with("hidden", H);
      SequenceModel model =
          SequenceModel.build(
              Spec.of(SequenceModel.KIND).with("input-size", I).with("layers", List.of(layer)),
              catalog);
      model.initialize(catalog, new CounterRandom(1));
      this.catalog = catalog;
      this.runner =
          new ModelRunner(
              model, catalog.preferredBackend(_ -> {}), Workers.ALONE, Execution.PLAN);
      this.carry = runner.newCarry(B);
      float[] inputs = new float[T * B * I];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = (float) new CounterRandom(2).normal(i);
      }
      this.batch = Batch.ofValues(T, B, I, inputs, null).targets(H, new float[T * B * H]);
    }

    double seconds() {
      long begun = System.nanoTime();
      runner.train(batch, catalog.loss(Spec.of("mse")), carry, new CounterRandom(3));
      return (System.nanoTime() - begun) / 1e9;
    }
  }

  @Test
  void printsTheTimes() {
    Catalog catalog = Catalog.load().with(Kind.CELL, List.of(new Provider()));
    Subject written = new Subject(Spec.of("plain-gru"), catalog);
    Subject builtIn = new Subject(Spec.of("gru").with("reset", "before"), catalog);
    double[] a = new double[ROUNDS];
    double[] b = new double[ROUNDS];
    for (int round = -ROUNDS; round < ROUNDS; round++) { // those below zero warm up
      double first = written.seconds();
      double second = builtIn.seconds();
      if (round >= 0) {
        a[round] = first;
        b[round] = second;
      }
    }
    Arrays.sort(a);
    Arrays.sort(b);
    System.out.printf(
        Locale.ROOT,
        "GRU of %d, %d timesteps x %d rows, a training step: written out %.2f ms, built in %.2f ms, ratio %.2f%n",
        H,
        T,
        B,
        1e3 * a[ROUNDS / 2],
        1e3 * b[ROUNDS / 2],
        a[ROUNDS / 2] / b[ROUNDS / 2]);
  }
}
