package dev.comporta.view;

import java.awt.image.BufferedImage;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A caption as one HTML page that needs no other file: where the model looked for each word, if it
 * has attention, and all that the search found.
 */
@API(status = API.Status.INTERNAL)
public final class LookPage {
  private LookPage() {}

  /**
   * A caption that the search found.
   *
   * @param caption its words
   * @param score what captions are ranked by
   * @param logProbability in nats
   */
  @API(status = API.Status.INTERNAL)
  public record Found(String caption, double score, double logProbability) {}

  /**
   * The page as text.
   *
   * @param look where the model looked
   * @param found the captions found, the best first
   * @return markup
   */
  public static String of(Look look, List<Found> found) {
    StringBuilder page = new StringBuilder();
    page.append(
        Html.begin(
            "Where the model looked",
            1130,
            """
            .words { display: flex; flex-wrap: wrap; gap: 14px; }
            figure { margin: 0; width: 168px; }
            img { display: block; border-radius: 5px; outline: 1px solid #d5dce3; }
            img.scale { border-radius: 0; outline: none; }
            figcaption { display: flex; justify-content: space-between; padding: .3rem .1rem .6rem; }
            figcaption span { color: #5b6b7a; }
            """));
    page.append("<h1>%s</h1>%n".formatted(Html.text(look.caption())));
    page.append("<p class=\"note\">Model: %s.%n".formatted(Html.text(look.model())));
    if (look.hasAttention()) {
      page.append(
          """
          The picture once for each word, lit where the model looked for it. The number is the word's
          probability, the scale the attention weight of one of %d positions.</p>
          <p><img class="scale" alt="attention weights from 0 to %s" src="%s"></p>
          """
              .formatted(
                  look.rows() * look.columns(),
                  Html.number("%.2f", look.brightest()),
                  Html.source(LookDrawing.scale(look))));
    } else {
      page.append("This model has no attention: it has one vector of the whole picture.</p>\n");
    }
    page.append("<div class=\"words\">\n").append(figure(LookDrawing.tile(look, null), "", ""));
    if (look.hasAttention()) {
      for (Look.Word word : look.words()) {
        String share = Html.number("%.2f", word.probability());
        page.append(figure(LookDrawing.tile(look, word), word.text(), share));
      }
    }
    page.append(
        "</div>\n<h2>What the search found</h2>\n<table><tr><th>score</th><th>log p</th><th></th></tr>\n");
    for (Found one : found) {
      page.append(
          "<tr><td class=\"number\">%s</td><td class=\"number\">%s</td><td>%s</td></tr>%n"
              .formatted(
                  Html.number("%.3f", one.score()),
                  Html.number("%.3f", one.logProbability()),
                  Html.text(one.caption())));
    }
    return page.append("</table>\n").append(Html.END).toString();
  }

  private static String figure(BufferedImage image, String word, String share) {
    return "<figure><img width=\"%d\" height=\"%d\" alt=\"%s\" src=\"%s\"><figcaption><b>%s</b><span>%s</span></figcaption></figure>%n"
        .formatted(
            LookDrawing.TILE,
            LookDrawing.TILE,
            Html.text(word),
            Html.source(image),
            Html.text(word),
            share);
  }
}
