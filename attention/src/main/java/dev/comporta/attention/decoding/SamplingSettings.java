package dev.comporta.attention.decoding;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.tensor.CounterRandom;
import java.util.List;
import org.apiguardian.api.API;

/**
 * How outputs are drawn.
 *
 * @param sampler how each token is
 * @param samples outputs that are drawn of each sequence, at least 1
 * @param seed of the draws, which are functions of it, the sequence's name, the output's number and
 *     the token's place
 */
@API(status = API.Status.EXPERIMENTAL)
public record SamplingSettings(Sampler sampler, int samples, long seed) implements Decoding {
  /**
   * Checks the numbers.
   *
   * @throws InvalidOptionException if there are no samples
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
