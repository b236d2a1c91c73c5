package dev.comporta.cells;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The initial bias of the gate that retains the state: the forget gate of an LSTM, the update gate
 * of a GRU.
 *
 * <ul>
 *   <li>{@code forget-bias}: one value for all units, 1 by default (Gers et al. 2000; Jozefowicz et
 *       al. 2015);
 *   <li>{@code chrono}: chrono initialisation for dependencies of up to this number of timesteps, 2
 *       or more; each unit is initialised to a different time scale below it (Tallec and Ollivier
 *       2018, <i>Can Recurrent Neural Networks Warp Time?</i>, eq. 16).
 * </ul>
 *
 * @param bias the value, if chrono initialisation is off
 * @param longest the longest dependency in timesteps; 0 turns chrono initialisation off
 */
@API(status = API.Status.EXPERIMENTAL)
public record ForgetBiasInit(double bias, int longest) {
  /** The default bias. */
  public static final double BIAS = 1;

  /**
   * Reads both options.
   *
   * @param options the cell's options
   * @return the initial bias
   * @throws InvalidOptionException if a value is out of range or both options are given
   */
  public static ForgetBiasInit read(OptionReader options) {
    ForgetBiasInit init =
        new ForgetBiasInit(options.real("forget-bias", BIAS, -100, 100), chrono(options));
    if (init.longest > 0 && init.bias != BIAS) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected either 'forget-bias' or 'chrono' but got %s and %d; omit one of them",
              options.name(), init.bias, init.longest));
    }
    return init;
  }

  /**
   * Reads only {@code chrono}, for a cell whose bias is otherwise zero.
   *
   * @param options the cell's options
   * @return the initial bias
   * @throws InvalidOptionException if the value is out of range
   */
  public static ForgetBiasInit readChrono(OptionReader options) {
    return new ForgetBiasInit(0, chrono(options));
  }

  private static int chrono(OptionReader options) {
    int longest = options.count("chrono", 0, 0);
    if (longest == 1) {
      throw new InvalidOptionException(
          formatted(
              "[%s] option 'chrono' expected 2 timesteps or more, or 0 to turn it off, but got 1",
              options.name()));
    }
    return longest;
  }

  /**
   * A bias {@code [n H]} with this initial value for the given gates and zero for all others.
   *
   * @param gates all gates of the cell
   * @param name the parameter's name
   * @param forget the gate that retains the state
   * @param input the gate that lets new values in, or null if there is none
   * @param <G> the enum of the cell's gates
   * @return the parameter
   */
  public <G extends Enum<G>> ParameterSpec bias(
      Gates<G> gates, String name, G forget, @Nullable G input) {
    if (longest == 0) {
      return bias == 0 ? gates.bias(name) : gates.bias(name, forget, bias);
    }
    return gates
        .bias(name)
        .initializedBy(
            Spec.of("chrono")
                .with("longest", longest)
                .with("gates", gates.order().size())
                .with("forget-gate", gates.order().indexOf(forget))
                .with("input-gate", input == null ? -1 : gates.order().indexOf(input)));
  }
}
