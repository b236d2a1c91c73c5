package dev.comporta.tasks.translation;

import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.Hypothesis;
import java.util.List;
import org.apiguardian.api.API;

/**
 * How a translation was found. It holds a weight for each token of the source at each token of
 * every hypothesis, so none is kept longer than it is looked at.
 *
 * @param source the sentence's tokens as they stand, without the end
 * @param outputs the text of each hypothesis, the best first
 * @param found the hypotheses, and the search's tree if it was asked for
 */
@API(status = API.Status.EXPERIMENTAL)
public record TranslationSearch(List<String> source, List<String> outputs, BeamSearch.Found found) {
  /** Keeps copies of the lists. */
  public TranslationSearch {
    source = List.copyOf(source);
    outputs = List.copyOf(outputs);
  }

  /**
   * What was found, without how.
   *
   * @return texts and scores
   */
  public Translation translation() {
    return new Translation(outputs, found.hypotheses().stream().map(Hypothesis::score).toList());
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
