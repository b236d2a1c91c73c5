package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A character vocabulary. A character is a Unicode code point; ids are in the order of code points,
 * so the vocabulary of a text does not depend on the order of its characters.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CharacterVocabulary {
  /** Typographic characters and their plain equivalents. */
  private static final Map<Integer, Integer> PLAIN =
      Map.ofEntries(
          Map.entry(0x2018, (int) '\''),
          Map.entry(0x2019, (int) '\''),
          Map.entry(0x201C, (int) '"'),
          Map.entry(0x201D, (int) '"'),
          Map.entry(0x2010, (int) '-'),
          Map.entry(0x2012, (int) '-'),
          Map.entry(0x2013, (int) '-'),
          Map.entry(0x2014, (int) '-'),
          Map.entry(0x2026, (int) '.'),
          Map.entry(0x00A0, (int) ' '),
          Map.entry((int) '\t', (int) ' '),
          Map.entry((int) '\r', (int) '\n'));

  private final int[] codePoints; // ascending

  private CharacterVocabulary(int[] codePoints) {
    this.codePoints = codePoints;
  }

  /**
   * The characters of a text.
   *
   * @param text any text
   * @return its vocabulary
   */
  public static CharacterVocabulary of(String text) {
    return new CharacterVocabulary(text.codePoints().distinct().sorted().toArray());
  }

  /**
   * Creates a vocabulary from the tokens of a model file.
   *
   * @param tokens one character each, in ascending order of code points
   * @return the vocabulary
   * @throws ComportaException if a token is not one character or out of order
   */
  public static CharacterVocabulary ofTokens(List<String> tokens) {
    int[] codePoints = new int[tokens.size()];
    for (int id = 0; id < codePoints.length; id++) {
      String token = tokens.get(id);
      if (token.isEmpty() || token.codePointCount(0, token.length()) != 1) {
        throw new ComportaException(
            formatted(
                "[vocabulary] expected one character for id %d but got %d; this is not a character model",
                id, token.codePointCount(0, token.length())));
      }
      codePoints[id] = token.codePointAt(0);
      if (id > 0 && codePoints[id] <= codePoints[id - 1]) {
        throw new ComportaException(
            formatted(
                "[vocabulary] expected characters in ascending order but id %d is %s after %s",
                id, shown(codePoints[id]), shown(codePoints[id - 1])));
      }
    }
    return new CharacterVocabulary(codePoints);
  }

  /**
   * The number of characters.
   *
   * @return V
   */
  public int size() {
    return codePoints.length;
  }

  /**
   * The characters as they are stored in a model file.
   *
   * @return one string per id
   */
  public List<String> tokens() {
    return Arrays.stream(codePoints).mapToObj(Character::toString).toList();
  }

  /**
   * Encodes a text.
   *
   * @param text the text
   * @param what a description of the text for the message, such as {@code the prompt}
   * @return one id per character
   * @throws ComportaException if a character is unknown; the message names the first one, its
   *     position and the nearest known character
   */
  public int[] encode(String text, String what) {
    int[] ids = text.codePoints().toArray();
    int[] ofLatin1 = new int[256]; // a fast path for most text; other characters are searched for
    Arrays.fill(ofLatin1, -1);
    for (int id = 0; id < codePoints.length && codePoints[id] < ofLatin1.length; id++) {
      ofLatin1[codePoints[id]] = id;
    }
    for (int i = 0; i < ids.length; i++) {
      int codePoint = ids[i];
      int id =
          codePoint < ofLatin1.length
              ? ofLatin1[codePoint]
              : Arrays.binarySearch(codePoints, codePoint);
      if (id < 0) {
        throw unknown(codePoint, i, what);
      }
      ids[i] = id;
    }
    return ids;
  }

  /**
   * Decodes ids.
   *
   * @param ids each from 0 to {@link #size} - 1
   * @return the characters
   */
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder(ids.length);
    for (int id : ids) {
      text.appendCodePoint(codePoints[id]);
    }
    return text.toString();
  }

  private ComportaException unknown(int codePoint, int position, String what) {
    return new ComportaException(
        formatted(
            "[vocabulary] the character %s at position %d of %s is not among the %d known to the model%s",
            shown(codePoint),
            position,
            what,
            codePoints.length,
            codePoints.length == 0 ? "" : "; the nearest is " + shown(nearest(codePoint))));
  }

  private boolean knows(int codePoint) {
    return Arrays.binarySearch(codePoints, codePoint) >= 0;
  }

  /**
   * The nearest known character: the same one without accents or in the other case, the plain
   * equivalent of a typographic one, else the closest code point, preferably of the same kind.
   */
  int nearest(int codePoint) {
    int plain = PLAIN.getOrDefault(codePoint, withoutMarks(codePoint));
    int[] alternatives = {
      otherCase(codePoint), plain, otherCase(plain),
    };
    for (int alternative : alternatives) {
      if (alternative != codePoint && knows(alternative)) {
        return alternative;
      }
    }
    int best = codePoints[0];
    long least = Long.MAX_VALUE;
    for (int known : codePoints) {
      long otherKind = kind(known) == kind(plain) ? 0 : 1L << 32;
      long distance = Math.abs((long) known - plain) + otherKind;
      if (distance < least) {
        least = distance;
        best = known;
      }
    }
    return best;
  }

  private static int kind(int codePoint) {
    if (Character.isLetter(codePoint)) {
      return 1;
    }
    if (Character.isDigit(codePoint)) {
      return 2;
    }
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) ? 3 : 4;
  }

  private static int otherCase(int codePoint) {
    int lower = Character.toLowerCase(codePoint);
    return lower != codePoint ? lower : Character.toUpperCase(codePoint);
  }

  private static int withoutMarks(int codePoint) {
    if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
      return codePoint;
    }
    return Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKD).codePointAt(0);
  }

  /** A character for a message: quoted if it is visible, and always with its code point. */
  static String shown(int codePoint) {
    String number = formatted("U+%04X", codePoint);
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.NON_SPACING_MARK ->
          number;
      default -> "'" + Character.toString(codePoint) + "' (" + number + ")";
    };
  }
}
