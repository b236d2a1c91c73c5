package dev.comporta.inference;

import dev.comporta.api.ComportaException;
import java.util.List;

/**
 * A model that labels each timestep of a sequence, such as each word of a sentence. Any number of
 * threads may use it at once.
 */
public final class Labeler {
  private final LabelReader reader;

  Labeler(LoadedModel model) {
    this.reader = new LabelReader(model, "label", true);
  }

  /** {@return the labels} */
  public List<String> labels() {
    return reader.labels();
  }

  /**
   * Labels the tokens of a text.
   *
   * @param text cut into the tokens of the file
   * @return the most likely label of each token
   * @throws ComportaException if the file holds no tokens of texts, or the text has none
   */
  public List<Label> label(String text) {
    return best(reader.ofText(text));
  }

  /**
   * Labels a sequence of ids.
   *
   * @param ids one id or more
   * @return the most likely label of each timestep
   * @throws ComportaException if the model reads features, or an id is out of range
   */
  public List<Label> labelIds(int... ids) {
    return best(reader.ofIds(ids));
  }

  /**
   * Labels a sequence of features.
   *
   * @param values {@code [T, inputSize]}, one timestep or more
   * @return the most likely label of each timestep
   * @throws ComportaException if the model reads ids, or the size is wrong
   */
  public List<Label> label(float[] values) {
    return best(reader.ofValues(values));
  }

  /**
   * Labels texts, several at a time. Each gets the same bits as if it were labelled alone.
   *
   * @param texts as in {@link #label(String)}
   * @return the most likely label of each token of each text
   * @throws ComportaException as {@link #label(String)}
   */
  public List<List<Label>> labelTexts(List<String> texts) {
    return reader.ofTexts(texts).stream().map(Labeler::best).toList();
  }

  /**
   * Labels sequences of ids, several at a time. Each gets the same bits as if it were labelled
   * alone.
   *
   * @param sequences one id or more each
   * @return the most likely label of each timestep of each sequence
   * @throws ComportaException if the model reads features, or an id is out of range
   */
  public List<List<Label>> labelAllIds(List<int[]> sequences) {
    return reader.ofAllIds(sequences).stream().map(Labeler::best).toList();
  }

  /**
   * Labels sequences of features, several at a time. Each gets the same bits as if it were labelled
   * alone.
   *
   * @param sequences {@code [T, inputSize]} each, one timestep or more
   * @return the most likely label of each timestep of each sequence
   * @throws ComportaException if the model reads ids, or a size is wrong
   */
  public List<List<Label>> labelAll(List<float[]> sequences) {
    return reader.ofAllValues(sequences).stream().map(Labeler::best).toList();
  }

  private static List<Label> best(List<List<Label>> all) {
    return all.stream().map(List::getFirst).toList();
  }
}
