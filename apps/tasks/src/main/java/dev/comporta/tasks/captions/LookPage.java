package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.tasks.picture.Html;
import java.awt.image.BufferedImage;
import java.util.List;
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
        Html.begin(
            "Where the model looked",
            1130,
            """
            .words { display: flex; flex-wrap: wrap; gap: 14px; }
            figure { margin: 0; width: 168px; }
            img { display: block; border-radius: 5px; outline: 1px solid #d5dce3; }
            figcaption { display: flex; justify-content: space-between; padding: .3rem .1rem .6rem; }
            figcaption span { color: #5b6b7a; }
            """));
    page.append(formatted("<h1>%s</h1>%n", Html.text(caption.best())));
    if (look == null) {
      page.append(
          "<p class=\"note\">This model has no attention: it has one vector of the whole picture.</p>\n");
      page.append("<div class=\"words\">").append(figure(picture, "", "")).append("</div>\n");
    } else {
      page.append(
          "<p class=\"note\">The picture once for each word, lit where the model looked for it. The number is the word's probability.</p>\n<div class=\"words\">\n");
      page.append(figure(LookDrawing.tile(look, null), "", ""));
      for (Look.Word word : look.words()) {
        String share = Html.number("%.2f", Math.exp(word.logProbability()));
        page.append(figure(LookDrawing.tile(look, word), word.text(), share));
      }
      page.append("</div>\n");
    }
    page.append(
        "<h2>What the search found</h2>\n<table><tr><th>score</th><th>log p</th><th></th></tr>\n");
    List<Hypothesis> hypotheses = caption.found().hypotheses();
    for (int i = 0; i < hypotheses.size(); i++) {
      page.append(
          formatted(
              "<tr><td class=\"number\">%s</td><td class=\"number\">%s</td><td>%s</td></tr>%n",
              Html.number("%.3f", hypotheses.get(i).score()),
              Html.number("%.3f", hypotheses.get(i).logProbability()),
              Html.text(caption.texts().get(i))));
    }
    return page.append("</table>\n").append(Html.END).toString();
  }

  private static String figure(BufferedImage image, String word, String share) {
    return formatted(
        "<figure><img width=\"%d\" height=\"%d\" alt=\"%s\" src=\"%s\"><figcaption><b>%s</b><span>%s</span></figcaption></figure>%n",
        LookDrawing.TILE,
        LookDrawing.TILE,
        Html.text(word),
        Html.source(image),
        Html.text(word),
        share);
  }
}
