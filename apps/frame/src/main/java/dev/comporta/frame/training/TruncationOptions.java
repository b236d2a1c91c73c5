package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import org.apiguardian.api.API;

/**
 * Truncated back-propagation through time over streams (Williams and Peng 1990): every {@code k1}
 * timesteps an update whose gradients flow back over {@code k2} timesteps.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TruncationOptions {
  /** The timesteps of a chunk; each task has a default. */
  public static final Option<Integer> CHUNK =
      Option.size("chunk", 1)
          .in(Group.TRAINING)
          .help("timesteps per chunk of truncated back-propagation");

  /** How often parameters are updated. */
  public static final Option<Integer> K1 =
      Option.size("k1", 1)
          .in(Group.TRAINING)
          .or(it -> it.get(CHUNK), "--chunk")
          .keptIfGiven()
          .help("timesteps between two updates");

  /** How far gradients flow back. */
  public static final Option<Integer> K2 =
      Option.size("k2", 1)
          .in(Group.TRAINING)
          .or(it -> Math.max(it.get(CHUNK), it.get(K1)), "--chunk")
          .keptIfGiven()
          .help("timesteps over which gradients flow back, at least --k1");

  private TruncationOptions() {}

  /**
   * The options.
   *
   * @param chunk the default
   * @return in order
   */
  public static Options of(int chunk) {
    return Options.of(CHUNK.or(chunk), K1, K2);
  }

  /**
   * Refuses gradients that would miss timesteps.
   *
   * @param settings the settings
   * @throws InvalidOptionException if k1 is above k2
   */
  public static void require(Settings settings) {
    int k1 = settings.get(K1);
    int k2 = settings.get(K2);
    if (k1 > k2) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected k1 of at most k2 but got k1 = %d and k2 = %d: gradients would miss %d of every %d timesteps",
              settings.owner(), k1, k2, k1 - k2, k1));
    }
  }
}
