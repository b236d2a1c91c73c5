package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Long short-term memory with a forget gate (Hochreiter and Schmidhuber 1997; Gers et al. 2000,
 * <i>Learning to Forget</i>).
 *
 * <pre>
 * i = sigmoid(x W_i + h U_i + b_i)      input gate
 * f = sigmoid(x W_f + h U_f + b_f)      forget gate
 * g = tanh(x W_g + h U_g + b_g)         candidate
 * o = sigmoid(x W_o + h U_o + b_o)      output gate
 * c' = f * c + i * g
 * h' = o * tanh(c')
 * </pre>
 *
 * <p>Parameters, with gates packed in the order i f g o: W {@code [I, 4H]}, U {@code [H, 4H]}, b
 * {@code [4H]}. State: h and c, {@code [B, H]} each; the output is h'. Observed: i, f, g, o, c.
 * PyTorch's {@code nn.LSTM} maps exactly: W and U are its transposed weights, b is the sum of its
 * two biases.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param forget the initial value of b_f, 1 by default
 * @param dropout on x, h and g
 */
@API(status = API.Status.EXPERIMENTAL)
public record LstmCell(int inputSize, int hiddenSize, ForgetBiasInit forget, CellDropout dropout)
    implements EquationsCell {
  /** The gates in the order of the packed parameters. */
  public enum Gate {
    /** The input gate. */
    I,
    /** The forget gate. */
    F,
    /** The candidate, also called block input or cell gate. */
    G,
    /** The output gate. */
    O
  }

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
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(h.matmul(context.parameter("U"))); // [B, 4H]

    LstmGates each = LstmGates.of(gates, a); // i f g o, [B, H] each
    Tensor cNext = each.next(c, dropout, context); // f * c + i * g
    Tensor hNext = each.o().times(cNext.tanh());

    each.observe(gates, context, cNext);
    return new Step(hNext, CellState.of("h", hNext, "c", cNext));
  }

  /**
   * Options: {@code forget-bias} (1), {@code chrono} (0 = off; see {@link ForgetBiasInit}), {@code
   * input-dropout}, {@code recurrent-dropout}, {@code candidate-dropout} (see {@link CellDropout}),
   * and those of {@link LstmOptions}, which select a {@link LstmVariantCell}.
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "lstm";
    }

    @Override
    public String description() {
      return "Long short-term memory (LSTM) with a forget gate; options for peepholes, projection and the Odyssey variants"
          + " (Hochreiter and Schmidhuber 1997, Gers et al. 2000, Greff et al. 2017)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      ForgetBiasInit forget = ForgetBiasInit.read(options);
      LstmOptions variant = LstmOptions.read(options);
      CellDropout dropout = CellDropout.read(options);
      return variant.isStandard()
          ? new LstmCell(inputSize, hiddenSize, forget, dropout)
          : new LstmVariantCell(inputSize, hiddenSize, forget, variant, dropout);
    }
  }
}
