package dev.comporta.api;

import static dev.comporta.api.Formatting.formatted;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Text from a file, a setting or a path, as it can be shown on a terminal or in a log without harm:
 * a character that would move the cursor, begin a line or turn the direction of writing is shown as
 * its number, such as {@code \u001b}. Letters of every script, combining marks and emoji stay.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Printable {
  /** The most characters of a message. */
  public static final int LONGEST_SENTENCE = 2_000;

  /** The most characters of a value that a message quotes. */
  public static final int LONGEST_QUOTE = 160;

  private static final String ELLIPSIS = "...";

  /** What stays of a long message behind the ellipsis: what to do is said at the end. */
  private static final int END_OF_SENTENCE = 600;

  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private Printable() {}

  /**
   * Text on one line: control and format characters, line breaks, tabs and halves of surrogate
   * pairs are shown as numbers.
   *
   * @param text any text
   * @return the same where there is nothing to escape
   */
  public static String line(String text) {
    return escaped(text, Printable::disturbsLine);
  }

  /**
   * Text of several lines, such as what a model writes: line breaks, tabs and format characters
   * stay, every other control character is shown as its number.
   *
   * @param text any text
   * @return the same where there is nothing to escape
   */
  public static String text(String text) {
    return escaped(text, Printable::disturbsText);
  }

  /**
   * A value as a message quotes it: on one line, and cut after {@link #LONGEST_QUOTE} characters.
   *
   * @param value any value
   * @return its text without quotation marks; an ellipsis says that it was cut
   */
  public static String quote(@Nullable Object value) {
    return cut(String.valueOf(value), LONGEST_QUOTE);
  }

  /**
   * A value as {@link #quote} shows it, between quotation marks.
   *
   * @param value any value
   * @return the text between single quotation marks
   */
  public static String quoted(@Nullable Object value) {
    return "'" + quote(value) + "'";
  }

  /**
   * A message: one line of at most {@link #LONGEST_SENTENCE} characters. A line break becomes a
   * space; of a longer message the middle is left out.
   *
   * @param message any text
   * @return the sentence
   */
  public static String sentence(String message) {
    if (message.length() <= LONGEST_SENTENCE) {
      String whole = line(withoutBreaks(message));
      if (whole.length() <= LONGEST_SENTENCE) {
        return whole;
      }
    }
    String first = message.substring(0, Math.min(message.length(), LONGEST_SENTENCE));
    String last = message.substring(Math.max(0, message.length() - END_OF_SENTENCE));
    String end = line(withoutBreaks(last));
    int from = boundary(end, Math.max(0, end.length() - END_OF_SENTENCE));
    return cut(withoutBreaks(first), LONGEST_SENTENCE - END_OF_SENTENCE - ELLIPSIS.length())
        + end.substring(from);
  }

  /**
   * Whether text would not be shown as it is by {@link #line}.
   *
   * @param text any text
   * @return true if it holds a control, format or separator character, or half a surrogate pair
   */
  public static boolean isDisturbing(String text) {
    return !line(text).equals(text);
  }

  /** The first characters on one line, with an ellipsis if there are more. */
  private static String cut(String text, int most) {
    String start = line(text.substring(0, Math.min(text.length(), most + 1)));
    if (start.length() <= most && text.length() <= most) {
      return start;
    }
    return start.substring(0, boundary(start, Math.min(most, start.length()))) + ELLIPSIS;
  }

  /** The place, or the one before it if it lies within a surrogate pair. */
  private static int boundary(String text, int at) {
    return at > 0
            && at < text.length()
            && Character.isLowSurrogate(text.charAt(at))
            && Character.isHighSurrogate(text.charAt(at - 1))
        ? at - 1
        : at;
  }

  /** Line breaks, and the white space around them, as one space. */
  private static String withoutBreaks(String text) {
    StringBuilder line = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = at;
      boolean broken = false;
      while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
        broken |= isBreak(text.charAt(end));
        end++;
      }
      if (end == at) {
        line.append(text.charAt(at));
        at++;
      } else {
        line.append(broken ? " " : text.substring(at, end));
        at = end;
      }
    }
    return line.toString();
  }

  private static boolean isBreak(char c) {
    return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  /** Whether one character of a text is to be shown as its number. */
  private interface Disturbing {
    boolean at(String text, int index, int codePoint);
  }

  private static String escaped(String text, Disturbing disturbing) {
    StringBuilder shown = null;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      if (disturbing.at(text, i, codePoint)) {
        if (shown == null) {
          shown = new StringBuilder(text.length() + 16).append(text, 0, i);
        }
        shown.append(formatted(codePoint < 0x10000 ? "\\u%04x" : "\\u{%x}", codePoint));
      } else if (shown != null) {
        shown.appendCodePoint(codePoint);
      }
      i += Character.charCount(codePoint);
    }
    return shown == null ? text : shown.toString();
  }

  private static boolean disturbsLine(String text, int index, int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.FORMAT -> !isSeen(codePoint) && !joins(text, index, codePoint);
      default -> false;
    };
  }

  private static boolean disturbsText(String text, int index, int codePoint) {
    return switch (codePoint) {
      case '\n', '\t' -> false;
      case '\r' -> index + 1 >= text.length() || text.charAt(index + 1) != '\n';
      default ->
          Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    };
  }

  /** The signs of Arabic, Syriac and Kaithi that are format characters but have a shape. */
  private static boolean isSeen(int codePoint) {
    return (codePoint >= 0x600 && codePoint <= 0x605)
        || codePoint == 0x6DD
        || codePoint == 0x70F
        || codePoint == 0x890
        || codePoint == 0x891
        || codePoint == 0x8E2
        || codePoint == 0x110BD
        || codePoint == 0x110CD;
  }

  /** A joiner between two characters that it belongs to, as in emoji and in Persian words. */
  private static boolean joins(String text, int index, int codePoint) {
    int next = index + 1;
    return (codePoint == ZERO_WIDTH_JOINER || codePoint == ZERO_WIDTH_NON_JOINER)
        && index > 0
        && next < text.length()
        && canBeJoined(text.codePointBefore(index))
        && canBeJoined(text.codePointAt(next));
  }

  private static boolean canBeJoined(int codePoint) {
    return codePoint >= 0x80
        && switch (Character.getType(codePoint)) {
          case Character.OTHER_LETTER,
              Character.OTHER_SYMBOL,
              Character.MODIFIER_SYMBOL,
              Character.NON_SPACING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.UNASSIGNED -> // an emoji that is newer than this Java
              true;
          default -> false;
        };
  }
}
