package dev.comporta.lessons.figure;

import static dev.comporta.api.Formatting.formatted;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A table of numbers as shades: one colour for positive numbers, another for negative ones.
 *
 * @param x the label of the columns
 * @param y the label of the rows
 * @param columns the label of each column
 * @param lines the label of each row
 * @param values {@code [row][column]}
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
public record HeatMap(
    String x, String y, List<String> columns, List<String> lines, double[][] values)
    implements Figure {
  @Override
  public String svg(UnaryOperator<String> words, String title) {
    int longest = lines.stream().mapToInt(line -> words.apply(line).length()).max().orElse(1);
    double left = Math.min(130, 26 + 6.6 * longest);
    double width = (Svg.WIDTH - 6 - left) / columns.size();
    double height = Math.max(14, Math.min(30, 260.0 / lines.size()));
    int wide = columns.stream().mapToInt(column -> words.apply(column).length()).max().orElse(1);
    boolean turned = 6.6 * wide > width && wide > 2;
    double top = turned ? 12 + 6.2 * wide : 18;
    Svg svg = new Svg((int) (top + height * lines.size() + 22));
    double most = 1e-12;
    for (double[] row : values) {
      for (double value : row) {
        most = Math.max(most, Double.isFinite(value) ? Math.abs(value) : 0);
      }
    }
    int every = turned ? 1 : (int) Math.ceil(6.6 * wide / Math.max(1, width));
    for (int c = 0; c < columns.size(); c += every) {
      double at = left + (c + 0.5) * width;
      String text = words.apply(columns.get(c));
      if (turned) {
        svg.upright(at + 4, top / 2, text);
      } else {
        svg.text("tick", "middle", at, top - 5, text);
      }
    }
    for (int r = 0; r < lines.size(); r++) {
      double y0 = top + r * height;
      svg.text("tick", "end", left - 4, y0 + height / 2 + 4, words.apply(lines.get(r)));
      for (int c = 0; c < columns.size(); c++) {
        double value = values[r][c];
        if (!Double.isFinite(value)) {
          continue;
        }
        double share = Math.abs(value) / most;
        svg.rectangle(
            value < 0 ? "cell negative" : "cell positive",
            left + c * width,
            y0,
            width,
            height,
            share);
        if (width > 26) {
          svg.text(
              share > 0.55 ? "value on" : "value",
              "middle",
              left + (c + 0.5) * width,
              y0 + height / 2 + 4,
              formatted("%.2f", value));
        }
      }
    }
    svg.text(
        "", "middle", (left + Svg.WIDTH) / 2, top + height * lines.size() + 16, words.apply(x));
    svg.upright(12, top + height * lines.size() / 2, words.apply(y));
    return svg.element(title);
  }

  @Override
  public Rows rows(int most) {
    int[] shown = Rows.chosen(columns.size(), 12);
    List<String> head = new ArrayList<>(List.of(y));
    for (int c : shown) {
      head.add(columns.get(c));
    }
    Rows rows = new Rows(head, new ArrayList<>());
    for (int r : Rows.chosen(lines.size(), most)) {
      Object[] cells = new Object[head.size()];
      cells[0] = lines.get(r);
      for (int i = 0; i < shown.length; i++) {
        cells[i + 1] = values[r][shown[i]];
      }
      rows.add(cells);
    }
    return rows;
  }
}
