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
 * The layer-normalised LSTM (Ba, Kiros and Hinton 2016, <i>Layer Normalization</i>, supplementary
 * material).
 *
 * <pre>
 * a = LN(x W) * gainW + LN(h U) * gainU + b
 * i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)
 * g = tanh(a_g)
 * c' = f * c + i * g
 * h' = o * tanh(LN(c') * gainC + shiftC)
 * </pre>
 *
 * <p>LN is {@link LayerNormalization} over all 4H pre-activations of a row jointly, as in the
 * paper; its two shifts of a are combined into one b. Parameters, with gates packed in the order i
 * f g o: W {@code [I, 4H]}, U {@code [H, 4H]}, b, gainW and gainU {@code [4H]}, gainC and shiftC
 * {@code [H]}. State: h and c, {@code [B, H]} each; the output is h'. Observed: i, f, g, o, c.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param forget the initial value of b_f, 1 by default
 * @param epsilon added to the variance for numerical stability
 * @param dropout on x, h and g
 */
@API(status = API.Status.EXPERIMENTAL)
public record LayerNormLstmCell(
    int inputSize, int hiddenSize, ForgetBiasInit forget, float epsilon, CellDropout dropout)
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
        gates().inputKernel("W", inputSize),
        gates().recurrentKernel("U", hiddenSize),
        forget.bias(gates(), "b", Gate.F, Gate.I),
        ParameterSpec.bias("gainW", gates().columns()).initializedBy(Spec.of("ones")),
        ParameterSpec.bias("gainU", gates().columns()).initializedBy(Spec.of("ones")),
        ParameterSpec.bias("gainC", hiddenSize).initializedBy(Spec.of("ones")),
        ParameterSpec.bias("shiftC", hiddenSize));
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
    Tensor fromInput =
        LayerNormalization.of(x.matmul(context.parameter("W")), epsilon)
            .times(context.parameter("gainW")); // [B, 4H]
    Tensor fromState =
        LayerNormalization.of(h.matmul(context.parameter("U")), epsilon)
            .times(context.parameter("gainU")); // [B, 4H]
    Tensor a = fromInput.plus(context.parameter("b")).plus(fromState); // [B, 4H]

    LstmGates each = LstmGates.of(gates, a); // i f g o, [B, H] each
    Tensor cNext = each.next(c, dropout, context); // f * c + i * g
    Tensor shown =
        LayerNormalization.of(cNext, epsilon)
            .times(context.parameter("gainC"))
            .plus(context.parameter("shiftC"));
    Tensor hNext = each.o().times(shown.tanh());

    each.observe(gates, context, cNext);
    return new Step(hNext, CellState.of("h", hNext, "c", cNext));
  }

  /**
   * Options: {@code forget-bias} (1), {@code chrono} (0 = off; see {@link ForgetBiasInit}), {@code
   * epsilon} (1e-5), {@code input-dropout}, {@code recurrent-dropout}, {@code candidate-dropout}.
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "layer-norm-lstm";
    }

    @Override
    public String description() {
      return "LSTM with layer normalisation of its pre-activations and cell state (Ba et al. 2016)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new LayerNormLstmCell(
          inputSize,
          hiddenSize,
          ForgetBiasInit.read(options),
          (float) options.real("epsilon", LayerNormalization.EPSILON, 1e-12, 1),
          CellDropout.read(options));
    }
  }
}
