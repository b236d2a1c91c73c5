package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A series and its forecasts one step ahead by row, with a band around the forecasts and marks on
 * some values. As an image, or as a page that holds the image and the numbers. Of a long series the
 * last rows are drawn, and the title says so.
 */
public final class SeriesPicture {
  /** More rows than this are a black band. */
  private static final int MOST_ROWS = 400;

  private static final int WIDTH = 1100;
  private static final int HEIGHT = 480;
  private static final Color BAND = new Color(0xd5, 0x5e, 0x00, 48); // orange, transparent

  private static final List<Color> MARK_COLORS =
      List.of(new Color(0x00, 0x9e, 0x73, 120), new Color(0xcc, 0x00, 0x33), Color.BLUE);
  private static final List<Marker> MARKERS =
      List.of(SeriesMarkers.SQUARE, SeriesMarkers.CROSS, SeriesMarkers.DIAMOND);

  private SeriesPicture() {}

  /**
   * A row of the picture.
   *
   * @param number of the row, the first of the file being 1
   * @param actual the value
   * @param forecast of it, before it was known
   * @param low the lower end of the band
   * @param high the upper end of the band
   */
  public record Row(int number, double actual, double forecast, double low, double high) {}

  /**
   * Values that are marked.
   *
   * @param name of the mark in the legend, such as {@code anomaly}
   * @param numbers the numbers of the rows
   */
  public record Marks(String name, Set<Integer> numbers) {
    /** Copies the numbers. */
    public Marks {
      numbers = Set.copyOf(numbers);
    }
  }

  /**
   * Writes the picture.
   *
   * @param file an image if it ends in .png, a page if it ends in .html
   * @param name of the series
   * @param band what the band is, in words
   * @param rows one or more, in order
   * @param marks the kinds of values that are marked, at most three; a kind without a value is left
   *     out
   */
  public static void write(Path file, String name, String band, List<Row> rows, List<Marks> marks) {
    List<Row> drawn = rows.subList(Math.max(0, rows.size() - MOST_ROWS), rows.size());
    String title =
        formatted(
            "%s and its forecasts one row ahead%s",
            name,
            drawn.size() < rows.size()
                ? formatted(", last %d of %,d rows", drawn.size(), rows.size())
                : "");
    PictureFile.write(
        file,
        () -> image(title, name, band, drawn, marks),
        () -> page(title, name, band, drawn, marks));
  }

  private static BufferedImage image(
      String title, String name, String band, List<Row> rows, List<Marks> marks) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("row")
            .yAxisTitle(name)
            .build();
    ChartStyle.apply(chart.getStyler());
    List<Integer> numbers = rows.stream().map(Row::number).toList();
    List<Integer> around = new ArrayList<>(numbers);
    around.addAll(numbers.reversed());
    List<Double> edge = new ArrayList<>(rows.stream().map(Row::high).toList());
    edge.addAll(rows.reversed().stream().map(Row::low).toList());
    XYSeries area = chart.addSeries(band, around, edge);
    area.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
    area.setLineStyle(SeriesLines.NONE).setLineColor(BAND);
    area.setMarker(SeriesMarkers.NONE);
    area.setFillColor(BAND);
    line(chart, "actual", numbers, rows.stream().map(Row::actual).toList(), LookDrawing.INK);
    line(chart, "forecast", numbers, rows.stream().map(Row::forecast).toList(), ChartStyle.ORANGE);
    for (int i = 0; i < marks.size(); i++) {
      mark(chart, marks.get(i), rows, i);
    }
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static void mark(XYChart chart, Marks marks, List<Row> rows, int kind) {
    List<Row> marked = rows.stream().filter(it -> marks.numbers().contains(it.number())).toList();
    if (marked.isEmpty()) {
      return;
    }
    XYSeries series =
        chart.addSeries(
            marks.name(),
            marked.stream().map(Row::number).toList(),
            marked.stream().map(Row::actual).toList());
    series.setLineStyle(SeriesLines.NONE);
    series.setMarkerColor(MARK_COLORS.get(kind % MARK_COLORS.size()));
    series.setMarker(MARKERS.get(kind % MARKERS.size()));
  }

  private static void line(
      XYChart chart, String name, List<Integer> numbers, List<Double> values, Color color) {
    XYSeries series = chart.addSeries(name, numbers, values);
    series.setLineStyle(new BasicStroke(1.8f)).setLineColor(color);
    series.setMarkerColor(color).setMarker(SeriesMarkers.NONE);
  }

  private static String page(
      String title, String name, String band, List<Row> rows, List<Marks> marks) {
    StringBuilder page = new StringBuilder();
    page.append(
        Html.begin(
            title,
            1150,
            """
            img { max-width: 100%; } table { font-variant-numeric: tabular-nums; }
            td, th { padding-right: 1.2rem; text-align: right; }
            """));
    page.append(Html.picture(title, image(title, name, band, rows, marks)))
        .append(
            formatted(
                "<p>The band is the %s.</p>%n<table><tr><th>row</th><th>actual</th><th>forecast</th><th>low</th><th>high</th>%s</tr>%n",
                Html.text(band),
                marks.stream()
                    .map(it -> formatted("<th>%s</th>", Html.text(it.name())))
                    .collect(Collectors.joining())));
    for (Row row : rows) {
      page.append(
          formatted(
              "<tr><td>%d</td><td>%.6g</td><td>%.6g</td><td>%.6g</td><td>%.6g</td>%s</tr>%n",
              row.number(),
              row.actual(),
              row.forecast(),
              row.low(),
              row.high(),
              marks.stream()
                  .map(it -> it.numbers().contains(row.number()) ? "<td>yes</td>" : "<td></td>")
                  .collect(Collectors.joining())));
    }
    return page.append("</table>\n").append(Html.END).toString();
  }
}
