package dev.comporta.api;

import org.apiguardian.api.API;

/**
 * Text from files and command lines as messages show it: on one line, of bounded length, without
 * characters that a terminal would obey.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Excerpt {
  private static final int SHOWN = 80;

  private Excerpt() {}

  /**
   * The start of a text.
   *
   * @param text any text
   * @return at most 80 characters of it, with three dots where there are more; control, format and
   *     line separator characters and lone surrogates as <code>&#92;uXXXX</code>
   */
  public static String of(String text) {
    return of(text, SHOWN);
  }

  /**
   * The start of a text.
   *
   * @param text any text
   * @param most the most characters of it
   * @return as {@link #of(String)}
   */
  public static String of(String text, int most) {
    return text.length() <= most ? escaped(text) : escaped(text.substring(0, most)) + "...";
  }

  /**
   * A text whose lines follow each other on one line.
   *
   * @param text any text
   * @return the same with one space in place of each line break and the white space around it
   */
  public static String joinedLines(String text) {
    StringBuilder joined = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      boolean breaks = false;
      while (end < text.length() && isSpace(text.charAt(end))) {
        breaks |= isBreak(text.charAt(end));
        end++;
      }
      if (end == at) {
        joined.append(text.charAt(at++));
      } else {
        joined.append(breaks ? " " : text.substring(at, end));
        at = end;
      }
    }
    return joined.toString();
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || isBreak(c);
  }

  private static boolean isBreak(char c) {
    return (c >= '\n' && c <= '\r') || c == '\u0085' || c == '\u2028' || c == '\u2029';
  }

  /**
   * The start of a text in quotation marks.
   *
   * @param text any text
   * @return as {@link #of}, between single quotation marks
   */
  public static String quoted(String text) {
    return "'" + of(text) + "'";
  }

  /**
   * A text on one line.
   *
   * @param text any text
   * @return all of it; control, format and line separator characters and lone surrogates as <code>
   *     &#92;uXXXX</code>
   */
  public static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); ) {
      int codePoint = text.codePointAt(at);
      int units = Character.charCount(codePoint);
      if (isPrintable(codePoint)) {
        escaped.appendCodePoint(codePoint);
      } else {
        for (int i = at; i < at + units; i++) {
          escaped.append("\\u%04x".formatted((int) text.charAt(i)));
        }
      }
      at += units;
    }
    return escaped.toString();
  }

  /**
   * Whether a text shows as it is.
   *
   * @param text any text
   * @return true if {@link #escaped} changes nothing
   */
  public static boolean isPrintable(String text) {
    return text.codePoints().allMatch(Excerpt::isPrintable);
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
