package dev.comporta.attention.decoding;

import org.apiguardian.api.API;

/**
 * The model as a search sees it: gives the probabilities of the next token for many rows at once. A
 * row is one unfinished output of one of the sequences being decoded. For every row, each call
 * gives the row of the previous call that it continues and the token that it appends, so that the
 * model can move its states. The answer for a row must not depend on the other rows.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface NextTokens {
  /**
   * The number of sequences being decoded; each has one row before the first call.
   *
   * @return at least 1
   */
  int sequences();

  /**
   * The vocabulary size.
   *
   * @return V
   */
  int vocabulary();

  /**
   * The number of positions of the longest attention memory.
   *
   * @return S; 0 for a model without attention
   */
  int positions();

  /**
   * The number of positions of one sequence's memory, without padding.
   *
   * @param sequence the index of the sequence
   * @return 0 to S; the default is S
   */
  default int positions(int sequence) {
    return positions();
  }

  /**
   * Starts a search: the next call of {@link #next} is its first one. A model that is for one
   * search at a time refuses a second one here.
   *
   * @throws dev.comporta.api.ComportaException if another search is under way
   */
  default void begin() {}

  /** Ends the search that {@link #begin} started. */
  default void end() {}

  /**
   * Moves every row one token on.
   *
   * @param rows the number of rows
   * @param parents for each row, the row of the previous call that it continues; at the first call,
   *     the index of its sequence. Only the first {@code rows} elements are read
   * @param tokens the token that each row appends; only the first {@code rows} elements are read
   * @param logProbabilities receives the log-probabilities (nats) of the next token of each row,
   *     {@code [rows, V]} from the start of the array
   * @param attention receives the attention weights of each row, {@code [rows, S]} from the start
   *     of the array, zero at padding
   */
  void next(int rows, int[] parents, int[] tokens, float[] logProbabilities, float[] attention);
}
