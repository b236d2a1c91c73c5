package dev.comporta.lessons.basics;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.Graph;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;
import java.util.Arrays;

/** Two linear units that accumulate an input each, and an output that reports the larger sum. */
public final class CompareLesson implements Lesson {
  private static final int T = 1000;
  private static final int B = 100;
  private static final int SHOWN = 40;

  @Override
  public String name() {
    return "compare";
  }

  @Override
  public void run(Setting setting, Page page) {
    Net larger =
        Net.of(
                setting.random("compare"),
                2,
                Net.recurrent(Spec.of("rnn").with("activation", "identity"), 2),
                Net.dense(1).with("activation", "sigmoid"))
            .set("layers.0.cell.W", 1, 0, 0, 1)
            .set("layers.0.cell.U", 1, 0, 0, 1)
            .set("layers.0.cell.b", 0, 0)
            .set("layers.1.W", 5, -5)
            .set("layers.1.b", 0);
    float[] x = Data.wholeNumbers(setting.random("x"), T * B * 2, -8, 8); // [T, B, 2]
    Batch batch = Batch.ofValues(T, B, 2, x, null);
    float[] y = larger.outputs(batch); // [T, B, 1]
    float[] h = larger.observed(batch, "layers.0.h"); // [T, B, 2]
    long[] sums = new long[2 * B];
    int right = 0;
    int decided = 0;
    for (int i = 0; i < T * B; i++) {
      int row = i % B;
      sums[2 * row] += (long) x[2 * i];
      sums[2 * row + 1] += (long) x[2 * i + 1];
      if (sums[2 * row] != sums[2 * row + 1]) {
        decided++;
        right += y[i] > 0.5f == sums[2 * row] > sums[2 * row + 1] ? 1 : 0;
      }
    }
    page.equations("h_t = x_t W + h_{t-1} U", "y_t = sigmoid(5 h1_t - 5 h2_t)");
    page.figure(
        "graph",
        Graph.of(150)
            .node("x1", "x1", 50, 40)
            .node("x2", "x2", 50, 115)
            .node("h1", "h1", 190, 40)
            .node("h2", "h2", 190, 115)
            .node("y", "y", 370, 78)
            .edge("x1", "h1", "1")
            .edge("x2", "h2", "1")
            .edge("h1", "h1", "1")
            .edge("h2", "h2", "1")
            .edge("h1", "y", "5")
            .edge("h2", "y", "-5"));
    page.figure(
        "sums",
        LineChart.of("t", "@total")
            .add("h1", Arrays.copyOf(Data.column(h, B, 2, 0, 0), SHOWN))
            .add("h2", Arrays.copyOf(Data.column(h, B, 2, 0, 1), SHOWN)));
    page.figure(
        "answer",
        LineChart.of("t", "y").add("y", Arrays.copyOf(Data.column(y, B, 1, 0, 0), SHOWN)));
    page.code(larger.java());
    page.number("decided", decided).number("right", right);
    page.number("x1", Data.column(x, B, 2, 0, 0)).number("x2", Data.column(x, B, 2, 0, 1));
    page.number("y", Data.column(y, B, 1, 0, 0));
    page.result(right, decided, T * B - decided);
  }
}
