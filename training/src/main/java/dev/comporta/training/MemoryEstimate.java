package dev.comporta.training;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.explain.MemoryForecast;
import org.apiguardian.api.API;

/**
 * About how much memory a training needs, known before anything is allocated. In double, so that
 * absurd sizes give absurd estimates and no overflow.
 *
 * @param parameters elements of all parameters
 * @param slots the optimizer's arrays for each parameter element
 * @param activations values that one chunk keeps from forward to backward, gradients included
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemoryEstimate(double parameters, int slots, double activations) {
  /** What the JVM, its code and everything small take. */
  private static final double BASE = 48 << 20;

  /**
   * The estimate of a forecast.
   *
   * @param forecast what a training step holds
   * @return the same floats, with what a process needs besides
   */
  public static MemoryEstimate of(MemoryForecast forecast) {
    return new MemoryEstimate(forecast.parameters(), forecast.slots(), forecast.activations());
  }

  /**
   * Bytes in all: each parameter with its gradient and slots, and again a copy for checkpoints.
   *
   * @return an estimate, not a bound
   */
  public double bytes() {
    return BASE + 4 * (parameters * 2 * (2 + slots) + activations);
  }

  /**
   * Refuses a training that cannot fit.
   *
   * @param what what is to be trained, for the message
   * @param available the bytes that there are, such as {@link Runtime#maxMemory}
   * @throws InvalidOptionException with the estimate, if it is more than there is
   */
  public void requireFits(String what, long available) {
    if (bytes() > (double) available) {
      throw new InvalidOptionException(
          "[memory] %s needs about %s (%s parameters) but the JVM may use %s; choose smaller sizes or give it more memory (-Xmx)"
              .formatted(what, size(bytes()), count(parameters), size((double) available)));
    }
  }

  private static String size(double bytes) {
    String[] units = {"MiB", "GiB", "TiB", "PiB"};
    double value = bytes / (1 << 20);
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return "%.1f %s".formatted(value, units[unit]);
  }

  private static String count(double count) {
    return count < 1e6 ? "%.0f".formatted(count) : "%.1f million".formatted(count / 1e6);
  }
}
