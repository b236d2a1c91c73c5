package dev.comporta.lessons.basics;

import dev.comporta.api.model.Spec;
import dev.comporta.lessons.figure.Graph;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;

/** One recurrent neuron: its output depends on its input and on its last output. */
public final class NeuronLesson implements Lesson {
  @Override
  public String name() {
    return "neuron";
  }

  @Override
  public void run(Setting setting, Page page) {
    Net neuron =
        Net.of(setting.random("neuron"), 1, Net.recurrent(Spec.of("rnn"), 1))
            .set("layers.0.cell.W", 1)
            .set("layers.0.cell.U", 0.9f)
            .set("layers.0.cell.b", 0);
    float[] early = {1, 0, 0, 0, 0, 0, 0, 0};
    float[] late = {0, 0, 0, 0, 0, 0, 0, 1};
    float[] h = neuron.outputs(early);
    float[] other = neuron.outputs(late);

    page.equations("h(t) = f(x(t), h(t-1))", "h_t = tanh(x_t W + h_{t-1} U + b)");
    page.figure(
        "graph",
        Graph.of(90)
            .node("x", "x(t)", 60, 45)
            .node("f", "f", 200, 45)
            .node("h", "h(t)", 340, 45)
            .edge("x", "f", "W = 1")
            .edge("f", "h", "")
            .edge("h", "f", "h(t-1), U = 0.9", 62));
    Rows steps = Rows.of("t", "x_t", "h_{t-1}", "x_t W + h_{t-1} U + b", "h_t");
    for (int t = 0; t < early.length; t++) {
      double before = t == 0 ? 0 : h[t - 1];
      steps.add(t + 1, early[t], before, early[t] + 0.9f * before, h[t]);
    }
    page.table("steps", steps);
    page.figure(
        "memory",
        LineChart.of("t", "h_t").add("@early", Data.doubles(h)).add("@late", Data.doubles(other)));
    page.code(neuron.java());
    page.number("h", Data.doubles(h)).number("late", Data.doubles(other));
    page.result(h[0], h[7], other[7]);
  }
}
