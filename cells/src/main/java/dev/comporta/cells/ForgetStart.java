package dev.comporta.cells;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * How the bias of the gate that keeps a memory starts.
 *
 * <ul>
 *   <li>{@code forget-bias}: one number for all units, 1 by default (Gers et al. 2000; Jozefowicz
 *       et al. 2015);
 *   <li>{@code chrono}: instead of it, the longest time in timesteps that something has to be
 *       remembered, 2 or more; each unit starts with a time of its own below it (Tallec and
 *       Ollivier 2018, <i>Can Recurrent Neural Networks Warp Time?</i>, eq. 16).
 * </ul>
 *
 * @param bias the number, if there is no longest time
 * @param longest the longest time, 0 for none
 */
@API(status = API.Status.EXPERIMENTAL)
public record ForgetStart(double bias, int longest) {
  /** What the bias starts at unless told otherwise. */
  static final double BIAS = 1;

  /**
   * Reads both options.
   *
   * @param options the cell's options
   * @return how the gate starts
   * @throws InvalidOptionException if a number is out of range or both options are given
   */
  static ForgetStart read(OptionReader options) {
    ForgetStart start =
        new ForgetStart(options.real("forget-bias", BIAS, -100, 100), chrono(options));
    if (start.longest > 0 && start.bias != BIAS) {
      throw new InvalidOptionException(
          "[%s] expected either 'forget-bias' or 'chrono' but got %s and %d; leave one out"
              .formatted(options.name(), start.bias, start.longest));
    }
    return start;
  }

  /**
   * Reads {@code chrono} alone, for a cell that has no forget bias otherwise.
   *
   * @param options the cell's options
   * @return how the gate starts
   * @throws InvalidOptionException if the number is out of range
   */
  static ForgetStart readChrono(OptionReader options) {
    return new ForgetStart(0, chrono(options));
  }

  private static int chrono(OptionReader options) {
    int longest = options.count("chrono", 0, 0);
    if (longest == 1) {
      throw new InvalidOptionException(
          "[%s] option 'chrono' expected a longest time of 2 timesteps or more, or 0 for none, but got 1"
              .formatted(options.name()));
    }
    return longest;
  }

  /** A bias {@code [n H]} whose gates start so; all others start at zero. */
  <G extends Enum<G>> ParameterSpec bias(Gates<G> gates, String name, G forget, @Nullable G input) {
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
