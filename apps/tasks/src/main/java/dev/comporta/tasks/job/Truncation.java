package dev.comporta.tasks.job;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.TaskOption;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Truncated back-propagation through time over streams: every {@code k1} timesteps an update whose
 * gradients flow back over {@code k2} timesteps.
 *
 * @param chunk both numbers where nothing else is given
 * @param k1 how often
 * @param k2 how far back
 */
@API(status = API.Status.EXPERIMENTAL)
public record Truncation(int chunk, int k1, int k2) {
  /**
   * The options, for the help.
   *
   * @param chunk the task's default
   * @return in order
   */
  public static List<TaskOption> options(int chunk) {
    return List.of(
        TaskOption.whole(
            "chunk", Integer.toString(chunk), "timesteps of a chunk, over which gradients flow"),
        TaskOption.whole("k1", "chunk", "timesteps from one update to the next"),
        TaskOption.whole("k2", "chunk", "timesteps that gradients flow back, at least k1"));
  }

  /**
   * Reads the numbers.
   *
   * @param options a reader of what was given
   * @param otherwise the chunk where none is given
   * @return the numbers
   * @throws InvalidOptionException if one is less than 1 or {@code k1} is above {@code k2}
   */
  public static Truncation read(OptionReader options, int otherwise) {
    int chunk = options.count("chunk", 1, otherwise);
    int k1 = options.count("k1", 1, chunk);
    int k2 = options.count("k2", 1, Math.max(chunk, k1));
    if (k1 > k2) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected k1 of at most k2 but got k1 = %d and k2 = %d: gradients would miss %d of every %d timesteps",
              options.name(), k1, k2, k1 - k2, k1));
    }
    return new Truncation(chunk, k1, k2);
  }

  /**
   * What the parameters depend on, as a model file keeps it.
   *
   * @param kept what the task keeps
   * @return the same and these numbers
   */
  public Spec keptIn(Spec kept) {
    Spec all = kept.with("chunk", chunk);
    all = k1 == chunk ? all : all.with("k1", k1);
    return k2 == Math.max(chunk, k1) ? all : all.with("k2", k2);
  }
}
