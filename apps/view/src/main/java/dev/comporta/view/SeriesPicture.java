package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A series and its forecasts by row, with a band around the forecasts. As an image, or as a page
 * that holds the image and the numbers. Of a long series the last rows are drawn.
 */
public final class SeriesPicture {
  /** More rows than this are a black band. */
  private static final int MOST_ROWS = 400;

  private static final int WIDTH = 1100;
  private static final int HEIGHT = 480;
  private static final Color BAND = new Color(0xd5, 0x5e, 0x00, 48); // orange, transparent

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
   * Writes the picture.
   *
   * @param file an image if it ends in .png, a page if it ends in .html
   * @param name of the series
   * @param band what the band is, in words
   * @param rows one or more, in order
   */
  public static void write(Path file, String name, String band, List<Row> rows) {
    List<Row> drawn = rows.subList(Math.max(0, rows.size() - MOST_ROWS), rows.size());
    PictureFile.write(file, () -> image(name, band, drawn), () -> page(name, band, drawn));
  }

  private static String title(String name) {
    return formatted("%s and its forecasts", name);
  }

  private static BufferedImage image(String name, String band, List<Row> rows) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title(name))
            .xAxisTitle("row of the file")
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
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static void line(
      XYChart chart, String name, List<Integer> numbers, List<Double> values, Color color) {
    XYSeries series = chart.addSeries(name, numbers, values);
    series.setLineStyle(new BasicStroke(1.8f)).setLineColor(color);
    series.setMarkerColor(color).setMarker(SeriesMarkers.NONE);
  }

  private static String page(String name, String band, List<Row> rows) {
    String title = title(name);
    StringBuilder page = new StringBuilder();
    page.append(
        Html.begin(
            title,
            1150,
            """
            img { max-width: 100%; } table { font-variant-numeric: tabular-nums; }
            td, th { padding-right: 1.2rem; text-align: right; }
            """));
    page.append(Html.picture(title, image(name, band, rows)))
        .append(
            formatted(
                "<p>The band is the %s.</p>%n<table><tr><th>row</th><th>actual</th><th>forecast</th><th>low</th><th>high</th></tr>%n",
                Html.text(band)));
    for (Row row : rows) {
      page.append(
          formatted(
              "<tr><td>%d</td><td>%.6g</td><td>%.6g</td><td>%.6g</td><td>%.6g</td></tr>%n",
              row.number(), row.actual(), row.forecast(), row.low(), row.high()));
    }
    return page.append("</table>\n").append(Html.END).toString();
  }
}
