package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.attention.decoding.Hypothesis;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A caption as one HTML page that needs no other file: where the model looked for each word, if it
 * has attention, and all that the search found.
 */
public final class LookPage {
  private LookPage() {}

  /** The page as text, with the captions of the hypotheses, the best first, if there are any. */
  public static String of(Look look, List<String> captions, List<Hypothesis> found) {
    StringBuilder page = new StringBuilder();
    page.append(
        Html.begin(
            "Where the model looked",
            1130,
            formatted(
                """
                .words { display: flex; flex-wrap: wrap; gap: 14px; }
                figure { margin: 0; width: %dpx; }
                img { display: block; border-radius: 5px; outline: 1px solid #d5dce3; }
                img.scale { border-radius: 0; outline: none; }
                figcaption { display: flex; justify-content: space-between; padding: .3rem .1rem .6rem; }
                figcaption span { color: #5b6b7a; }
                """,
                look.width())));
    page.append(formatted("<h1>%s</h1>%n", Html.text(look.caption())));
    page.append(formatted("<p class=\"note\">Model: %s.%n", Html.text(look.model())));
    if (look.hasAttention()) {
      page.append(
          formatted(
              """
              The %s once for each word, lit where the model looked for it. %sThe scale is the attention
              weight of one of %s.</p>
              <p><img class="scale" alt="attention weights from 0 to %s" src="%s"></p>
              """,
              look.isFilm() ? "clip" : "picture",
              look.isSaid() ? "The number is the word's probability. " : "",
              LookDrawing.positions(look),
              formatted("%.2f", look.brightest()),
              Html.source(LookDrawing.scale(look))));
    } else {
      page.append(
          formatted(
              "This model has no attention: it sees one vector for the whole %s.</p>%n",
              look.isFilm() ? "clip" : "picture"));
    }
    page.append("<div class=\"words\">\n").append(figure(LookDrawing.tile(look, null), "", ""));
    if (look.hasAttention()) {
      for (Look.Word word : look.words()) {
        String share = look.isSaid() ? formatted("%.2f", word.probability()) : "";
        page.append(figure(LookDrawing.tile(look, word), word.text(), share));
      }
    }
    page.append("</div>\n");
    if (found.isEmpty()) {
      return page.append(Html.END).toString();
    }
    page.append("<h2>Hypotheses</h2>\n<table><tr><th>score</th><th>log p</th><th></th></tr>\n");
    for (int i = 0; i < found.size(); i++) {
      page.append(
          formatted(
              "<tr><td class=\"number\">%.3f</td><td class=\"number\">%.3f</td><td>%s</td></tr>%n",
              found.get(i).score(), found.get(i).logProbability(), Html.text(captions.get(i))));
    }
    return page.append("</table>\n").append(Html.END).toString();
  }

  private static String figure(BufferedImage image, String word, String share) {
    return formatted(
        "<figure><img width=\"%d\" height=\"%d\" alt=\"%s\" src=\"%s\"><figcaption><b>%s</b><span>%s</span></figcaption></figure>%n",
        image.getWidth(),
        image.getHeight(),
        Html.text(word),
        Html.source(image),
        Html.text(word),
        share);
  }
}
