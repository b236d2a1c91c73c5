package dev.comporta.tasks.translation;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.serialization.AtomicFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
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
    if (!endsWith(file, ".html") && !endsWith(file, ".png")) {
      throw new InvalidOptionException(
          "--picture expected a file that ends in .html or .png but got " + file);
    }
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
    byte[] png = png(lines);
    AtomicFile.write(
        file, endsWith(file, ".png") ? png : page(lines, png).getBytes(StandardCharsets.UTF_8));
  }

  private static boolean endsWith(Path file, String ending) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  private static byte[] png(List<Line> lines) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("BLEU by the length of the source")
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
    try {
      return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory is always writable
    }
  }

  private static String page(List<Line> lines, byte[] png) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>BLEU by the length of the source</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 900px;
          padding: 0 1rem; color: #1b2733; background: #fff; }
        h1 { font-size: 1.3rem; } img { max-width: 100%; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        td, th { padding: .2rem 1.2rem .2rem 0; text-align: right; }
        td:first-child, th:first-child { text-align: left; }
        p.note { color: #5b6b7a; }
        </style></head><body>
        <h1>BLEU by the length of the source</h1>
        """);
    page.append("<p><img alt=\"BLEU by the length of the source\" src=\"data:image/png;base64,")
        .append(Base64.getEncoder().encodeToString(png))
        .append("\"></p>\n<table><tr><th>length</th><th>sentences</th>");
    lines.forEach(line -> page.append("<th>%s</th>".formatted(text(line.name()))));
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
        "</table>\n<p class=\"note\">%s</p>\n"
            .formatted(text(lines.getFirst().scores().signature())));
    return page.append("</body></html>\n").toString();
  }

  private static void row(StringBuilder page, String name, List<TranslationScores.Score> scores) {
    page.append("<tr><td>%s</td><td>%,d</td>".formatted(name, scores.getFirst().sentences()));
    scores.forEach(score -> page.append(String.format(Locale.ROOT, "<td>%.2f</td>", score.bleu())));
    page.append("</tr>\n");
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
