package dev.comporta.training.text;

import java.util.List;
import org.apiguardian.api.API;

/** What the tokens of a text are. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Splitting permits PlainSplitting, BytePairSplitting {
  /** How pictures write a space: a sign that looks the same when it is rotated. */
  String SHOWN_SPACE = "\u00b7";

  /**
   * The permanent name.
   *
   * @return as options and model files write it
   */
  String option();

  /**
   * What one token is.
   *
   * @return in the singular
   */
  String unit();

  /**
   * The tokens of a text.
   *
   * @param text any text
   * @return the tokens with spaces between them, as {@link WordVocabulary#split} reads them
   */
  String split(String text);

  /**
   * The text of tokens.
   *
   * @param tokens as {@link #split} separated them
   * @return what they were split from, but for white space of other kinds
   */
  String join(List<String> tokens);

  /**
   * A token in readable characters, for pictures.
   *
   * @param token one token
   * @return the same, a space as {@link #SHOWN_SPACE}
   */
  default String shown(String token) {
    return token;
  }

  /**
   * The length of a sentence: in words, or in characters where those are the tokens.
   *
   * @param text one sentence
   * @return the number
   */
  default int length(String text) {
    return WordVocabulary.split(text).size();
  }
}
