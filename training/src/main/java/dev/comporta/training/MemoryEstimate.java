package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.explain.MemoryPrediction;
import org.apiguardian.api.API;

/**
 * An estimate of the RAM that a training run needs, computed before anything is allocated. Computed
 * in double, so that huge sizes do not overflow.
 *
 * @param parameters the number of elements of all parameters
 * @param slots the number of floats that the optimizer stores for each parameter element
 * @param activations the number of floats that one chunk keeps between the forward and the backward
 *     pass, including gradients
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemoryEstimate(double parameters, int slots, double activations) {
  /** Bytes for the JVM, its code and all small objects. */
  private static final double BASE = 48 << 20;

  /** What a heap must have beyond its objects: the collector divides it, and arrays are large. */
  private static final double ROOM = 1.1;

  /**
   * The estimate from a memory prediction.
   *
   * @param prediction the numbers of floats that a training step keeps
   * @return the estimate for the whole process
   */
  public static MemoryEstimate of(MemoryPrediction prediction) {
    return new MemoryEstimate(
        prediction.parameters(), prediction.slots(), prediction.activations());
  }

  /**
   * The total in bytes: each parameter with its gradient and optimizer slots, plus a copy of these
   * for checkpoints, plus activations, plus a tenth, since no heap can be filled to the last byte.
   *
   * @return an estimate, not a bound
   */
  public double bytes() {
    return ROOM * (BASE + 4 * (parameters * 2 * (2 + slots) + activations));
  }

  /**
   * Rejects a training run that does not fit into memory.
   *
   * @param what the name of what is trained, for the message
   * @param available the available bytes, such as {@link Runtime#maxMemory}
   * @throws InvalidOptionException if the estimate exceeds the available memory
   */
  public void requireFits(String what, long available) {
    if (bytes() > (double) available) {
      throw new InvalidOptionException(
          formatted(
              "[memory] %s needs about %s (%s parameters) but the JVM may use only %s; choose smaller sizes or raise the limit (-Xmx)",
              what, size(bytes()), count(parameters), size((double) available)));
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
    return formatted("%.1f %s", value, units[unit]);
  }

  private static String count(double count) {
    return count < 1e6 ? formatted("%.0f", count) : formatted("%.1f million", count / 1e6);
  }
}
