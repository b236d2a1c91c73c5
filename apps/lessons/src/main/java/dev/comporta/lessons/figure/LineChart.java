package dev.comporta.lessons.figure;

import static dev.comporta.api.Formatting.formatted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Lines over a common axis.
 *
 * @param x the label of the horizontal axis
 * @param y the label of the vertical axis
 * @param logX whether the horizontal axis is logarithmic
 * @param logY whether the vertical axis is logarithmic
 * @param series the lines
 */
public record LineChart(String x, String y, boolean logX, boolean logY, List<Series> series)
    implements Figure {
  private static final int MOST_POINTS = 240;
  private static final int MARKS = 7;

  /**
   * One line.
   *
   * @param name its label
   * @param x places
   * @param y values; those that are not finite are left out
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  public record Series(String name, double[] x, double[] y) {}

  /**
   * An empty chart with linear axes.
   *
   * @param x the label of the horizontal axis
   * @param y the label of the vertical axis
   * @return a chart to add to
   */
  public static LineChart of(String x, String y) {
    return new LineChart(x, y, false, false, new ArrayList<>());
  }

  /**
   * An empty chart with a logarithmic vertical axis.
   *
   * @param x the label of the horizontal axis
   * @param y the label of the vertical axis
   * @return a chart to add to
   */
  public static LineChart log(String x, String y) {
    return new LineChart(x, y, false, true, new ArrayList<>());
  }

  /**
   * Adds a line over 1, 2, 3 and so on.
   *
   * @param name its label
   * @param values the values
   * @return this chart
   */
  public LineChart add(String name, double... values) {
    double[] places = new double[values.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = i + 1;
    }
    return add(name, places, values);
  }

  /**
   * Adds a line.
   *
   * @param name its label
   * @param places the horizontal places
   * @param values the values
   * @return this chart
   */
  public LineChart add(String name, double[] places, double[] values) {
    series.add(new Series(name, places, values));
    return this;
  }

  @Override
  public String svg(UnaryOperator<String> words, String title) {
    List<String> names = series.stream().map(line -> words.apply(line.name())).toList();
    int top = Svg.legendHeight(names) + 10;
    Svg svg = new Svg(top + Plot.HEIGHT + 40);
    svg.legend(names, 0);
    double[] limits = limits();
    Scale across = Scale.of(limits[0], limits[1], Plot.LEFT, Plot.RIGHT, logX);
    Scale up = Scale.of(limits[2], limits[3], top + Plot.HEIGHT, top, logY);
    Plot.frame(svg, top, across, up, words.apply(x), words.apply(y), true);
    for (int i = 0; i < series.size(); i++) {
      draw(svg, i, series.get(i), across, up);
    }
    return svg.element(title);
  }

  private static void draw(Svg svg, int index, Series line, Scale across, Scale up) {
    int[] shown = Rows.chosen(line.x().length, MOST_POINTS);
    int every = Math.max(1, shown.length / MARKS);
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (int n = 0; n < shown.length; n++) {
      double px = line.x()[shown[n]];
      double py = line.y()[shown[n]];
      if (!across.shows(px) || !up.shows(py)) {
        down = false;
        continue;
      }
      path.append(formatted("%s%.1f %.1f", down ? "L" : "M", across.at(px), up.at(py)));
      down = true;
      if ((n + index) % every == 0) {
        svg.mark(index, across.at(px), up.at(py), 3);
      }
    }
    svg.path(index, path.toString());
  }

  private double[] limits() {
    double[] limits = {
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY
    };
    for (Series line : series) {
      for (int i = 0; i < line.x().length; i++) {
        double px = line.x()[i];
        double py = line.y()[i];
        if (Double.isFinite(py) && (!logY || py > 0) && (!logX || px > 0)) {
          limits[0] = Math.min(limits[0], px);
          limits[1] = Math.max(limits[1], px);
          limits[2] = Math.min(limits[2], py);
          limits[3] = Math.max(limits[3], py);
        }
      }
    }
    return Double.isFinite(limits[0]) ? limits : new double[] {1, 2, 1, 2};
  }

  @Override
  public Rows rows(int most) {
    double[] places = series.getFirst().x();
    boolean common = series.stream().allMatch(line -> Arrays.equals(line.x(), places));
    if (!common) {
      Rows rows = Rows.of("@series", x, y);
      for (Series line : series) {
        for (int i : Rows.chosen(line.x().length, Math.max(2, most / series.size()))) {
          rows.add(line.name(), line.x()[i], line.y()[i]);
        }
      }
      return rows;
    }
    List<String> head = new ArrayList<>(List.of(x));
    series.forEach(line -> head.add(line.name().isEmpty() ? y : line.name()));
    Rows rows = new Rows(head, new ArrayList<>());
    for (int i : Rows.chosen(places.length, most)) {
      Object[] cells = new Object[head.size()];
      cells[0] = places[i];
      for (int s = 0; s < series.size(); s++) {
        cells[s + 1] = series.get(s).y()[i];
      }
      rows.add(cells);
    }
    return rows;
  }
}
