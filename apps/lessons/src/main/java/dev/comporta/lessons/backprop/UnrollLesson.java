package dev.comporta.lessons.backprop;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.lessons.figure.Graph;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Compared;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.JavaLines;
import dev.comporta.lessons.play.Probe;
import java.util.Map;

/** One neuron forward and backward, by the scalar equations and by the framework. */
public final class UnrollLesson implements Lesson {
  private static final float[] X = {1, -0.5f, 0.8f, 0.3f};
  private static final float[] TARGET = {Float.NaN, 0.4f, -0.2f, 0.5f}; // y(1) has no target
  private static final float U = 0.6f;
  private static final float W = 0.9f;
  private static final float V = -1.2f;
  private static final int T = X.length;

  @Override
  public String name() {
    return "unroll";
  }

  @Override
  public void run(Setting setting, Page page) {
    Probe probe =
        Probe.run(
            Spec.of("rnn"),
            1,
            Map.of(
                "W", new float[] {U},
                "U", new float[] {W},
                "b", new float[] {0},
                "v", new float[] {V}),
            new float[][] {{X[0]}, {X[1]}, {X[2]}, {X[3]}},
            1,
            (t, h, context) -> {
              Tensor r = context.observe("r", h.matmul(context.parameter("v")));
              Tensor y = context.observe("y", r.tanh());
              return t == 0 ? null : y.plus(-TARGET[t]).square().sum().times(0.5f);
            });
    page.equations(
        "z(t) = u x(t) + w h(t-1)",
        "h(t) = phi(z(t))",
        "r(t) = v h(t)",
        "y(t) = phi(r(t))",
        "L = {1}/{2} sum_{t=2}^{4} (y(t) - d(t))^2");
    page.figure("graph", graph());
    page.text("names");
    double[] z = new double[T];
    double[] h = new double[T];
    double[] r = new double[T];
    double[] y = new double[T];
    for (int t = 0; t < T; t++) {
      z[t] = U * X[t] + (t == 0 ? 0 : W * h[t - 1]);
      h[t] = Math.tanh(z[t]);
      r[t] = V * h[t];
      y[t] = Math.tanh(r[t]);
    }
    page.equations(
        "{dL}/{dr(t)} = {dL}/{dy(t)} phi'(r(t))",
        "{dL}/{dh(t)} = {dL}/{dr(t)} v + {dL}/{dz(t+1)} w",
        "{dL}/{dz(t)} = {dL}/{dh(t)} phi'(z(t))",
        "{dL}/{du} = sum_t {dL}/{dz(t)} x(t)",
        "{dL}/{dv} = sum_t {dL}/{dr(t)} h(t)",
        "{dL}/{dw} = sum_t {dL}/{dz(t+1)} h(t)");
    double[] dr = new double[T];
    double[] dh = new double[T];
    double[] dz = new double[T];
    double du = 0;
    double dv = 0;
    double dw = 0;
    for (int t = T - 1; t >= 0; t--) {
      dr[t] = t == 0 ? 0 : (y[t] - TARGET[t]) * (1 - y[t] * y[t]);
      dh[t] = dr[t] * V + (t == T - 1 ? 0 : dz[t + 1] * W);
      dz[t] = dh[t] * (1 - h[t] * h[t]);
      du += dz[t] * X[t];
      dv += dr[t] * h[t];
      dw += t == T - 1 ? 0 : dz[t + 1] * h[t];
    }
    Compared forward = new Compared();
    Compared backward = new Compared();
    for (int t = 0; t < T; t++) {
      String at = "(" + (t + 1) + ")";
      forward.add("z" + at, z[t], probe.value("a", t)[0]);
      forward.add("h" + at, h[t], probe.value("h", t)[0]);
      forward.add("r" + at, r[t], probe.value("r", t)[0]);
      forward.add("y" + at, y[t], probe.value("y", t)[0]);
    }
    for (int t = T - 1; t >= 0; t--) {
      String at = "(" + (t + 1) + ")";
      backward.add("dL/dr" + at, dr[t], probe.gradient("r", t)[0]);
      backward.add("dL/dh" + at, dh[t], probe.gradient("h", t)[0]);
      backward.add("dL/dz" + at, dz[t], probe.gradient("a", t)[0]);
    }
    backward.add("dL/du", du, probe.gradient("W")[0]);
    backward.add("dL/dv", dv, probe.gradient("v")[0]);
    backward.add("dL/dw", dw, probe.gradient("U")[0]);
    page.code(JavaLines.cell(Spec.of("rnn"), 1, 1));
    page.table("forward", forward.rows()).table("backward", backward.rows());
    page.text("missing").equations("w <- w - eta {dL}/{dw}");
    page.number("loss", probe.loss());
    page.number("du", probe.gradient("W")[0]).number("dv", probe.gradient("v")[0]);
    page.number("dw", probe.gradient("U")[0]).number("x", Data.doubles(X));
    page.number("difference", Math.max(forward.largest(), backward.largest()));
    page.result(
        probe.gradient("W")[0],
        probe.gradient("v")[0],
        probe.gradient("U")[0],
        Math.max(forward.largest(), backward.largest()));
  }

  private static Graph graph() {
    Graph graph = Graph.of(190);
    for (int t = 1; t <= T; t++) {
      double at = 100 * t - 45;
      graph.node("x" + t, "x(" + t + ")", at, 165);
      graph.node("h" + t, "z, h(" + t + ")", at, 95);
      graph.node("y" + t, "r, y(" + t + ")", at, 25);
      graph.edge("x" + t, "h" + t, "u").edge("h" + t, "y" + t, "v");
      if (t > 1) {
        graph.edge("h" + (t - 1), "h" + t, "w");
      }
    }
    return graph;
  }
}
