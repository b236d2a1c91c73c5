package dev.comporta.tasks.translation;

import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/** What the tokens of a text are. */
@API(status = API.Status.EXPERIMENTAL)
public enum Splitting {
  /** What stands between white space. */
  WORDS("words") {
    @Override
    public String split(String text) {
      return text.strip();
    }

    @Override
    public String join(List<String> tokens) {
      return String.join(" ", tokens);
    }
  },

  /** Every character (code point); a space becomes {@code U+2581}, the lower one eighth block. */
  CHARACTERS("characters") {
    @Override
    public String split(String text) {
      return text.codePoints()
          .mapToObj(c -> Character.isWhitespace(c) ? SPACE : Character.toString(c))
          .collect(Collectors.joining(" "));
    }

    @Override
    public String join(List<String> tokens) {
      return String.join("", tokens).replace(SPACE, " ");
    }
  };

  private static final String SPACE = "\u2581";

  private final String option;

  Splitting(String option) {
    this.option = option;
  }

  /**
   * Its permanent name.
   *
   * @return as options and model files have it
   */
  public String option() {
    return option;
  }

  /**
   * The tokens of a text.
   *
   * @param text any text
   * @return the tokens with a space between them
   */
  public abstract String split(String text);

  /**
   * The text of tokens.
   *
   * @param tokens as {@link #split} separated them
   * @return what they came from, but for white space other than single spaces
   */
  public abstract String join(List<String> tokens);
}
