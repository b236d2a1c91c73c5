package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * BLEU by the length of the source, a line for each model, as in figure 2 of Bahdanau, Cho and
 * Bengio 2015, which shows the effect of attention. As an image, or as a page that holds the image
 * and its table. Lengths of which there are few sentences are pale points without a line: their
 * BLEU says little.
 */
public final class LengthPicture {
  /** Fewer sentences than this are few. */
  private static final int FEW = 10;

  private static final String TITLE = "BLEU by the length of the source";
  private static final int WIDTH = 860;
  private static final int HEIGHT = 480;
  private static final Color[] LINES = {
    ChartStyle.BLUE, ChartStyle.ORANGE, new Color(0x009e73), new Color(0xcc79a7), LookDrawing.INK
  };

  private LengthPicture() {}

  /**
   * A model's scores.
   *
   * @param name the name of its file
   * @param buckets from short to long sources, the same for all models
   * @param all of all sentences
   */
  public record Line(String name, List<Bucket> buckets, Bucket all) {
    /** Copies the list. */
    public Line {
      buckets = List.copyOf(buckets);
    }
  }

  /**
   * Sentences of similar length.
   *
   * @param lengths in words, as in {@code 6-10}
   * @param sentences how many
   * @param bleu in per cent
   */
  public record Bucket(String lengths, int sentences, double bleu) {
    private boolean hasFew() {
      return sentences < FEW;
    }
  }

  /** Writes the picture. */
  public static void write(Path file, List<Line> lines, String note) {
    PictureFile.write(file, () -> image(lines), () -> page(lines, note));
  }

  private static BufferedImage image(List<Line> lines) {
    double highest =
        lines.stream()
            .flatMap(line -> line.buckets().stream())
            .mapToDouble(Bucket::bleu)
            .reduce(1, Math::max); // an axis from 0 to 0 would be empty
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(TITLE)
            .xAxisTitle(
                formatted("length of the source, and how many sentences; pale: fewer than %d", FEW))
            .yAxisTitle("BLEU")
            .build();
    ChartStyle.apply(chart.getStyler());
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line)
        .setOverlapped(true) // otherwise the points of two lines stand side by side
        .setYAxisMin(0.0)
        .setYAxisMax(1.05 * highest)
        .setSeriesColors(LINES)
        .setMarkerSize(8);
    for (int i = 0; i < lines.size(); i++) {
      Color color = LINES[i % LINES.length];
      Line line = lines.get(i);
      if (!add(chart, line.name(), line, color, bucket -> !bucket.hasFew())) {
        add(chart, line.name(), line, pale(color), Bucket::hasFew);
      } else {
        add(chart, line.name() + " (few)", line, pale(color), Bucket::hasFew);
      }
    }
    return BitmapEncoder.getBufferedImage(chart);
  }

  /** Adds the points of the buckets that are shown; without any, it adds nothing. */
  private static boolean add(
      CategoryChart chart, String name, Line line, Color color, Predicate<Bucket> shown) {
    List<@Nullable Double> points = new ArrayList<>();
    for (Bucket bucket : line.buckets()) {
      points.add(shown.test(bucket) ? bucket.bleu() : null);
    }
    if (points.stream().allMatch(Objects::isNull)) {
      return false;
    }
    boolean few = line.buckets().stream().filter(shown).allMatch(Bucket::hasFew);
    CategorySeries series =
        chart.addSeries(
            name,
            line.buckets().stream()
                .map(bucket -> formatted("%s (%,d)", bucket.lengths(), bucket.sentences()))
                .toList(),
            points);
    series.setLineStyle(few ? SeriesLines.NONE : new BasicStroke(2.4f)).setLineColor(color);
    series.setMarkerColor(color).setMarker(SeriesMarkers.CIRCLE);
    series.setShowInLegend(!name.endsWith("(few)"));
    return true;
  }

  private static Color pale(Color color) {
    return new Color(
        (color.getRed() + 2 * 255) / 3,
        (color.getGreen() + 2 * 255) / 3,
        (color.getBlue() + 2 * 255) / 3);
  }

  private static String page(List<Line> lines, String note) {
    StringBuilder page = new StringBuilder();
    page.append(
        Html.begin(
            TITLE,
            900,
            """
            img { max-width: 100%; } table { font-variant-numeric: tabular-nums; }
            td, th { padding-right: 1.2rem; text-align: right; }
            td:first-child, th:first-child { text-align: left; } tr.note { color: #5b6b7a; }
            """));
    page.append(Html.picture(TITLE, image(lines)))
        .append("<table><tr><th>length</th><th>sentences</th>");
    lines.forEach(line -> page.append(formatted("<th>%s</th>", Html.text(line.name()))));
    page.append("</tr>\n");
    for (int i = 0; i < lines.getFirst().buckets().size(); i++) {
      int at = i;
      row(page, lines.stream().map(line -> line.buckets().get(at)).toList());
    }
    row(page, lines.stream().map(Line::all).toList());
    page.append(
        formatted(
            "</table>\n<p class=\"note\">%s. Rows of fewer than %d sentences are pale: their BLEU is unreliable.</p>\n",
            Html.text(note), FEW));
    return page.append(Html.END).toString();
  }

  private static void row(StringBuilder page, List<Bucket> buckets) {
    Bucket first = buckets.getFirst();
    page.append(
        formatted(
            "<tr%s><td>%s</td><td>%d</td>",
            first.hasFew() ? " class=\"note\"" : "", first.lengths(), first.sentences()));
    buckets.forEach(bucket -> page.append(formatted("<td>%.2f</td>", bucket.bleu())));
    page.append("</tr>\n");
  }
}
