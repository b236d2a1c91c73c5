package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.TextTokens;

/**
 * How well a language model predicts the tokens of a text after the first.
 *
 * @param loss the mean loss per token, in nats
 * @param accuracy the share of tokens that were the most likely ones, from 0 to 1
 * @param count the number of predicted tokens
 */
public record TextMeasure(double loss, double accuracy, long count) {
  private static final int CHUNK = 64;

  /** Up to 32 streams of 2,048 tokens or more are fast and leave almost every token its context. */
  private static final int STREAM = 2048;

  private static final int MOST_STREAMS = 32;

  /**
   * {@return a text as a model is measured on it: words in one stream, since the state is carried
   * from sentence to sentence, other tokens in up to 32}
   *
   * @param name of the model or task, for the message
   * @param tokens what the ids stand for
   * @param ids 2 or more
   * @throws ComportaException if there are fewer
   */
  public static ChunkSource chunks(String name, TextTokens tokens, IdSequence ids) {
    long predicted = ids.size() - 1;
    if (predicted < 1) {
      throw new ComportaException(
          formatted(
              "[%s] expected at least 2 tokens, one to start from and one to predict, but got %d",
              name, ids.size()));
    }
    int timesteps = (int) Math.min(CHUNK, predicted);
    int streams = tokens.words() != null ? 1 : Math.clamp(predicted / STREAM, 1, MOST_STREAMS);
    return new StreamBatcher(ids, streams, timesteps);
  }
}
