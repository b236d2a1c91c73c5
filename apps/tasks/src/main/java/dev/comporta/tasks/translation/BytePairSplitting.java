package dev.comporta.tasks.translation;

import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Parts of words, joined from bytes (Sennrich, Haddow and Birch 2016). The space before a word
 * belongs to it, the first word has one as well, so a word has the same parts wherever it stands
 * and texts come back unchanged, but for white space around them.
 *
 * @param joins what was learned
 * @param known the parts that are tokens; others are taken apart again
 */
record BytePairSplitting(BytePairVocabulary joins, Set<String> known) implements Splitting {
  static final String OPTION = "bpe";

  /** No part is a reserved word, whatever the vocabulary has beside its parts. */
  BytePairSplitting {
    Set<String> parts = new HashSet<>(known);
    parts.removeAll(List.of(WordVocabulary.UNKNOWN, WordVocabulary.END));
    known = Set.copyOf(parts);
  }

  @Override
  public String option() {
    return OPTION;
  }

  @Override
  public String unit() {
    return "part of a word";
  }

  /** A sentence as its joins are learned: the first word with a space before it like the others. */
  static String spaced(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? "" : " " + stripped;
  }

  @Override
  public String split(String text) {
    return String.join(" ", joins.parts(spaced(text), known::contains));
  }

  @Override
  public String join(List<String> tokens) {
    String text = BytePairVocabulary.text(tokens);
    return text.startsWith(" ") ? text.substring(1) : text;
  }

  /** Bytes that are no whole characters are written as hexadecimal digits. */
  @Override
  public String shown(String token) {
    byte[] bytes = BytePairVocabulary.bytes(token);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes))
          .toString()
          .replace(" ", PlainSplitting.SPACE);
    } catch (CharacterCodingException _) {
      return "x" + HexFormat.of().formatHex(bytes);
    }
  }
}
