package dev.comporta.attention.decoding;

import dev.comporta.api.InvalidOptionException;
import java.util.List;
import org.apiguardian.api.API;

/** How the outputs of sequences are found: by a beam search, or drawn. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Decoding permits BeamSettings, SamplingSettings {
  /**
   * Decodes all sequences of a model side by side; what is beside a sequence does not change its
   * outputs.
   *
   * @param model what is asked
   * @param begin the token that starts every output, and is no part of it
   * @param end the token that ends an output
   * @param longest the most tokens for the output of each sequence, its end counted, at least 1
   * @param names what tells the sequences apart for draws, one for each: equal names draw alike
   * @param tree whether all tokens that were kept on the way and all weights are told; without,
   *     trees are empty, and so are the weights of hypotheses
   * @return what was found for each
   * @throws IllegalArgumentException if longest does not hold a length of at least 1 for every
   *     sequence
   * @throws InvalidOptionException if so many outputs of so many sequences do not fit into an array
   */
  List<BeamSearch.Found> decode(
      NextTokens model, int begin, int end, int[] longest, List<String> names, boolean tree);
}
