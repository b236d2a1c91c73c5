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

  /**
   * Classifies texts, several at a time. Each gets the same bits as if it were classified alone.
   *
   * @param texts as in {@link #classify(String)}
   * @return the labels of each
   * @throws ComportaException as {@link #classify(String)}
   */
  public List<Classification> classifyTexts(List<String> texts) {
    return first(reader.ofTexts(texts));
  }

  /**
   * Classifies sequences of ids, several at a time. Each gets the same bits as if it were
   * classified alone.
   *
   * @param sequences one id or more each
   * @return the labels of each
   * @throws ComportaException if the model reads features, or an id is out of range
   */
  public List<Classification> classifyAllIds(List<int[]> sequences) {
    return first(reader.ofAllIds(sequences));
  }

  /**
   * Classifies sequences of features, several at a time. Each gets the same bits as if it were
   * classified alone.
   *
   * @param sequences {@code [T, inputSize]} each, one timestep or more
   * @return the labels of each
   * @throws ComportaException if the model reads ids, or a size is wrong
   */
  public List<Classification> classifyAll(List<float[]> sequences) {
    return first(reader.ofAllValues(sequences));
  }

  private static List<Classification> first(List<List<List<Label>>> all) {
    return all.stream().map(outputs -> new Classification(outputs.getFirst())).toList();
  }
}
