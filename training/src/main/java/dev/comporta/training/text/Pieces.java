package dev.comporta.training.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Pre-tokenisation for byte-pair encoding: splits a text into pieces whose boundaries joins do not
 * cross. A piece is a run of letters, of digits or of other characters, with at most one preceding
 * space; other white space forms its own pieces.
 */
final class Pieces {
  private Pieces() {}

  /** Splits a text into pieces, whose concatenation is the text. */
  static List<String> of(String text) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int at = start;
      int first = text.codePointAt(at);
      if (first == ' ' && at + 1 < text.length() && kind(text.codePointAt(at + 1)) != 0) {
        at++;
        first = text.codePointAt(at);
      }
      int kind = kind(first);
      at += Character.charCount(first);
      while (at < text.length() && kind(text.codePointAt(at)) == kind) {
        boolean spaceOfNext =
            kind == 0
                && text.charAt(at) == ' '
                && at + 1 < text.length()
                && kind(text.codePointAt(at + 1)) != 0;
        if (spaceOfNext) {
          break;
        }
        at += Character.charCount(text.codePointAt(at));
      }
      pieces.add(text.substring(start, at));
      start = at;
    }
    return pieces;
  }

  private static int kind(int codePoint) {
    if (Character.isWhitespace(codePoint)) {
      return 0;
    }
    if (Character.isLetter(codePoint)) {
      return 1;
    }
    return Character.isDigit(codePoint) ? 2 : 3;
  }
}
