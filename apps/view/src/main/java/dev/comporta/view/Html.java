package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import java.awt.image.BufferedImage;
import java.util.Base64;

/** Pages that need no other file. */
public final class Html {
  private Html() {}

  /** The beginning of a page, up to its first heading; {@link #END} ends it. */
  public static String begin(String title, int width, String style) {
    return formatted(
        """
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
        """,
        text(title), width, style);
  }

  /** The end of a page. */
  public static final String END = "</body></html>\n";

  /** Text as markup that shows it. */
  public static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** The heading of a page, and an image below it. */
  static String picture(String title, BufferedImage image) {
    return formatted("<h1>%s</h1>%n<p><img alt=\"%s\" src=\"", text(title), text(title))
        + source(image)
        + formatted("\"></p>%n");
  }

  /** An image as an address that holds it. */
  public static String source(BufferedImage image) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(PictureFile.png(image));
  }
}
