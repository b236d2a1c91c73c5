package dev.comporta.tasks.translation;

import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.Hypothesis;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a model made of a sentence.
 *
 * @param source the sentence's tokens as they stand, without the end
 * @param outputs the text of each hypothesis, the best first
 * @param found the hypotheses and the search's tree
 */
@API(status = API.Status.EXPERIMENTAL)
public record Translation(List<String> source, List<String> outputs, BeamSearch.Found found) {
  /** Keeps copies of the lists. */
  public Translation {
    source = List.copyOf(source);
    outputs = List.copyOf(outputs);
  }

  /**
   * The best output.
   *
   * @return its text
   */
  public String best() {
    return outputs.getFirst();
  }

  /**
   * The best output with its tokens, their log-probabilities and what they attended to.
   *
   * @return the first hypothesis
   */
  public Hypothesis hypothesis() {
    return found.best();
  }
}
