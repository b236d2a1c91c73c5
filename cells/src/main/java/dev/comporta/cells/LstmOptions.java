package dev.comporta.cells;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The components of an {@link LstmVariantCell}.
 *
 * <p>The option {@code variant} sets all of them; each can then be overridden individually.
 * Variants:
 *
 * <ul>
 *   <li>{@code standard} (default): {@link LstmCell}, no peepholes;
 *   <li>{@code 1997}: no forget gate, f = 1 (Hochreiter and Schmidhuber 1997);
 *   <li>{@code vanilla}: with peepholes, and its eight modifications by Greff et al. 2017, <i>LSTM:
 *       A Search Space Odyssey</i>: {@code nig} no input gate, {@code nfg} no forget gate, {@code
 *       nog} no output gate, {@code niaf} no input activation, {@code noaf} no output activation,
 *       {@code np} no peepholes, {@code cifg} coupled input and forget gate, {@code fgr} full gate
 *       recurrence.
 * </ul>
 *
 * @param inputGate option {@code input-gate}: without it i = 1
 * @param forgetGate option {@code forget-gate}: without it f = 1
 * @param outputGate option {@code output-gate}: without it o = 1
 * @param inputActivation option {@code input-activation}: g is passed through tanh
 * @param outputActivation option {@code output-activation}: c' is passed through tanh
 * @param peepholes option {@code peepholes}: gates also depend on the cell state (Gers and
 *     Schmidhuber 2000)
 * @param coupled option {@code coupled}: f = 1 - i, without separate parameters
 * @param gateRecurrence option {@code gate-recurrence}: gates also depend on all gates of the
 *     previous timestep
 * @param projection option {@code projection}: the size of h, 0 for no projection (Sak et al. 2014)
 * @param truncatedGradient option {@code truncated-gradient}: gradients through the gates are cut
 *     off, so that errors flow back in time through c only (Hochreiter and Schmidhuber 1997,
 *     appendix A.1). The values of the cell stay the same
 */
@API(status = API.Status.EXPERIMENTAL)
public record LstmOptions(
    boolean inputGate,
    boolean forgetGate,
    boolean outputGate,
    boolean inputActivation,
    boolean outputActivation,
    boolean peepholes,
    boolean coupled,
    boolean gateRecurrence,
    int projection,
    boolean truncatedGradient) {
  private static final List<String> VARIANTS =
      List.of(
          "standard", "1997", "vanilla", "nig", "nfg", "nog", "niaf", "noaf", "np", "cifg", "fgr");

  /** Rejects a coupled forget gate if either gate is off. */
  public LstmOptions {
    if (coupled && !(inputGate && forgetGate)) {
      throw new InvalidOptionException(
          formatted(
              "[lstm] option 'coupled' expected an input gate and a forget gate to couple but %s is off; omit one of the two options",
              inputGate ? "'forget-gate'" : "'input-gate'"));
    }
  }

  /**
   * Reads {@code variant} and the individual options.
   *
   * @param options the cell's options
   * @return the components of the cell
   * @throws InvalidOptionException if an option has the wrong type or two contradict each other
   * @throws dev.comporta.api.UnknownNameException if there is no such variant
   */
  public static LstmOptions read(OptionReader options) {
    String variant = options.choice("variant", "standard", VARIANTS);
    boolean odyssey = !variant.equals("standard") && !variant.equals("1997");
    return new LstmOptions(
        options.flag("input-gate", !variant.equals("nig")),
        options.flag("forget-gate", !variant.equals("nfg") && !variant.equals("1997")),
        options.flag("output-gate", !variant.equals("nog")),
        options.flag("input-activation", !variant.equals("niaf")),
        options.flag("output-activation", !variant.equals("noaf")),
        options.flag("peepholes", odyssey && !variant.equals("np")),
        options.flag("coupled", variant.equals("cifg")),
        options.flag("gate-recurrence", variant.equals("fgr")),
        options.size("projection", 0, 0),
        options.flag("truncated-gradient", false));
  }

  /** Whether the cell is {@link LstmCell}. */
  boolean isStandard() {
    boolean complete = inputGate && forgetGate && outputGate && inputActivation && outputActivation;
    boolean extended = peepholes || coupled || gateRecurrence || truncatedGradient;
    return complete && !extended && projection == 0;
  }
}
