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
import org.jspecify.annotations.Nullable;

/**
 * The gated recurrent unit (Cho et al. 2014, <i>Learning Phrase Representations using RNN
 * Encoder-Decoder</i>, eq. 5 to 8).
 *
 * <pre>
 * r = sigmoid(x W_r + b_r + h U_r + bU_r)                   reset gate
 * z = sigmoid(x W_z + b_z + h U_z + bU_z)                   update gate
 * n = tanh(x W_n + b_n + r * (h U_n + bU_n))                candidate, reset after (default)
 * n = tanh(x W_n + b_n + (r * h) U_n)                       candidate, reset before
 * h' = (1 - z) * n + z * h
 * </pre>
 *
 * <p>PyTorch and cuDNN apply the reset gate after the recurrent product; the paper applies it
 * before, with one bias only (no bU). As in the paper, z near 1 keeps the previous state.
 *
 * <p>Parameters, with gates packed in the order r z n: W {@code [I, 3H]}, U {@code [H, 3H]}, b
 * {@code [3H]}, and, with reset after, bU {@code [3H]}, of which only the candidate's part is not
 * redundant with b. State: h {@code [B, H]}, which is also the output. Observed: r, z, n. PyTorch's
 * {@code nn.GRU} maps exactly: W and U are its transposed weights, b its {@code bias_ih}, bU its
 * {@code bias_hh}.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param resetAfter whether the reset gate acts after the recurrent product
 * @param keep the initial value of b_z, the bias of the gate that keeps the previous state
 * @param dropout on x, h and n
 */
@API(status = API.Status.EXPERIMENTAL)
public record GruCell(
    int inputSize, int hiddenSize, boolean resetAfter, ForgetBiasInit keep, CellDropout dropout)
    implements EquationsCell {
  /** The gates in the order of the packed parameters. */
  public enum Gate {
    /** The reset gate. */
    R,
    /** The update gate. */
    Z,
    /** The candidate. */
    N
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
    ParameterSpec w = gates().inputKernel("W", inputSize);
    ParameterSpec u = gates().recurrentKernel("U", hiddenSize);
    ParameterSpec b = keep.bias(gates(), "b", Gate.Z, null);
    return resetAfter ? List.of(w, u, b, gates().bias("bU")) : List.of(w, u, b);
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public @Nullable String maskedPart() {
    return null; // h is carried over as well
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h"); // [B, H]
    Tensor a = x.matmul(context.parameter("W")).plus(context.parameter("b")); // [B, 3H]
    return resetAfter ? resetAfter(a, h, context) : resetBefore(a, h, context);
  }

  /** Computes the step from a, the input's contribution to the pre-activations, {@code [B, 3H]}. */
  private Step resetAfter(Tensor a, Tensor h, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor s =
        dropout
            .onRecurrent(h, context)
            .matmul(context.parameter("U"))
            .plus(context.parameter("bU")); // [B, 3H]
    Tensor r = gates.part(a, Gate.R).plus(gates.part(s, Gate.R)).sigmoid(); // [B, H]
    Tensor z = gates.part(a, Gate.Z).plus(gates.part(s, Gate.Z)).sigmoid();
    Tensor n = gates.part(a, Gate.N).plus(r.times(gates.part(s, Gate.N))).tanh();
    return blend(r, z, n, h, context);
  }

  private Step resetBefore(Tensor a, Tensor h, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor u = context.parameter("U"); // [H, 3H]
    Tensor seen = dropout.onRecurrent(h, context);
    Tensor r = gates.part(a, Gate.R).plus(seen.matmul(gates.part(u, Gate.R))).sigmoid(); // [B, H]
    Tensor z = gates.part(a, Gate.Z).plus(seen.matmul(gates.part(u, Gate.Z))).sigmoid();
    Tensor n = gates.part(a, Gate.N).plus(r.times(seen).matmul(gates.part(u, Gate.N))).tanh();
    return blend(r, z, n, h, context);
  }

  private Step blend(Tensor r, Tensor z, Tensor n, Tensor h, StepContext context) {
    Tensor hNext = z.complement().times(dropout.onCandidate(n, context)).plus(z.times(h));

    gates().observe(context, r, z, n);
    return new Step(hNext, CellState.of("h", hNext));
  }

  /**
   * Options: {@code reset} (after by default, or before), {@code chrono} (0 = off; see {@link
   * ForgetBiasInit}), {@code input-dropout}, {@code recurrent-dropout}, {@code candidate-dropout}
   * (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "gru";
    }

    @Override
    public String description() {
      return "Gated recurrent unit (GRU), with the reset gate after or before the recurrent product (Cho et al. 2014)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      boolean resetAfter =
          options.choice("reset", "after", List.of("after", "before")).equals("after");
      return new GruCell(
          inputSize,
          hiddenSize,
          resetAfter,
          ForgetBiasInit.readChrono(options),
          CellDropout.read(options));
    }
  }
}
