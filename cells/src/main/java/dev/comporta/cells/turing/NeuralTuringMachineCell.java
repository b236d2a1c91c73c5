package dev.comporta.cells.turing;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.CellDropout;
import dev.comporta.cells.EquationsCell;
import dev.comporta.cells.InnerContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The neural Turing machine: a controller with a memory matrix of N locations of M numbers, which
 * heads read and write (Graves, Wayne and Danihelka 2014, <i>Neural Turing Machines</i>, eq. 1 to
 * 9).
 *
 * <pre>
 * o = controller([x, r])                                r: what the read heads read before
 * [k, beta, g, gamma, s, (e, a)] = o P + bP             for each head
 * beta = softplus, g = sigmoid, s = softmax, gamma = 1 + softplus, e = sigmoid; k, a = tanh
 *
 * w_c(i) = softmax_i(beta cos(k, memory(i)))            by content           (5, 6)
 * w_g = g w_c + (1 - g) w                               interpolation        (7)
 * w_s(i) = sum_j w_g(i - j) s(j)                        rotation by -S .. S   (8)
 * w'(i) = w_s(i)^gamma / sum_j w_s(j)^gamma             sharpening           (9)
 *
 * memory'(i) = memory(i) * prod (1 - w'(i) e) + sum w'(i) a    write heads   (3, 4)
 * r' = sum_i w'(i) memory'(i)                                  read heads    (2)
 * y = [o, r'] V + bV
 * </pre>
 *
 * <p>Write heads address the memory before, read heads that after the write. The memory starts
 * empty, with all heads at location 0; {@code learn-initial-state} of the layer learns both, as in
 * the paper. The paper leaves the ranges of k and a open.
 *
 * <p>Parameters: those of the controller with the prefix {@code controller.}; P {@code [H, n]} and
 * bP {@code [n]}, where each head has M + 4 + 2 S columns, in the order k beta g gamma s, and a
 * write head 2 M more for e and a; read heads first; V {@code [H + R M, H]}, bV {@code [H]}. State:
 * that of the controller with the same prefix; memory {@code [B, M N]}, column by column; read
 * {@code [B, R M]}; weights {@code [B, (R + W) N]}, read heads first. The output is y. Observed:
 * those of the controller, {@code read0}, {@code write0} and so on: the weights of each head,
 * {@code [B, N]}.
 *
 * @param controller the controller, from I + R M to H
 * @param inputSize I
 * @param shape the memory and its heads
 * @param dropout on x
 */
public record NeuralTuringMachineCell(
    Cell controller, int inputSize, MemoryShape shape, CellDropout dropout)
    implements EquationsCell {
  private static final String CONTROLLER = "controller.";

  @Override
  public int outputSize() {
    return controller.outputSize();
  }

  private int headNumbers() {
    return shape.readHeads() * HeadLayout.size(shape.width(), shape.shifts(), false)
        + shape.writeHeads() * HeadLayout.size(shape.width(), shape.shifts(), true);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    controller.parameters().forEach(spec -> parameters.add(spec.prefixed(CONTROLLER)));
    int units = controller.outputSize();
    parameters.add(ParameterSpec.matrix("P", units, headNumbers()));
    parameters.add(ParameterSpec.bias("bP", headNumbers()));
    parameters.add(ParameterSpec.matrix("V", units + shape.readNumbers(), units));
    parameters.add(ParameterSpec.bias("bV", units));
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> state() {
    List<StateSpec> state = new ArrayList<>();
    controller.state().forEach(part -> state.add(part.prefixed(CONTROLLER, CONTROLLER)));
    state.add(StateSpec.zeros("memory", shape.width(), shape.locations()));
    state.add(StateSpec.zeros("read", shape.readNumbers()));
    state.add(StateSpec.zeros("weights", shape.heads() * shape.locations()));
    return List.copyOf(state);
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Step controlled =
        controller.step(
            x.concat(-1, state.get("read")), inner(state), new InnerContext(context, CONTROLLER));
    Tensor o = controlled.output(); // [B, H]
    Tensor numbers = o.matmul(context.parameter("P")).plus(context.parameter("bP"));
    List<HeadLayout> readers = new ArrayList<>();
    List<HeadLayout> writers = new ArrayList<>();
    int at = 0;
    for (int head = 0; head < shape.heads(); head++) {
      boolean writes = head >= shape.readHeads();
      (writes ? writers : readers).add(new HeadLayout(numbers, at, shape.width(), shape.shifts()));
      at += HeadLayout.size(shape.width(), shape.shifts(), writes);
    }

    Addressing before = new Addressing(state.get("memory", shape.width(), shape.locations()));
    Tensor weights = state.get("weights");
    List<Tensor> writing = weights(before, writers, shape.readHeads(), weights, "write", context);
    Addressing after = before.written(writers, writing);
    List<Tensor> reading = weights(after, readers, 0, weights, "read", context);
    List<Tensor> reads = reading.stream().map(after::read).toList();
    Tensor read = sideBySide(reads); // [B, R M]
    Tensor y = o.concat(-1, read).matmul(context.parameter("V")).plus(context.parameter("bV"));

    List<Tensor> all = new ArrayList<>(reading);
    all.addAll(writing);
    Map<String, Tensor> next = new LinkedHashMap<>();
    controlled.state().parts().forEach((name, part) -> next.put(CONTROLLER + name, part));
    next.put("memory", after.memory().rowsOf(shape.width() * shape.locations()));
    next.put("read", read);
    next.put("weights", sideBySide(all));
    return new Step(y, CellState.of(next));
  }

  /** The weights of some heads, whose previous ones start at a head of the state. */
  private List<Tensor> weights(
      Addressing memory,
      List<HeadLayout> heads,
      int first,
      Tensor before,
      String name,
      StepContext context) {
    List<Tensor> weights = new ArrayList<>();
    for (int head = 0; head < heads.size(); head++) {
      int from = (first + head) * shape.locations();
      Tensor previous = Addressing.remembered(before.slice(-1, from, from + shape.locations()));
      Tensor now = memory.weights(heads.get(head), previous); // [B, N]
      context.observe(name + head, now);
      weights.add(now);
    }
    return weights;
  }

  private CellState inner(CellState state) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    controller.state().forEach(part -> parts.put(part.name(), state.get(CONTROLLER + part.name())));
    return CellState.of(parts);
  }

  private static Tensor sideBySide(List<Tensor> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : parts.getFirst().concat(-1, parts.subList(1, parts.size()).toArray(Tensor[]::new));
  }

  /**
   * The size of the memory and its heads.
   *
   * @param locations N
   * @param width M
   * @param readHeads R
   * @param writeHeads W
   * @param shifts S, the largest distance that a head moves in a timestep
   */
  public record MemoryShape(int locations, int width, int readHeads, int writeHeads, int shifts) {
    /** A memory of more numbers per row is refused: the step would not be usable. */
    private static final int MOST = 1 << 18;

    /** Rejects shifts beyond the ring of locations, and memories that are too large. */
    public MemoryShape {
      if (2 * shifts + 1 > locations) {
        throw new InvalidOptionException(
            formatted(
                "[neural-turing-machine] option 'shifts' expected at most %d, so that a head stays inside its memory of %d locations, but got %d",
                (locations - 1) / 2, locations, shifts));
      }
      if ((long) locations * Math.max(width, readHeads + writeHeads) > MOST) {
        throw new InvalidOptionException(
            formatted(
                "[neural-turing-machine] expected at most %d numbers in the memory and in the weights of all heads but got %d locations of width %d and %d heads",
                MOST, locations, width, readHeads + writeHeads));
      }
    }

    int heads() {
      return readHeads + writeHeads;
    }

    int readNumbers() {
      return readHeads * width;
    }

    private static MemoryShape read(OptionReader options) {
      return new MemoryShape(
          options.size("locations", 1, 128),
          options.size("width", 1, 20),
          options.whole("read-heads", 1, 16, 1),
          options.whole("write-heads", 1, 16, 1),
          options.whole("shifts", 0, 16, 1));
    }
  }

  /**
   * Options: {@code controller} (lstm by default, feed-forward, gru, rnn), {@code locations} (N,
   * 128), {@code width} (M, 20), {@code read-heads} (1), {@code write-heads} (1), {@code shifts}
   * (S, 1), {@code input-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "neural-turing-machine";
    }

    @Override
    public String description() {
      return "Neural Turing machine: a controller with a memory that its heads read and write (Graves et al. 2014)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      MemoryShape shape = MemoryShape.read(options);
      Controller controller = Controller.read(options);
      return new NeuralTuringMachineCell(
          controller.create(inputSize + shape.readNumbers(), hiddenSize),
          inputSize,
          shape,
          CellDropout.readInput(options));
    }
  }
}
