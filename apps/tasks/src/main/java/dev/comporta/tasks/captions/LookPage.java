package dev.comporta.tasks.captions;

import dev.comporta.attention.decoding.Hypothesis;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A caption as one HTML page that needs no other file: where the model looked for each word, if it
 * has attention, and all that the search found.
 */
final class LookPage {
  private LookPage() {}

  /**
   * The page as text.
   *
   * @param picture what the model saw
   * @param look where it looked; null for a model without attention
   */
  static String of(BufferedImage picture, Caption caption, @Nullable Look look) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Where the model looked</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1130px;
          padding: 0 1rem; color: #1b2733; background: #fff; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
        .words { display: flex; flex-wrap: wrap; gap: 14px; }
        figure { margin: 0; width: 168px; }
        img { display: block; border-radius: 5px; outline: 1px solid #d5dce3; }
        figcaption { display: flex; justify-content: space-between; padding: .3rem .1rem .6rem; }
        figcaption span, .note { color: #5b6b7a; }
        table { border-collapse: collapse; }
        td, th { padding: .2rem .8rem .2rem 0; text-align: left; }
        td.number { font-variant-numeric: tabular-nums; text-align: right; }
        </style></head><body>
        """);
    page.append("<h1>%s</h1>%n".formatted(text(caption.best())));
    if (look == null) {
      page.append(
          "<p class=\"note\">This model has no attention: it has one vector of the whole picture.</p>\n");
      page.append("<div class=\"words\">").append(figure(picture, "", "")).append("</div>\n");
    } else {
      page.append(
          "<p class=\"note\">The picture once for each word, lit where the model looked for it. The number is the word's probability.</p>\n<div class=\"words\">\n");
      page.append(figure(LookDrawing.tile(look, null), "", ""));
      for (Look.Word word : look.words()) {
        String share = number("%.2f", Math.exp(word.logProbability()));
        page.append(figure(LookDrawing.tile(look, word), word.text(), share));
      }
      page.append("</div>\n");
    }
    page.append(
        "<h2>What the search found</h2>\n<table><tr><th>score</th><th>log p</th><th></th></tr>\n");
    List<Hypothesis> hypotheses = caption.found().hypotheses();
    for (int i = 0; i < hypotheses.size(); i++) {
      page.append(
          "<tr><td class=\"number\">%s</td><td class=\"number\">%s</td><td>%s</td></tr>%n"
              .formatted(
                  number("%.3f", hypotheses.get(i).score()),
                  number("%.3f", hypotheses.get(i).logProbability()),
                  text(caption.texts().get(i))));
    }
    return page.append("</table>\n</body></html>\n").toString();
  }

  private static String figure(BufferedImage image, String word, String share) {
    return "<figure><img width=\"%d\" height=\"%d\" alt=\"%s\" src=\"data:image/png;base64,%s\"><figcaption><b>%s</b><span>%s</span></figcaption></figure>%n"
        .formatted(
            LookDrawing.TILE,
            LookDrawing.TILE,
            text(word),
            Base64.getEncoder().encodeToString(LookDrawing.png(image)),
            text(word),
            share);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
