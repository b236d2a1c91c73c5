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
import dev.comporta.cells.GruCell.Gate;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The layer-normalised GRU (Ba, Kiros and Hinton 2016, <i>Layer Normalization</i>, supplementary
 * material).
 *
 * <pre>
 * [r z] = sigmoid(LN(x W_rz) * gainW_rz + LN(h U_rz) * gainU_rz + b_rz)
 * n = tanh(LN(x W_n) * gainW_n + b_n + r * (LN(h U_n) * gainU_n + bN))
 * h' = (1 - z) * n + z * h
 * </pre>
 *
 * <p>LN is {@link LayerNormalization}, applied to r and z jointly and to n separately. The paper's
 * z is 1 - z here: as in {@link GruCell}, z near 1 keeps the previous state. Parameters, with gates
 * packed in the order r z n: W {@code [I, 3H]}, U {@code [H, 3H]}, b, gainW and gainU {@code [3H]},
 * bN {@code [H]}. State: h {@code [B, H]}, which is also the output. Observed: r, z, n.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param epsilon added to the variance for numerical stability
 * @param dropout on x, h and n
 */
@API(status = API.Status.EXPERIMENTAL)
public record LayerNormGruCell(int inputSize, int hiddenSize, float epsilon, CellDropout dropout)
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
        gates().bias("b"),
        ParameterSpec.bias("gainW", gates().columns()).initializedBy(Spec.of("ones")),
        ParameterSpec.bias("gainU", gates().columns()).initializedBy(Spec.of("ones")),
        ParameterSpec.bias("bN", hiddenSize));
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
    Gates<Gate> gates = gates();
    Tensor h = state.get("h"); // [B, H]
    Tensor a =
        normalized(x.matmul(context.parameter("W")))
            .times(context.parameter("gainW"))
            .plus(context.parameter("b")); // [B, 3H]
    Tensor s =
        normalized(dropout.onRecurrent(h, context).matmul(context.parameter("U")))
            .times(context.parameter("gainU")); // [B, 3H]

    Tensor r = gates.part(a, Gate.R).plus(gates.part(s, Gate.R)).sigmoid();
    Tensor z = gates.part(a, Gate.Z).plus(gates.part(s, Gate.Z)).sigmoid();
    Tensor recurrent = gates.part(s, Gate.N).plus(context.parameter("bN")); // [B, H]
    Tensor n = gates.part(a, Gate.N).plus(r.times(recurrent)).tanh();
    Tensor hNext = z.complement().times(dropout.onCandidate(n, context)).plus(z.times(h));

    gates.observe(context, r, z, n);
    return new Step(hNext, CellState.of("h", hNext));
  }

  /** LN of r and z jointly, and of n separately: {@code [B, 3H] -> [B, 3H]}. */
  private Tensor normalized(Tensor packed) {
    Tensor gates = LayerNormalization.of(packed.slice(-1, 0, 2 * hiddenSize), epsilon);
    return gates.concat(-1, LayerNormalization.of(gates().part(packed, Gate.N), epsilon));
  }

  /**
   * Options: {@code epsilon} (1e-5), {@code input-dropout}, {@code recurrent-dropout}, {@code
   * candidate-dropout}.
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "layer-norm-gru";
    }

    @Override
    public String description() {
      return "GRU with layer normalisation of its pre-activations (Ba et al. 2016)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new LayerNormGruCell(
          inputSize,
          hiddenSize,
          (float) options.real("epsilon", LayerNormalization.EPSILON, 1e-12, 1),
          CellDropout.read(options));
    }
  }
}
