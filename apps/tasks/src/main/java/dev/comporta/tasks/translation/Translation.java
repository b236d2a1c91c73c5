package dev.comporta.tasks.translation;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What a model made of a sentence.
 *
 * @param outputs the text of each hypothesis, the best first; at least one
 * @param scores what each was ranked by
 */
@API(status = API.Status.EXPERIMENTAL)
public record Translation(List<String> outputs, List<Double> scores) {
  /** Of a sentence that has nothing but white space, for which nothing is searched. */
  static final Translation BLANK = new Translation(List.of(""), List.of(0.0));

  /** Keeps copies of the lists. */
  public Translation {
    outputs = List.copyOf(outputs);
    scores = List.copyOf(scores);
  }

  /**
   * The best output.
   *
   * @return its text
   */
  public String best() {
    return outputs.getFirst();
  }
}
