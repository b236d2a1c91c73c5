package dev.comporta.serialization;

/** Checks and quotes text from untrusted files. */
final class Text {
  private static final int SHOWN = 80;

  private Text() {}

  /** Quotes a text, cut to 80 characters with control characters escaped: safe on a terminal. */
  static String quoted(String text) {
    StringBuilder shown = new StringBuilder("'");
    int end = Math.min(text.length(), SHOWN);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (unprintable(c)) {
        shown.append("\\u%04x".formatted((int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.append(end < text.length() ? "...'" : "'").toString();
  }

  /** Whether a name is unsafe for a terminal or a log: has control, format or line separators. */
  static boolean hasUnprintable(String text) {
    return text.chars().anyMatch(c -> unprintable((char) c));
  }

  private static boolean unprintable(char c) {
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
