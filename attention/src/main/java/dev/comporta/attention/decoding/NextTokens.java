package dev.comporta.attention.decoding;

import org.apiguardian.api.API;

/**
 * What a search asks of a model: the probabilities of the next token, for many rows at once. A row
 * is one unfinished output of one of the sequences being decoded; each call names, for every row,
 * the row of the call before that it continues and the token that it appends, so that the model can
 * carry its states along. A row's answer must not depend on the rows beside it.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface NextTokens {
  /**
   * The sequences being decoded, each of which has one row before the first call.
   *
   * @return their number, at least 1
   */
  int sequences();

  /**
   * The ids that a token may have.
   *
   * @return V
   */
  int vocabulary();

  /**
   * The positions of the memory that attention weighs.
   *
   * @return S, those of the longest memory; 0 for a model without attention
   */
  int positions();

  /**
   * The positions of one sequence's memory, without those that only stand there because the memory
   * of another sequence is longer.
   *
   * @param sequence its index
   * @return 0 to S; S unless the model says otherwise
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
   * @param rows how many rows there are now
   * @param parents the row of the last call that each row continues, at the first call the index of
   *     its sequence; {@code rows} elements count
   * @param tokens the token that each row appends first; {@code rows} elements count
   * @param logProbabilities filled with what each row says of the token after that: natural
   *     logarithms, {@code [rows, V]} from the start of the array
   * @param attention filled with the weights with which each row read the memory, {@code [rows, S]}
   *     from the start of the array, zero at padding
   */
  void next(int rows, int[] parents, int[] tokens, float[] logProbabilities, float[] attention);
}
