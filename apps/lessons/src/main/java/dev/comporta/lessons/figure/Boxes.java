package dev.comporta.lessons.figure;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Box plots: quartiles, extremes and every sample.
 *
 * @param x the label of the horizontal axis
 * @param y the label of the vertical axis
 * @param groups the label of each box
 * @param samples the samples of each box, one or more
 * @param logY whether the vertical axis is logarithmic
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
public record Boxes(String x, String y, List<String> groups, double[][] samples, boolean logY)
    implements Figure {
  @Override
  public String svg(UnaryOperator<String> words, String title) {
    int top = 14;
    Svg svg = new Svg(top + Plot.HEIGHT + 40);
    double low = Arrays.stream(samples).flatMapToDouble(Arrays::stream).min().orElse(0);
    double high = Arrays.stream(samples).flatMapToDouble(Arrays::stream).max().orElse(1);
    Scale up = Scale.of(low, high, top + Plot.HEIGHT, top, logY);
    Scale across = new Scale(0, groups.size(), Plot.LEFT, Plot.RIGHT, false);
    Plot.frame(svg, top, across, up, words.apply(x), words.apply(y), false);
    double width = 0.5 * (across.at(1) - across.at(0));
    for (int g = 0; g < groups.size(); g++) {
      double middle = across.at(g + 0.5);
      double upper = up.at(quantile(samples[g], 0.75));
      double lower = up.at(quantile(samples[g], 0.25));
      double median = up.at(quantile(samples[g], 0.5));
      svg.text("tick", "middle", middle, top + Plot.HEIGHT + 14, words.apply(groups.get(g)));
      svg.line(
          "axis", middle, up.at(quantile(samples[g], 1)), middle, up.at(quantile(samples[g], 0)));
      svg.rectangle("box", middle - width / 2, upper, width, lower - upper, 1);
      svg.line("median", middle - width / 2, median, middle + width / 2, median);
      for (double sample : samples[g]) {
        svg.mark(0, middle, up.at(sample), 2);
      }
    }
    return svg.element(title);
  }

  /**
   * The quantile with linear interpolation between samples.
   *
   * @param samples one or more
   * @param share from 0 to 1, such as 0.5 for the median
   * @return the quantile
   */
  public static double quantile(double[] samples, double share) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  @Override
  public Rows rows(int most) {
    Rows rows = Rows.of(x, "@smallest", "@quartile1", "@median", "@quartile3", "@largest");
    for (int g : Rows.chosen(groups.size(), most)) {
      rows.add(
          groups.get(g),
          quantile(samples[g], 0),
          quantile(samples[g], 0.25),
          quantile(samples[g], 0.5),
          quantile(samples[g], 0.75),
          quantile(samples[g], 1));
    }
    return rows;
  }
}
