package dev.comporta.training.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Subwords merged from bytes (Sennrich, Haddow and Birch 2016). The space before a word belongs to
 * it, and the first word has one as well, so a word is split alike wherever it is and texts come
 * back unchanged, but for white space around them.
 *
 * @param joins the merges that were learned
 * @param known the subwords that are tokens; others are split again
 */
@API(status = API.Status.EXPERIMENTAL)
public record BytePairSplitting(BytePairVocabulary joins, Set<String> known) implements Splitting {
  /** The permanent name. */
  public static final String OPTION = "bpe";

  /** Leaves out the reserved words of a vocabulary, which are not subwords. */
  public BytePairSplitting {
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

  /** A sentence as merges are learned from it: with a space before the first word, too. */
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

  /** Bytes that are not whole characters are written in hexadecimal. */
  @Override
  public String shown(String token) {
    byte[] bytes = BytePairVocabulary.bytes(token);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes))
          .toString()
          .replace(" ", SHOWN_SPACE);
    } catch (CharacterCodingException _) {
      return "x" + HexFormat.of().formatHex(bytes);
    }
  }
}
