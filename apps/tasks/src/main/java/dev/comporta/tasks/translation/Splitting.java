package dev.comporta.tasks.translation;

import dev.comporta.training.text.WordVocabulary;
import java.util.List;
import org.apiguardian.api.API;

/** What the tokens of a text are. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Splitting permits PlainSplitting, BytePairSplitting {
  /**
   * Its permanent name.
   *
   * @return as options and model files have it
   */
  String option();

  /**
   * What one token is, for figures that are given per token.
   *
   * @return in the singular
   */
  String unit();

  /**
   * The tokens of a text.
   *
   * @param text any text
   * @return the tokens with white space between them, as {@link WordVocabulary#split} takes it
   */
  String split(String text);

  /**
   * The text of tokens.
   *
   * @param tokens as {@link #split} separated them
   * @return what they came from, but for white space other than single spaces
   */
  String join(List<String> tokens);

  /**
   * How a picture writes a token.
   *
   * @param token one token
   * @return the same in readable characters
   */
  default String shown(String token) {
    return token;
  }

  /**
   * How long a sentence is, in what people count: words, or characters where those are the tokens.
   *
   * @param text one sentence
   * @return the number
   */
  default int length(String text) {
    return WordVocabulary.split(text).size();
  }
}
