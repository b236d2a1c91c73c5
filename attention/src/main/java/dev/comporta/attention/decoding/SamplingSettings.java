package dev.comporta.attention.decoding;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.tensor.CounterRandom;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Settings of sampling.
 *
 * @param sampler draws each token
 * @param samples the number of outputs per sequence, at least 1
 * @param seed the seed; a random number depends on it, the name of the sequence, the number of the
 *     output and the position of the token
 */
@API(status = API.Status.EXPERIMENTAL)
public record SamplingSettings(Sampler sampler, int samples, long seed) implements Decoding {
  /**
   * Checks the range.
   *
   * @throws InvalidOptionException if samples is less than 1
   */
  public SamplingSettings {
    if (samples < 1) {
      throw new InvalidOptionException("[sampling] expected 1 sample or more but got " + samples);
    }
  }

  @Override
  public List<BeamSearch.Found> decode(
      NextTokens model, int begin, int end, int[] longest, List<String> names, boolean tree) {
    CounterRandom random = new CounterRandom(seed);
    return new Sampling(model, sampler, begin, end)
        .sample(longest, samples, names.stream().map(random::stream).toList(), tree);
  }
}
