package dev.comporta.view;

import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.Locale;
import org.apiguardian.api.API;

/** Pages that need no other file. */
@API(status = API.Status.INTERNAL)
public final class Html {
  private Html() {}

  /**
   * The beginning of a page, up to its first heading; {@link #END} ends it.
   *
   * @param title of the window
   * @param width the most that lines take, in pixels
   * @param style rules beside those that all pages have
   * @return markup
   */
  public static String begin(String title, int width, String style) {
    return """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: %dpx;
      padding: 0 1rem; color: #1b2733; background: #fff; }
    h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
    table { border-collapse: collapse; }
    td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
    td.number { font-variant-numeric: tabular-nums; text-align: right; }
    .note { color: #5b6b7a; }
    %s</style></head><body>
    """
        .formatted(text(title), width, style);
  }

  /** The end of a page. */
  public static final String END = "</body></html>\n";

  /**
   * Text as markup that shows it.
   *
   * @param raw any text
   * @return safe in elements and in quoted attributes
   */
  public static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /**
   * A number in the same characters in every locale.
   *
   * @param format such as {@code %.2f}
   * @param value the number
   * @return its text
   */
  public static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /**
   * An image as an address that holds it.
   *
   * @param image any image
   * @return for {@code src}
   */
  public static String source(BufferedImage image) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(PictureFile.png(image));
  }
}
