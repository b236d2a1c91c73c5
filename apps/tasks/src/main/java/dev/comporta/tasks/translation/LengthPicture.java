package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.tasks.picture.Html;
import dev.comporta.tasks.picture.PictureFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.Styler;

/**
 * BLEU by the length of the source, a line for each model: the figure by which Bahdanau, Cho and
 * Bengio 2015 (figure 2) show what attention is for. As an image, or as a page that holds the image
 * and its table.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class LengthPicture {
  private static final String TITLE = "BLEU by the length of the source";
  private static final int WIDTH = 860;
  private static final int HEIGHT = 480;
  private static final Color INK = new Color(0x1b2733);
  private static final Color GRID = new Color(0xe3e8ed);

  /** Told apart by those who cannot tell red from green (Okabe and Ito 2008). */
  private static final Color[] LINES = {
    new Color(0x0072b2), new Color(0xd55e00), new Color(0x009e73), new Color(0xcc79a7), INK
  };

  private LengthPicture() {}

  /**
   * A model and what it reached.
   *
   * @param name as the picture writes it
   * @param scores on the same two files as all others
   */
  public record Line(String name, TranslationScores scores) {}

  /**
   * Refuses a picture that cannot be drawn.
   *
   * @param file the file to write
   * @throws InvalidOptionException if its ending is neither .html nor .png
   */
  public static void requireDrawable(Path file) {
    PictureFile.requireKnown(file);
  }

  /**
   * Refuses models whose sources are not measured alike.
   *
   * @param models what is compared
   * @throws InvalidOptionException if some read characters and others words
   */
  public static void requireComparable(List<TranslationModel> models) {
    if (models.stream().map(LengthPicture::readsCharacters).distinct().count() > 1) {
      throw new InvalidOptionException(
          "--model expected models that can be compared by the length of the source but some read characters and others words; evaluate them one at a time");
    }
  }

  private static boolean readsCharacters(TranslationModel model) {
    return model.source().splitting() == PlainSplitting.CHARACTERS;
  }

  /**
   * Writes the picture.
   *
   * @param file what {@link #requireDrawable} let pass
   * @param lines the models, one or more, measured on the same two files
   */
  public static void write(Path file, List<Line> lines) {
    PictureFile.write(file, () -> image(lines), () -> page(lines));
  }

  private static BufferedImage image(List<Line> lines) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(TITLE)
            .xAxisTitle("length of the source")
            .yAxisTitle("BLEU")
            .build();
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line)
        .setOverlapped(true) // otherwise the points of two lines stand beside each other
        .setYAxisMin(0.0)
        .setPlotGridVerticalLinesVisible(false)
        .setPlotGridLinesColor(GRID)
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14))
        .setLocale(Locale.ROOT)
        .setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15))
        .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
        .setLegendPosition(Styler.LegendPosition.OutsideS)
        .setLegendLayout(Styler.LegendLayout.Horizontal)
        .setLegendBorderColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(INK)
        .setSeriesColors(LINES)
        .setMarkerSize(8);
    for (Line line : lines) {
      List<TranslationScores.Bucket> buckets = line.scores().byLength();
      chart
          .addSeries(
              line.name(),
              buckets.stream().map(TranslationScores.Bucket::lengths).toList(),
              buckets.stream().map(bucket -> bucket.score().bleu()).toList())
          .setLineStyle(new BasicStroke(2.4f));
    }
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static String page(List<Line> lines) {
    StringBuilder page = new StringBuilder();
    page.append(
        Html.begin(
            TITLE,
            900,
            """
            img { max-width: 100%; } table { font-variant-numeric: tabular-nums; }
            td, th { padding-right: 1.2rem; text-align: right; }
            td:first-child, th:first-child { text-align: left; }
            """));
    page.append(formatted("<h1>%s</h1>%n<p><img alt=\"%s\" src=\"", TITLE, TITLE))
        .append(Html.source(image(lines)))
        .append("\"></p>\n<table><tr><th>length</th><th>sentences</th>");
    lines.forEach(line -> page.append(formatted("<th>%s</th>", Html.text(line.name()))));
    page.append("</tr>\n");
    List<TranslationScores.Bucket> buckets = lines.getFirst().scores().byLength();
    for (int i = 0; i < buckets.size(); i++) {
      int at = i;
      row(
          page,
          buckets.get(i).lengths(),
          lines.stream().map(line -> line.scores().byLength().get(at).score()).toList());
    }
    row(page, "all", lines.stream().map(line -> line.scores().all()).toList());
    page.append(
        formatted(
            "</table>\n<p class=\"note\">%s</p>\n",
            Html.text(lines.getFirst().scores().signature())));
    return page.append(Html.END).toString();
  }

  private static void row(StringBuilder page, String name, List<TranslationScores.Score> scores) {
    page.append(formatted("<tr><td>%s</td><td>%d</td>", name, scores.getFirst().sentences()));
    scores.forEach(score -> page.append(Html.number("<td>%.2f</td>", score.bleu())));
    page.append("</tr>\n");
  }
}
