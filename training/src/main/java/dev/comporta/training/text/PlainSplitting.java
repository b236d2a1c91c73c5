package dev.comporta.training.text;

import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/** Tokens that need no learning. */
@API(status = API.Status.EXPERIMENTAL)
public enum PlainSplitting implements Splitting {
  /** What is between white space. */
  WORDS("words", "word") {
    @Override
    public String split(String text) {
      return text.strip();
    }

    @Override
    public String join(List<String> tokens) {
      return String.join(" ", tokens);
    }
  },

  /** Every code point; a space is {@link #SPACE}, and where a text has that itself, two of them. */
  CHARACTERS("characters", "character") {
    @Override
    public String split(String text) {
      return text.codePoints().mapToObj(PlainSplitting::token).collect(Collectors.joining(" "));
    }

    @Override
    public String join(List<String> tokens) {
      StringBuilder text = new StringBuilder();
      for (String token : tokens) {
        text.append(token.equals(SPACE) ? " " : token.equals(LITERAL_SPACE) ? SPACE : token);
      }
      return text.toString();
    }

    @Override
    public String shown(String token) {
      return token.equals(SPACE) ? SHOWN_SPACE : token.equals(LITERAL_SPACE) ? SPACE : token;
    }

    @Override
    public int length(String text) {
      return text.codePointCount(0, text.length());
    }
  };

  /** The token of a space. */
  public static final String SPACE = "\u2581";

  private static final String LITERAL_SPACE = SPACE + SPACE;

  private final String option;
  private final String unit;

  PlainSplitting(String option, String unit) {
    this.option = option;
    this.unit = unit;
  }

  private static String token(int character) {
    if (Character.isWhitespace(character)) {
      return SPACE;
    }
    String token = Character.toString(character);
    return token.equals(SPACE) ? LITERAL_SPACE : token;
  }

  @Override
  public String option() {
    return option;
  }

  @Override
  public String unit() {
    return unit;
  }
}
