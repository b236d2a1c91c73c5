package dev.comporta.inference;

import dev.comporta.api.ComportaException;
import java.util.List;

/**
 * A model that gives a sequence one label, such as a sentence its topic. Any number of threads may
 * use it at once.
 */
public final class Classifier {
  private final LabelReader reader;

  Classifier(LoadedModel model) {
    this.reader = new LabelReader(model, "classify", false);
  }

  /** {@return the labels} */
  public List<String> labels() {
    return reader.labels();
  }

  /**
   * Classifies a text.
   *
   * @param text cut into the tokens of the file; characters without an id are left out
   * @return its labels
   * @throws ComportaException if the file holds no tokens of texts, or none of them is in the text
   */
  public Classification classify(String text) {
    return new Classification(reader.ofText(text).getFirst());
  }

  /**
   * Classifies a sequence of ids.
   *
   * @param ids one id or more
   * @return its labels
   * @throws ComportaException if the model reads features, or an id is out of range
   */
  public Classification classifyIds(int... ids) {
    return new Classification(reader.ofIds(ids).getFirst());
  }

  /**
   * Classifies a sequence of features.
   *
   * @param values {@code [T, inputSize]}, one timestep or more
   * @return its labels
   * @throws ComportaException if the model reads ids, or the size is wrong
   */
  public Classification classify(float[] values) {
    return new Classification(reader.ofValues(values).getFirst());
  }
}
