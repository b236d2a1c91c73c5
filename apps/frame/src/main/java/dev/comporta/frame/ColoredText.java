package dev.comporta.frame;

import dev.comporta.api.Printable;
import org.apiguardian.api.API;

/**
 * Text for people with parts in colours, for terminals that show them. It is the same text without
 * colours elsewhere. Characters that would disturb a terminal are escaped in both.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ColoredText {
  /** Six colours that are legible on light and dark grounds, then the same in bright. */
  private static final int[] CODES = {34, 31, 32, 35, 36, 33, 94, 91, 92, 95, 96, 93};

  private static final String END = "\u001b[0m";

  private final StringBuilder plain = new StringBuilder();
  private final StringBuilder colored = new StringBuilder();

  /** Creates an empty text. */
  public ColoredText() {}

  /**
   * Adds text without a colour.
   *
   * @param text any text; it may have line breaks
   * @return this
   */
  public ColoredText add(String text) {
    String shown = Printable.text(text);
    plain.append(shown);
    colored.append(shown);
    return this;
  }

  /**
   * Adds text in a colour.
   *
   * @param text any text, without line breaks
   * @param color 0 or more; equal numbers give equal colours, the first twelve different ones
   * @return this
   */
  public ColoredText add(String text, int color) {
    String shown = Printable.text(text);
    plain.append(shown);
    colored
        .append("\u001b[")
        .append(CODES[Math.floorMod(color, CODES.length)])
        .append('m')
        .append(shown)
        .append(END);
    return this;
  }

  /** {@return the text without colours} */
  public String plain() {
    return plain.toString();
  }

  /** {@return the text with the control sequences of terminals (ECMA-48, SGR)} */
  public String colored() {
    return colored.toString();
  }
}
