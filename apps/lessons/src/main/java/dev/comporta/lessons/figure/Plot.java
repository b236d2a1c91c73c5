package dev.comporta.lessons.figure;

/** The frame of a chart: axes with ticks, and the names of both. */
final class Plot {
  static final int LEFT = 52;
  static final int RIGHT = Svg.WIDTH - 10;
  static final int HEIGHT = 200;

  private Plot() {}

  /** Draws the frame; without ticks along x if the chart names its places itself. */
  static void frame(
      Svg svg, double top, Scale x, Scale y, String xName, String yName, boolean xTicks) {
    double bottom = top + HEIGHT;
    for (Scale.Tick tick : y.ticks()) {
      double at = y.at(tick.value());
      svg.line("grid", LEFT, at, RIGHT, at).text("tick", "end", LEFT - 5, at + 4, tick.text());
    }
    if (xTicks) {
      for (Scale.Tick tick : x.ticks()) {
        double at = x.at(tick.value());
        svg.line("grid", at, top, at, bottom).text("tick", "middle", at, bottom + 14, tick.text());
      }
    }
    svg.line("axis", LEFT, bottom, RIGHT, bottom).line("axis", LEFT, top, LEFT, bottom);
    svg.text("", "middle", (LEFT + RIGHT) / 2.0, bottom + 31, xName);
    svg.upright(12, top + HEIGHT / 2.0, yName);
  }
}
