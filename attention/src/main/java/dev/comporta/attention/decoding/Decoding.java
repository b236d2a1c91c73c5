package dev.comporta.attention.decoding;

import dev.comporta.api.InvalidOptionException;
import java.util.List;
import org.apiguardian.api.API;

/** The method that finds output sequences: beam search or sampling. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Decoding permits BeamSettings, SamplingSettings {
  /**
   * Decodes all sequences of a model in one batch, independently of each other.
   *
   * @param model gives the probabilities of the next token
   * @param begin the token that precedes every output; it is not part of the output
   * @param end the token that ends an output
   * @param longest the maximum length of the output of each sequence in tokens, including the end
   *     token; at least 1
   * @param names one name for each sequence, from which its random numbers are derived; sequences
   *     with equal names use the same random numbers
   * @param tree whether every token that was kept is returned; if false, the trees are empty
   * @return the result for each sequence
   * @throws IllegalArgumentException if longest does not contain a length of at least 1 for every
   *     sequence
   * @throws InvalidOptionException if the number of outputs times sequences does not fit into an
   *     array
   */
  List<BeamSearch.Found> decode(
      NextTokens model, int begin, int end, int[] longest, List<String> names, boolean tree);
}
