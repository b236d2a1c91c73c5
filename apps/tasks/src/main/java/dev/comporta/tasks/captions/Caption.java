package dev.comporta.tasks.captions;

import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.Hypothesis;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a model says of a picture.
 *
 * @param texts of each hypothesis, the best first
 * @param found the hypotheses and the search's tree
 */
@API(status = API.Status.EXPERIMENTAL)
public record Caption(List<String> texts, BeamSearch.Found found) {
  /** Keeps a copy of the list. */
  public Caption {
    texts = List.copyOf(texts);
  }

  /**
   * The best caption.
   *
   * @return its text
   */
  public String best() {
    return texts.getFirst();
  }

  /**
   * The best caption with its words, their log-probabilities and where it looked.
   *
   * @return the first hypothesis
   */
  public Hypothesis hypothesis() {
    return found.best();
  }
}
