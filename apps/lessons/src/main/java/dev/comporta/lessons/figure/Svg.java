package dev.comporta.lessons.figure;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.lessons.markup.Markup;
import java.util.List;

/**
 * Elements of SVG. Classes s0 to s7 are the colours of series; dashes and marks tell them apart
 * too.
 */
final class Svg {
  static final int WIDTH = 420;
  static final int SERIES = 8;
  private static final List<String> DASHES =
      List.of("", "7 3", "2 3", "9 3 2 3", "12 4", "4 4", "1 4", "10 2 2 2 2 2");

  private final StringBuilder body = new StringBuilder();
  private final int height;

  Svg(int height) {
    this.height = height;
  }

  private static String lowered(String text) {
    return Markup.withSubscripts(
        text, "<tspan dy=\"3\" font-size=\"80%\">", "</tspan><tspan dy=\"-3\">\u200b</tspan>");
  }

  String element(String title) {
    return formatted(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\"><title>%s</title>%s</svg>",
        WIDTH, height, Markup.escaped(title), Markup.escaped(title), body);
  }

  Svg line(String kind, double x1, double y1, double x2, double y2) {
    body.append(
        formatted(
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
            kind, x1, y1, x2, y2));
    return this;
  }

  Svg rectangle(String kind, double x, double y, double width, double height, double opacity) {
    body.append(
        formatted(
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill-opacity=\"%.2f\"/>",
            kind, x, y, Math.max(0, width), Math.max(0, height), opacity));
    return this;
  }

  /** Anchors are start, middle and end. */
  Svg text(String kind, String anchor, double x, double y, String text) {
    body.append(
        formatted(
            "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
            kind, anchor, x, y, lowered(text)));
    return this;
  }

  Svg upright(double x, double y, String text) {
    body.append(
        formatted(
            "<text text-anchor=\"middle\" transform=\"translate(%.1f %.1f) rotate(-90)\">%s</text>",
            x, y, lowered(text)));
    return this;
  }

  Svg path(int series, String data) {
    String dash = DASHES.get(series % SERIES);
    body.append(
        formatted(
            "<path class=\"line s%d\" d=\"%s\"%s/>",
            series % SERIES, data, dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\""));
    return this;
  }

  /** A mark of a series, one form for each. */
  Svg mark(int series, double x, double y, double r) {
    String form =
        switch (series % SERIES) {
          case 0 ->
              formatted(
                  "M%.1f %.1fa%.1f %.1f 0 1 0 %.1f 0a%.1f %.1f 0 1 0 %.1f 0z",
                  x - r, y, r, r, 2 * r, r, r, -2 * r);
          case 1 -> formatted("M%.1f %.1fh%.1fv%.1fh%.1fz", x - r, y - r, 2 * r, 2 * r, -2 * r);
          case 2 -> formatted("M%.1f %.1fl%.1f %.1fh%.1fz", x, y - r, r, 2 * r, -2 * r);
          case 3 ->
              formatted(
                  "M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz",
                  x, y - 1.3 * r, 1.3 * r, 1.3 * r, -1.3 * r, 1.3 * r, -1.3 * r, -1.3 * r);
          case 4 -> formatted("M%.1f %.1fl%.1f %.1fh%.1fz", x, y + r, r, -2 * r, -2 * r);
          case 5 -> formatted("M%.1f %.1fh%.1fM%.1f %.1fv%.1f", x - r, y, 2 * r, x, y - r, 2 * r);
          case 6 ->
              formatted(
                  "M%.1f %.1fl%.1f %.1fM%.1f %.1fl%.1f %.1f",
                  x - r, y - r, 2 * r, 2 * r, x - r, y + r, 2 * r, -2 * r);
          default -> formatted("M%.1f %.1fh%.1f", x - 1.5 * r, y, 3 * r);
        };
    body.append(formatted("<path class=\"mark s%d\" d=\"%s\"/>", series % SERIES, form));
    return this;
  }

  /** A line with an arrowhead, straight or bent to one side by a number of units. */
  Svg arrow(double x1, double y1, double x2, double y2, double bend) {
    double length = Math.max(1e-9, Math.hypot(x2 - x1, y2 - y1));
    double cx = (x1 + x2) / 2 - bend * (y2 - y1) / length;
    double cy = (y1 + y2) / 2 + bend * (x2 - x1) / length;
    double angle = Math.atan2(y2 - cy, x2 - cx);
    body.append(
        formatted(
            "<path class=\"edge\" d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\"/>", x1, y1, cx, cy, x2, y2));
    body.append(
        formatted(
            "<path class=\"head\" d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fz\"/>",
            x2,
            y2,
            x2 - 7 * Math.cos(angle - 0.45),
            y2 - 7 * Math.sin(angle - 0.45),
            x2 - 7 * Math.cos(angle + 0.45),
            y2 - 7 * Math.sin(angle + 0.45)));
    return this;
  }

  /**
   * Names of series with their dashes and marks, in as many lines as they need; the next free y.
   */
  double legend(List<String> names, double y) {
    if (names.size() < 2 && (names.isEmpty() || names.getFirst().isEmpty())) {
      return y;
    }
    double x = 8;
    double line = y + 12;
    for (int i = 0; i < names.size(); i++) {
      double width = 34.0 + 7 * names.get(i).length();
      if (x + width > WIDTH && x > 8) {
        x = 8;
        line += 16;
      }
      path(i, formatted("M%.1f %.1fh22", x, line - 4));
      mark(i, x + 11, line - 4, 3);
      text("", "start", x + 26, line, names.get(i));
      x += width + 8;
    }
    return line + 6;
  }

  /** The height that {@link #legend} needs. */
  static int legendHeight(List<String> names) {
    return (int) Math.ceil(new Svg(0).legend(names, 0));
  }
}
