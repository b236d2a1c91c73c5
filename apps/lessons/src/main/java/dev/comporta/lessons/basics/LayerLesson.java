package dev.comporta.lessons.basics;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.Graph;
import dev.comporta.lessons.figure.HeatMap;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;
import java.util.Arrays;

/** A recurrent layer: its matrix equation for one instance and for a batch, unrolled. */
public final class LayerLesson implements Lesson {
  private static final int T = 4;
  private static final int B = 3;
  private static final int I = 3;
  private static final int H = 2;

  @Override
  public String name() {
    return "layer";
  }

  @Override
  public void run(Setting setting, Page page) {
    Net layer =
        Net.of(setting.random("layer"), I, Net.recurrent(Spec.of("rnn"), H))
            .set("layers.0.cell.W", 0.5f, -0.4f, 0.3f, 0.8f, -0.6f, 0.2f)
            .set("layers.0.cell.U", 0.7f, -0.2f, 0.4f, 0.1f)
            .set("layers.0.cell.b", 0.1f, -0.1f);
    float[] x = Data.uniform(setting.random("x"), T * B * I, -1, 1); // [T, B, I]
    float[] y = layer.outputs(Batch.ofValues(T, B, I, x, null)); // [T, B, H]
    float[] first = new float[T * I]; // [T, 1, I]
    for (int t = 0; t < T; t++) {
      System.arraycopy(x, t * B * I, first, t * I, I);
    }
    float[] alone = layer.outputs(Batch.ofValues(T, 1, I, first, null)); // [T, 1, H]

    page.equations(
        "y(t) = phi(W_x' x(t) + W_y' y(t-1) + b)",
        "y_t = phi(x_t W + y_{t-1} U + b)",
        "Y_t = phi(X_t W + Y_{t-1} U + b)");
    page.text("letters");
    page.table(
        "shapes",
        Rows.of("@what", "@instance", "@batch")
            .add("x_t", "[1, 3]", "[3, 3]")
            .add("W", "[3, 2]", "[3, 2]")
            .add("y_{t-1}", "[1, 2]", "[3, 2]")
            .add("U", "[2, 2]", "[2, 2]")
            .add("b", "[2]", "[2]")
            .add("y_t", "[1, 2]", "[3, 2]"));
    Rows steps = Rows.of("t", "x_t", "y_t");
    double difference = 0;
    for (int t = 0; t < T; t++) {
      steps.add(t + 1, row(first, t, I), row(alone, t, H));
      for (int j = 0; j < H; j++) {
        difference = Math.max(difference, Math.abs(alone[t * H + j] - y[t * B * H + j]));
      }
    }
    page.table("steps", steps);
    page.figure("unrolled", unrolled());
    double[][] values = new double[B * H][];
    String[] lines = new String[B * H];
    for (int i = 0; i < values.length; i++) {
      values[i] = Data.column(y, B, H, i / H, i % H);
      lines[i] = "b" + (i / H + 1) + " y" + (i % H + 1);
    }
    page.figure(
        "map", new HeatMap("t", "@units", Data.labels("", 1, T), Arrays.asList(lines), values));
    page.text("shared", layer.size(), T * layer.size());
    page.code(layer.java());
    page.number("x", Data.doubles(first)).number("y", Data.doubles(alone));
    page.number("difference", difference).number("parameters", layer.size());
    page.result(layer.size(), T, difference);
  }

  private static Graph unrolled() {
    Graph graph = Graph.of(190).node("y0", "y0 = 0", 34, 85);
    for (int t = 1; t <= T; t++) {
      double at = 34 + 92 * t;
      graph
          .node("x" + t, "x" + t, at, 160)
          .node("l" + t, "φ", at, 85)
          .node("y" + t, "y" + t, at, 20);
      graph.edge("x" + t, "l" + t, "W").edge("l" + t, "y" + t, "");
      graph.edge(t == 1 ? "y0" : "l" + (t - 1), "l" + t, "U");
    }
    return graph;
  }

  private static String row(float[] values, int t, int size) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size; i++) {
      text.append(i == 0 ? "" : "  ").append(formatted("%.4f", values[t * size + i]));
    }
    return text.toString();
  }
}
