package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import java.awt.BasicStroke;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The learning curve of a training: the loss by update, of the training data as a line and of the
 * validation data as points on a line. As an image, or as a page that holds the image.
 */
public final class CurvePicture {
  private static final String TITLE = "Learning curve";
  private static final int WIDTH = 860;
  private static final int HEIGHT = 480;

  private CurvePicture() {}

  /**
   * A loss.
   *
   * @param step the update
   * @param loss finite
   */
  public record Point(double step, double loss) {}

  /**
   * Writes the picture.
   *
   * @param file an image if it ends in .png, a page if it ends in .html
   * @param name what was trained
   * @param training in the order of the updates, one or more
   * @param validation in the order of the updates; empty if there was none
   */
  public static void write(Path file, String name, List<Point> training, List<Point> validation) {
    PictureFile.write(
        file,
        () -> image(name, training, validation),
        () ->
            Html.begin(TITLE, 900, "img { max-width: 100%; }\n")
                + Html.picture(TITLE, image(name, training, validation))
                + formatted("<p class=\"note\">%s</p>%n", Html.text(name))
                + Html.END);
  }

  private static BufferedImage image(String name, List<Point> training, List<Point> validation) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(TITLE + ": " + name)
            .xAxisTitle("update")
            .yAxisTitle("loss")
            .build();
    ChartStyle.apply(chart.getStyler());
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line)
        .setMarkerSize(7);
    XYSeries line = add(chart, "training", training);
    line.setMarker(SeriesMarkers.NONE).setLineColor(ChartStyle.BLUE);
    line.setLineStyle(new BasicStroke(1.6f));
    if (!validation.isEmpty()) {
      XYSeries points = add(chart, "validation", validation);
      points.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(ChartStyle.ORANGE);
      points.setLineStyle(new BasicStroke(2.4f)).setLineColor(ChartStyle.ORANGE);
    }
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static XYSeries add(XYChart chart, String name, List<Point> points) {
    return chart.addSeries(
        name,
        points.stream().mapToDouble(Point::step).toArray(),
        points.stream().mapToDouble(Point::loss).toArray());
  }
}
