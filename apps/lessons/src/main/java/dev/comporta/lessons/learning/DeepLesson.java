package dev.comporta.lessons.learning;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.Graph;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;
import java.util.ArrayList;
import java.util.List;

/** One, two and three layers of simple recurrent units on the same series. */
public final class DeepLesson implements Lesson {
  private static final int T = 40;
  private static final int UNITS = 32;

  @Override
  public String name() {
    return "deep";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.equations(
        "h1_t = tanh(x_t W_1 + h1_{t-1} U_1 + b_1)",
        "h2_t = tanh(h1_t W_2 + h2_{t-1} U_2 + b_2)",
        "y_T = h2_T V + c");
    page.figure("unrolled", unrolled());
    page.text("task", T, UNITS);
    float[] x = new float[T * 512];
    float[] y = new float[512];
    Batch test = waves(setting.random("test"), 512, x, y);
    double naive = 0;
    for (int row = 0; row < 512; row++) {
      naive += Math.pow(y[row] - x[(T - 1) * 512 + row], 2) / 512;
    }
    int steps = setting.steps(400);
    LineChart curves = LineChart.log("@update", "@error");
    Rows table = Rows.of("@layers", "@parameters", "@error");
    table.add("@naive", 0, naive);
    double[] errors = new double[3];
    for (int depth = 1; depth <= 3; depth++) {
      List<Spec> layers = new ArrayList<>();
      for (int i = 0; i < depth; i++) {
        layers.add(Net.recurrent(Spec.of("rnn"), UNITS));
      }
      layers.add(Net.last());
      layers.add(Net.dense(1));
      Net net = Net.of(setting.random("net"), 1, layers.toArray(Spec[]::new));
      double[] losses =
          net.train(
              Net.Course.adam(0.003, steps).on("mse"),
              step ->
                  waves(
                      setting.random("train").stream(step), 32, new float[T * 32], new float[32]));
      errors[depth - 1] = net.loss(test, "mse");
      curves.add(depth + "", Data.places(steps, 40), Data.smoothed(losses, 40));
      table.add(depth, net.size(), errors[depth - 1]);
      if (depth == 3) {
        page.code(net.java());
      }
    }
    page.figure("curvesFigure", curves).table("table", table);
    page.number("errors", errors).number("naive", naive);
    page.result(errors[0], errors[1], errors[2], naive);
  }

  /** Series of two sine waves with noise; the target is the value after the last one. */
  private static Batch waves(RandomSource random, int rows, float[] x, float[] y) {
    for (int row = 0; row < rows; row++) {
      RandomSource of = random.stream(row);
      double[] wave = new double[T + 1];
      for (int t = 0; t <= T; t++) {
        wave[t] =
            0.5 * Math.sin((t / 50.0 - of.uniform(0)) * (of.uniform(1) * 10 + 10))
                + 0.2 * Math.sin((t / 50.0 - of.uniform(2)) * (of.uniform(3) * 20 + 20))
                + 0.1 * (of.uniform(4 + t) - 0.5);
      }
      for (int t = 0; t < T; t++) {
        x[t * rows + row] = (float) wave[t];
      }
      y[row] = (float) wave[T];
    }
    return Batch.ofValues(T, rows, 1, x, null).targets(1, y);
  }

  private static Graph unrolled() {
    Graph graph = Graph.of(265);
    for (int t = 1; t <= 4; t++) {
      double at = 100 * t - 50;
      graph.node("x" + t, "x" + t, at, 245);
      for (int layer = 1; layer <= 3; layer++) {
        graph.node("h" + layer + t, "h" + layer + "," + t, at, 245 - 60 * layer);
        graph.edge(layer == 1 ? "x" + t : "h" + (layer - 1) + t, "h" + layer + t, "");
        if (t > 1) {
          graph.edge("h" + layer + (t - 1), "h" + layer + t, "");
        }
      }
    }
    return graph.node("y", "y", 350, 15).edge("h34", "y", "");
  }
}
