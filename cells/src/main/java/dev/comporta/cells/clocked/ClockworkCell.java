package dev.comporta.cells.clocked;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.Activation;
import dev.comporta.cells.CellDropout;
import dev.comporta.cells.EquationsCell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clockwork RNN: groups of units that are updated at different rates (Koutnik et al. 2014, <i>A
 * Clockwork RNN</i>, eq. 1 to 4).
 *
 * <pre>
 * group g has the period T_g = 2^g and is active at timestep t = 0, 1, .. if T_g divides t:
 * h_g' = phi(x W_g + [h_g .. h_G] U_g + b_g)         if g is active
 * h_g' = h_g                                         otherwise
 * </pre>
 *
 * <p>A group sees itself and the slower groups, so that the recurrent kernel is block upper
 * triangular. The clock of a group counts the timesteps until it is active: {@code clock' = clock -
 * 1 + T active}, where {@code active} is {@code clock <= 0}.
 *
 * <p>Parameters: W {@code [I, H]}; U0, U1 and so on, one for each group, {@code [units of this
 * group and slower ones, units of this group]}; b {@code [H]}. State: h {@code [B, H]}, which is
 * also the output, and clock {@code [B, G]}. Observed: h, and active {@code [B, G]}.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param groups G, between 1 and H; the units are divided as evenly as possible
 * @param activation phi
 * @param dropout on x and h
 */
public record ClockworkCell(
    int inputSize, int hiddenSize, int groups, Activation activation, CellDropout dropout)
    implements EquationsCell {
  /** The largest number of groups: float32 counts up to their periods. */
  static final int MOST = 16;

  /** Rejects more groups than units. */
  public ClockworkCell {
    if (groups > hiddenSize) {
      throw new InvalidOptionException(
          formatted(
              "[clockwork] option 'groups' expected at most %d, the number of units, but got %d",
              hiddenSize, groups));
    }
  }

  /** The first unit of a group; of the group after the last one, H. */
  private int first(int group) {
    return (int) ((long) hiddenSize * group / groups);
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    parameters.add(ParameterSpec.matrix("W", inputSize, hiddenSize));
    for (int group = 0; group < groups; group++) {
      parameters.add(
          ParameterSpec.matrix(
                  "U" + group, hiddenSize - first(group), first(group + 1) - first(group))
              .initializedBy(Spec.of("orthogonal")));
    }
    parameters.add(ParameterSpec.bias("b", hiddenSize));
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize), StateSpec.zeros("clock", groups));
  }

  @Override
  public @Nullable String maskedPart() {
    return null; // h is carried over as well
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h"); // [B, H]
    Tensor seen = dropout.onRecurrent(h, context);
    Tensor clock = state.get("clock"); // [B, G]
    Tensor active = clock.step().complement();
    Tensor a = x.matmul(context.parameter("W")).plus(context.parameter("b")); // [B, H]
    List<Tensor> units = new ArrayList<>();
    List<Tensor> clocks = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      int from = first(group);
      int to = first(group + 1);
      Tensor sum =
          a.slice(-1, from, to)
              .plus(seen.slice(-1, from, hiddenSize).matmul(context.parameter("U" + group)));
      Tensor now = active.slice(-1, group, group + 1); // [B, 1]
      units.add(now.select(activation.apply(sum), h.slice(-1, from, to)));
      clocks.add(clock.slice(-1, group, group + 1).plus(-1).plus(now.times(1 << group)));
    }
    Tensor hNext = sideBySide(units);

    context.observe("h", hNext);
    context.observe("active", active);
    Map<String, Tensor> next = new LinkedHashMap<>();
    next.put("h", hNext);
    next.put("clock", sideBySide(clocks));
    return new Step(hNext, CellState.of(next));
  }

  private static Tensor sideBySide(List<Tensor> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : parts.getFirst().concat(-1, parts.subList(1, parts.size()).toArray(Tensor[]::new));
  }

  /**
   * Options: {@code groups} (the number of periods 1, 2, 4 and so on; 4 by default, or H if that is
   * less), {@code activation} (tanh by default; relu, sigmoid, identity), {@code input-dropout},
   * {@code recurrent-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    private static final int GROUPS = 4;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "clockwork";
    }

    @Override
    public String description() {
      return "Clockwork RNN: groups of units that are updated at different rates (Koutnik et al. 2014)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      int groups = options.whole("groups", 1, MOST, Math.min(GROUPS, hiddenSize));
      Activation activation =
          Activation.read(
              options,
              "activation",
              Activation.TANH,
              Activation.TANH,
              Activation.RELU,
              Activation.SIGMOID,
              Activation.IDENTITY);
      return new ClockworkCell(
          inputSize, hiddenSize, groups, activation, CellDropout.readWithoutCandidate(options));
    }
  }
}
