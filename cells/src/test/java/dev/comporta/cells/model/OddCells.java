package dev.comporta.cells.model;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Cells that cannot be planned, and one that can although it looks similar. */
public final class OddCells {
  /** Features in, features out. */
  public static final int SIZE = 3;

  private OddCells() {}

  /** The varying part of a step: the next h from the sum of products. */
  @FunctionalInterface
  public interface Body {
    /** The next h. */
    Tensor next(Tensor sum, StepContext context);
  }

  private record Odd(Body body) implements Cell {
    @Override
    public int inputSize() {
      return SIZE;
    }

    @Override
    public int outputSize() {
      return SIZE;
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.matrix("W", SIZE, SIZE),
          ParameterSpec.matrix("U", SIZE, SIZE),
          ParameterSpec.bias("b", SIZE));
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("h", SIZE));
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      Tensor sum =
          x.matmul(context.parameter("W")).plus(state.get("h").matmul(context.parameter("U")));
      Tensor next = body.next(sum, context);
      return new Step(next, CellState.of("h", next));
    }
  }

  /** Any step on the sum of its products. */
  public static Cell of(Body body) {
    return new Odd(body);
  }

  /** Branches on the values of a tensor. */
  public static Cell branching() {
    return new Odd((sum, _) -> sum.toArray()[0] > 0 ? sum.tanh() : sum.times(-0.5f));
  }

  /** Counts its calls and uses the count. */
  public static Cell counting() {
    AtomicInteger calls = new AtomicInteger(1);
    return new Odd((sum, _) -> sum.tanh().times(calls.incrementAndGet()));
  }

  /** Alternates between two functions. */
  public static Cell alternating() {
    AtomicInteger calls = new AtomicInteger();
    return new Odd((sum, _) -> calls.incrementAndGet() % 2 == 0 ? sum.tanh() : sum.sigmoid());
  }

  /** Observes a different name at every call. */
  public static Cell renaming() {
    AtomicInteger calls = new AtomicInteger();
    return new Odd((sum, context) -> context.observe("a" + calls.incrementAndGet(), sum.tanh()));
  }

  /** Subtracts the mean of all rows. */
  public static Cell mixing() {
    return new Odd((sum, _) -> sum.minus(sum.mean(0)));
  }

  /** Returns a state of other parts than the declared h. */
  public static Cell returning(String... parts) {
    Cell declared = of((sum, _) -> sum.tanh());
    return new Parts(declared, List.of(parts));
  }

  private record Parts(Cell cell, List<String> parts) implements Cell {
    @Override
    public int inputSize() {
      return cell.inputSize();
    }

    @Override
    public int outputSize() {
      return cell.outputSize();
    }

    @Override
    public List<ParameterSpec> parameters() {
      return cell.parameters();
    }

    @Override
    public List<StateSpec> state() {
      return cell.state();
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      Tensor next = cell.step(x, state, context).output();
      Map<String, Tensor> returned = new LinkedHashMap<>();
      parts.forEach(part -> returned.put(part, next));
      return new Step(next, CellState.of(returned));
    }
  }

  /** Broadcasts a parameter to every row before it is used. */
  public static Cell repeating() {
    return new Odd((sum, context) ->
        sum.plus(context.parameter("b").apply(new Op.BroadcastTo(sum.shape())).square()).tanh());
  }
}
