package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.LstmCell.Gate;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The multiplicative LSTM: the gates depend on an intermediate state with an input-dependent
 * transition (Krause et al. 2016, <i>Multiplicative LSTM for Sequence Modelling</i>).
 *
 * <pre>
 * m = (x Wm) * (h Um)
 * i = sigmoid(x W_i + m U_i + b_i)
 * f = sigmoid(x W_f + m U_f + b_f)
 * g = tanh(x W_g + m U_g + b_g)
 * o = sigmoid(x W_o + m U_o + b_o)
 * c' = f * c + i * g
 * h' = o * tanh(c')
 * </pre>
 *
 * <p>Parameters: Wm {@code [I, H]}, Um {@code [H, H]}; gates packed in the order i f g o: W {@code
 * [I, 4H]}, U {@code [H, 4H]}, b {@code [4H]}. State: h and c, {@code [B, H]} each; the output is
 * h'. Observed: m, i, f, g, o, c.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param forget the initial value of b_f, 1 by default
 * @param dropout on x, h and g
 */
@API(status = API.Status.EXPERIMENTAL)
public record MultiplicativeLstmCell(
    int inputSize, int hiddenSize, ForgetBiasInit forget, CellDropout dropout)
    implements EquationsCell {
  private Gates<Gate> gates() {
    return Gates.all(Gate.class, hiddenSize);
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("Wm", inputSize, hiddenSize),
        ParameterSpec.matrix("Um", hiddenSize, hiddenSize).initializedBy(Spec.of("orthogonal")),
        gates().inputKernel("W", inputSize),
        gates().recurrentKernel("U", hiddenSize),
        forget.bias(gates(), "b", Gate.F, Gate.I));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize), StateSpec.zeros("c", hiddenSize));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor h = state.get("h"); // [B, H]
    Tensor c = state.get("c"); // [B, H]
    Tensor m = x.matmul(context.parameter("Wm")).times(h.matmul(context.parameter("Um"))); // [B, H]
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(m.matmul(context.parameter("U"))); // [B, 4H]

    LstmGates each = LstmGates.of(gates, a); // i f g o, [B, H] each
    Tensor cNext = each.next(c, dropout, context); // f * c + i * g
    Tensor hNext = each.o().times(cNext.tanh());

    context.observe("m", m);
    each.observe(gates, context, cNext);
    return new Step(hNext, CellState.of("h", hNext, "c", cNext));
  }

  /**
   * Options: {@code forget-bias} (1), {@code chrono} (0 = off; see {@link ForgetBiasInit}), {@code
   * input-dropout}, {@code recurrent-dropout}, {@code candidate-dropout}.
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "multiplicative-lstm";
    }

    @Override
    public String description() {
      return "Multiplicative LSTM: input-dependent recurrent transition (Krause et al. 2016)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new MultiplicativeLstmCell(
          inputSize, hiddenSize, ForgetBiasInit.read(options), CellDropout.read(options));
    }
  }
}
