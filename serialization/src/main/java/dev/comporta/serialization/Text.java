package dev.comporta.serialization;

import dev.comporta.api.Printable;

/** Text that may come from a stranger's file: how it is checked, and shown without harm. */
final class Text {
  private Text() {}

  /** In quotation marks, cut where it is long, control characters escaped: safe on a terminal. */
  static String quoted(String text) {
    return "'" + Printable.quote(text) + "'";
  }

  /** Whether a name is unsafe for a terminal or a log: has control, format or line separators. */
  static boolean hasUnprintable(String text) {
    return text.codePoints().anyMatch(Text::unprintable);
  }

  private static boolean unprintable(int c) {
    return Character.isISOControl(c)
        || Character.getType(c) == Character.FORMAT
        || Character.getType(c) == Character.LINE_SEPARATOR
        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
  }

  /** Whether all surrogates are paired, so that the text can be encoded as UTF-8. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isHighSurrogate(text.charAt(i))
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
