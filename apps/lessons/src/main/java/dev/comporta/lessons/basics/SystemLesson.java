package dev.comporta.lessons.basics;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;

/** Two units without input as a dynamical system, and the network as nested functions. */
public final class SystemLesson implements Lesson {
  private static final int STEPS = 60;
  private static final int STARTS = 6;

  @Override
  public String name() {
    return "system";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.equations("h_t = tanh(h_{t-1} U)");
    page.text("starts");
    double angle = 2 * Math.PI / 12;
    float turn = (float) (1.2 * Math.cos(angle));
    float side = (float) (1.2 * Math.sin(angle));
    double[] sink = portrait(page, setting, "sink", 0.8f, 0.3f, -0.3f, 0.8f);
    double[] two = portrait(page, setting, "two", 1.5f, 0, 0, 1.5f);
    double[] cycle = portrait(page, setting, "cycle", turn, side, -side, turn);
    nested(page, setting);
    page.result(norm(sink), two[0], norm(cycle));
  }

  private static double norm(double[] h) {
    return Math.hypot(h[0], h[1]);
  }

  /** Follows the state from several starts; returns the last state of the first start. */
  private static double[] portrait(Page page, Setting setting, String key, float... u) {
    Net net =
        Net.of(setting.random(key), 2, Net.recurrent(Spec.of("rnn"), 2))
            .set("layers.0.cell.W", 1, 0, 0, 1) // the first input is the start
            .set("layers.0.cell.U", u)
            .set("layers.0.cell.b", 0, 0);
    float[] x = new float[(STEPS + 1) * STARTS * 2]; // [T, B, 2]
    for (int row = 0; row < STARTS; row++) {
      double direction = 2 * Math.PI * (row + 0.3) / STARTS;
      x[2 * row] = (float) (1.2 * Math.cos(direction));
      x[2 * row + 1] = (float) (1.2 * Math.sin(direction));
    }
    float[] h = net.outputs(Batch.ofValues(STEPS + 1, STARTS, 2, x, null));
    LineChart chart = LineChart.of("h1", "h2");
    for (int row = 0; row < STARTS; row++) {
      chart.add(
          Integer.toString(row + 1),
          Data.column(h, STARTS, 2, row, 0),
          Data.column(h, STARTS, 2, row, 1));
    }
    page.figure(key, chart);
    if (key.equals("cycle")) {
      page.code(net.java());
    }
    double[] last = {h[STEPS * STARTS * 2], h[STEPS * STARTS * 2 + 1]};
    page.number(key, last);
    page.number(key + "Trajectory", Data.column(h, STARTS, 2, 0, 0));
    return last;
  }

  private static void nested(Page page, Setting setting) {
    float[] x = {0.5f, -1, 0.25f, 0.75f};
    Net net =
        Net.of(
                setting.random("nested"),
                1,
                Net.recurrent(Spec.of("rnn"), 1),
                Net.dense(1).with("activation", "sigmoid"))
            .set("layers.0.cell.W", 0.8f)
            .set("layers.0.cell.U", -0.5f)
            .set("layers.0.cell.b", 0.1f)
            .set("layers.1.W", 2)
            .set("layers.1.b", -0.3f);
    float[] h = net.observed(Batch.ofValues(4, 1, 1, x, null), "layers.0.h");
    float[] y = net.outputs(x);
    page.text("nested");
    page.equations(
        "h_t = f1(x_t, h_{t-1}; theta) = tanh(x_t W + h_{t-1} U + b)",
        "y_t = f2(h_t; phi) = sigmoid(h_t V + c)",
        "y_4 = f2(f1(x_4, f1(x_3, f1(x_2, f1(x_1, h_0)))))",
        "y_4 = sigmoid(2 tanh(0.8 x_4 - 0.5 tanh(0.8 x_3 - 0.5 tanh(0.8 x_2 - 0.5 tanh(0.8 x_1 + 0.1) + 0.1) + 0.1) + 0.1) - 0.3)");
    Rows steps = Rows.of("t", "x_t", "h_t = f1", "y_t = f2");
    for (int t = 0; t < x.length; t++) {
      steps.add(t + 1, x[t], h[t], y[t]);
    }
    page.table("steps", steps);
    page.code(net.java());
    page.number("y4", y[3]);
  }
}
