package dev.comporta.conformance;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The cells that PyTorch has, written down once more, each with at most one mistake: what an
 * implementation gets wrong when its shapes are all right.
 */
final class MutantCell implements Cell {
  /** What is wrong. */
  enum Mistake {
    NONE,
    SWAPPED_GATES,
    DROPPED_BIAS,
    DROPPED_RECURRENT_BIAS,
    TRANSPOSED_RECURRENT_KERNEL,
    RESET_BEFORE_THE_PRODUCT,
    OLD_AND_NEW_MIXED_UP,
    OUTPUT_OF_THE_OLD_CELL_STATE,
    OTHER_ACTIVATION,
    UNPROJECTED_STATE,
    STATE_CUT_FROM_ITS_HISTORY
  }

  private final String kind;
  private final Mistake mistake;
  private final int inputSize;
  private final int hidden;
  private final int projection;
  private final boolean relu;

  private MutantCell(
      String kind, Mistake mistake, int inputSize, int hidden, OptionReader options) {
    this.kind = kind;
    this.mistake = mistake;
    this.inputSize = inputSize;
    this.hidden = hidden;
    this.projection = kind.equals("lstm") ? options.size("projection", 0, 0) : 0;
    this.relu =
        kind.equals("rnn")
            && options.choice("activation", "tanh", List.of("tanh", "relu")).equals("relu");
  }

  /** A provider of the mutant, under the name of what it imitates. */
  record Provider(String name, Mistake mistake) implements CellProvider {
    @Override
    public String description() {
      return "A cell that is wrong on purpose";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new MutantCell(name, mistake, inputSize, hiddenSize, options);
    }
  }

  private int gates() {
    return switch (kind) {
      case "lstm" -> 4;
      case "gru" -> 3;
      default -> 1;
    };
  }

  @Override
  public int inputSize() {
    return inputSize;
  }

  @Override
  public int outputSize() {
    return projection > 0 ? projection : hidden;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    parameters.add(ParameterSpec.matrix("W", inputSize, gates() * hidden));
    parameters.add(ParameterSpec.matrix("U", outputSize(), gates() * hidden));
    parameters.add(ParameterSpec.bias("b", gates() * hidden));
    if (kind.equals("gru")) {
      parameters.add(ParameterSpec.bias("bU", gates() * hidden));
    }
    if (projection > 0) {
      parameters.add(ParameterSpec.matrix("P", hidden, projection));
    }
    return parameters;
  }

  @Override
  public List<StateSpec> state() {
    StateSpec h = StateSpec.zeros("h", outputSize());
    return kind.equals("lstm") ? List.of(h, StateSpec.zeros("c", hidden)) : List.of(h);
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h");
    if (mistake == Mistake.STATE_CUT_FROM_ITS_HISTORY) {
      h = h.stopGradient();
    }
    Tensor a = x.matmul(context.parameter("W")); // [B, gates H]
    if (mistake != Mistake.DROPPED_BIAS) {
      a = a.plus(context.parameter("b"));
    }
    List<Tensor> u = context.parameter("U").split(gates()); // [H, H] each
    List<Tensor> fromInput = inOrder(a.split(gates()));
    List<Tensor> kernels = inOrder(u);
    return switch (kind) {
      case "lstm" -> lstm(fromInput, kernels, h, state.get("c"), context);
      case "gru" -> gru(fromInput, kernels, h, context);
      default -> {
        Tensor s = fromInput.getFirst().plus(product(h, kernels.getFirst()));
        boolean rectified = relu != (mistake == Mistake.OTHER_ACTIVATION);
        Tensor hNext = rectified ? s.relu() : s.tanh();
        yield new Step(hNext, CellState.of("h", hNext));
      }
    };
  }

  /** The first two gates for each other: i and f of an LSTM, r and z of a GRU. */
  private List<Tensor> inOrder(List<Tensor> gates) {
    if (mistake != Mistake.SWAPPED_GATES) {
      return gates;
    }
    List<Tensor> swapped = new ArrayList<>(gates);
    swapped.set(0, gates.get(1));
    swapped.set(1, gates.get(0));
    return swapped;
  }

  private Tensor product(Tensor h, Tensor kernel) {
    return mistake == Mistake.TRANSPOSED_RECURRENT_KERNEL
        ? h.matmulTransposed(kernel)
        : h.matmul(kernel);
  }

  private Step lstm(List<Tensor> a, List<Tensor> u, Tensor h, Tensor c, StepContext context) {
    Tensor i = a.get(0).plus(product(h, u.get(0))).sigmoid(); // [B, H]
    Tensor f = a.get(1).plus(product(h, u.get(1))).sigmoid();
    Tensor s = a.get(2).plus(product(h, u.get(2)));
    Tensor g = mistake == Mistake.OTHER_ACTIVATION ? s.sigmoid() : s.tanh();
    Tensor o = a.get(3).plus(product(h, u.get(3))).sigmoid();
    Tensor cNext =
        mistake == Mistake.OLD_AND_NEW_MIXED_UP
            ? i.times(c).plus(f.times(g))
            : f.times(c).plus(i.times(g));
    Tensor hNext = o.times((mistake == Mistake.OUTPUT_OF_THE_OLD_CELL_STATE ? c : cNext).tanh());
    if (projection > 0) {
      hNext =
          mistake == Mistake.UNPROJECTED_STATE
              ? hNext.slice(-1, 0, projection)
              : hNext.matmul(context.parameter("P"));
    }
    return new Step(hNext, CellState.of("h", hNext, "c", cNext));
  }

  private Step gru(List<Tensor> a, List<Tensor> u, Tensor h, StepContext context) {
    List<Tensor> b = inOrder(context.parameter("bU").split(3));
    Tensor r = a.get(0).plus(recurrent(h, u.get(0), b.get(0))).sigmoid(); // [B, H]
    Tensor z = a.get(1).plus(recurrent(h, u.get(1), b.get(1))).sigmoid();
    Tensor reset =
        mistake == Mistake.RESET_BEFORE_THE_PRODUCT
            ? recurrent(r.times(h), u.get(2), b.get(2))
            : r.times(recurrent(h, u.get(2), b.get(2)));
    Tensor s = a.get(2).plus(reset);
    Tensor n = mistake == Mistake.OTHER_ACTIVATION ? s.sigmoid() : s.tanh();
    Tensor hNext =
        mistake == Mistake.OLD_AND_NEW_MIXED_UP
            ? z.times(n).plus(z.complement().times(h))
            : z.complement().times(n).plus(z.times(h));
    return new Step(hNext, CellState.of("h", hNext));
  }

  private Tensor recurrent(Tensor h, Tensor kernel, Tensor bias) {
    Tensor s = product(h, kernel);
    return mistake == Mistake.DROPPED_RECURRENT_BIAS ? s : s.plus(bias);
  }
}
