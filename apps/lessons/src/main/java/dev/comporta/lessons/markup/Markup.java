package dev.comporta.lessons.markup;

import java.util.regex.Pattern;

/** Text as markup that shows it. */
public final class Markup {
  private static final Pattern SUBSCRIPT =
      Pattern.compile("(?<=[A-Za-z0-9'])_(?:\\{([^{}]*)\\}|([A-Za-z0-9](?![A-Za-z0-9])))");

  private Markup() {}

  /** Escapes what markup would read as its own. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Escapes, and puts subscripts, as in {@code x_t} and {@code y_{t-1}}, between two tags. */
  public static String withSubscripts(String text, String begin, String end) {
    return SUBSCRIPT
        .matcher(escaped(text))
        .replaceAll(
            found -> begin + (found.group(1) == null ? found.group(2) : found.group(1)) + end);
  }
}
