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

/** A linear unit with weights set by hand that adds its inputs. */
public final class SumLesson implements Lesson {
  private static final int T = 1000;
  private static final int B = 100;

  @Override
  public String name() {
    return "sum";
  }

  @Override
  public void run(Setting setting, Page page) {
    Net sum =
        Net.of(
                setting.random("sum"),
                1,
                Net.recurrent(Spec.of("rnn").with("activation", "identity"), 1))
            .set("layers.0.cell.W", 1)
            .set("layers.0.cell.U", 1)
            .set("layers.0.cell.b", 0);
    float[] x = Data.wholeNumbers(setting.random("x"), T * B, -8, 8); // [T, B, 1]
    float[] h = sum.outputs(Batch.ofValues(T, B, 1, x, null));
    long[] exact = new long[B];
    int wrong = 0;
    for (int i = 0; i < x.length; i++) {
      exact[i % B] += (long) x[i];
      wrong += h[i] == exact[i % B] ? 0 : 1;
    }
    page.equations("h_t = x_t W + h_{t-1} U + b", "W = 1, U = 1, b = 0");
    page.figure(
        "graph",
        Graph.of(70)
            .node("x", "x_t", 70, 45)
            .node("h", "h_t", 250, 45)
            .edge("x", "h", "W = 1")
            .edge("h", "h", "U = 1"));
    page.figure(
        "sums",
        LineChart.of("t", "")
            .add("x_t", Arrays.copyOf(Data.column(x, B, 1, 0, 0), 40))
            .add("h_t", Arrays.copyOf(Data.column(h, B, 1, 0, 0), 40)));
    page.text("exact", B, T);
    page.code(sum.java());
    page.number("wrong", wrong)
        .number("last", h[(T - 1) * B])
        .number("x", Data.column(x, B, 1, 0, 0));
    page.result(T * B, B, wrong);
  }
}
