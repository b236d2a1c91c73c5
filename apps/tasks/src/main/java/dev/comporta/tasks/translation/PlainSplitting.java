package dev.comporta.tasks.translation;

import java.util.List;
import java.util.stream.Collectors;

/** Tokens that are found without having learned anything. */
enum PlainSplitting implements Splitting {
  /** What stands between white space. */
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

  /** Every code point. */
  CHARACTERS("characters", "character") {
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

    @Override
    public int length(String text) {
      return text.codePointCount(0, text.length());
    }
  };

  static final String SPACE = "\u2581";

  private final String option;
  private final String unit;

  PlainSplitting(String option, String unit) {
    this.option = option;
    this.unit = unit;
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
