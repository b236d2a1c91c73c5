package dev.comporta.lessons.figure;

import static dev.comporta.api.Formatting.formatted;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Bars in groups, with their values above them.
 *
 * @param x the label of the horizontal axis
 * @param y the label of the vertical axis
 * @param groups the labels of the groups
 * @param series the bars, one of each group
 */
public record Bars(String x, String y, List<String> groups, List<Series> series) implements Figure {
  /**
   * The bars of one colour.
   *
   * @param name their label, empty if there is only one series
   * @param values one value for each group
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  public record Series(String name, double[] values) {}

  /**
   * A chart without bars.
   *
   * @param x the label of the horizontal axis
   * @param y the label of the vertical axis
   * @param groups the labels of the groups
   * @return a chart to add to
   */
  public static Bars of(String x, String y, List<String> groups) {
    return new Bars(x, y, groups, new ArrayList<>());
  }

  /**
   * Adds bars.
   *
   * @param name their label
   * @param values one value for each group
   * @return this chart
   */
  public Bars add(String name, double... values) {
    series.add(new Series(name, values));
    return this;
  }

  @Override
  public String svg(UnaryOperator<String> words, String title) {
    List<String> names = series.stream().map(bars -> words.apply(bars.name())).toList();
    int top = Svg.legendHeight(names) + 18;
    Svg svg = new Svg(top + Plot.HEIGHT + 40);
    svg.legend(names, 0);
    double low = 0;
    double high = 0;
    for (Series bars : series) {
      for (double value : bars.values()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    double height = high > low ? high - low : 1;
    double below = low < 0 ? low - 0.12 * height : 0; // the values of negative bars are below them
    double above = high > 0 ? high + 0.02 * height : below < 0 ? 0 : 1;
    Scale up = new Scale(below, above, top + Plot.HEIGHT, top, false);
    Scale across = new Scale(0, groups.size(), Plot.LEFT, Plot.RIGHT, false);
    Plot.frame(svg, top, across, up, words.apply(x), words.apply(y), false);
    double width = 0.8 * (across.at(1) - across.at(0)) / series.size();
    for (int g = 0; g < groups.size(); g++) {
      svg.text(
          "tick", "middle", across.at(g + 0.5), top + Plot.HEIGHT + 14, words.apply(groups.get(g)));
      for (int s = 0; s < series.size(); s++) {
        double value = series.get(s).values()[g];
        double left = across.at(g + 0.1) + s * width;
        double from = Math.min(up.at(value), up.at(0));
        svg.rectangle(
            "bar s" + s % Svg.SERIES,
            left,
            from,
            width - 1,
            Math.abs(up.at(value) - up.at(0)),
            0.85);
        String text =
            value == Math.rint(value)
                ? formatted("%.0f", value)
                : formatted(Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
        if (width > 6 * text.length()) { // otherwise it would run into the next one
          svg.text(
              "value", "middle", left + width / 2, value < 0 ? up.at(value) + 11 : from - 3, text);
        }
      }
    }
    return svg.element(title);
  }

  @Override
  public Rows rows(int most) {
    List<String> head = new ArrayList<>(List.of(x));
    series.forEach(bars -> head.add(bars.name().isEmpty() ? y : bars.name()));
    Rows rows = new Rows(head, new ArrayList<>());
    for (int g : Rows.chosen(groups.size(), most)) {
      Object[] cells = new Object[head.size()];
      cells[0] = groups.get(g);
      for (int s = 0; s < series.size(); s++) {
        cells[s + 1] = series.get(s).values()[g];
      }
      rows.add(cells);
    }
    return rows;
  }
}
