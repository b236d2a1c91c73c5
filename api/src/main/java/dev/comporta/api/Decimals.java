package dev.comporta.api;

import org.apiguardian.api.API;

/**
 * Decimal numbers as people and other programs write them: digits with a sign, a point and an
 * exponent, but without the suffixes, hexadecimal digits and names that Java's literals also allow.
 * Texts are read once from front to back, so a long one takes no longer than its length.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Decimals {
  private Decimals() {}

  /**
   * {@return whether all of a text is a decimal number, such as {@code -12.5e3} or {@code .5}}
   *
   * @param text any text
   */
  public static boolean isDecimal(String text) {
    int start = afterSign(text, 0);
    int at = afterDigits(text, start);
    int digits = at - start;
    if (at < text.length() && text.charAt(at) == '.') {
      int fraction = at + 1;
      at = afterDigits(text, fraction);
      digits += at - fraction;
    }
    if (digits > 0 && at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int exponent = afterSign(text, at + 1);
      at = afterDigits(text, exponent);
      digits = at - exponent;
    }
    return digits > 0 && at == text.length();
  }

  private static int afterSign(String text, int at) {
    boolean signed = at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-');
    return signed ? at + 1 : at;
  }

  private static int afterDigits(String text, int at) {
    int end = at;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }
}
