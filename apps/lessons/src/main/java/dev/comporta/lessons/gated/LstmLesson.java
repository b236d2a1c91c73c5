package dev.comporta.lessons.gated;

import dev.comporta.api.Formatting;
import dev.comporta.api.model.Spec;
import dev.comporta.lessons.figure.Graph;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Compared;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.JavaLines;
import dev.comporta.lessons.play.Probe;
import java.util.Map;

/** One LSTM unit with the number at every arrow, forward and backward. */
public final class LstmLesson implements Lesson {
  private static final float[] X = {1, -0.4f, 0.7f};
  private static final float[] W = {0.9f, 0.6f, -1.1f, 0.4f}; // i f g o
  private static final float[] U = {0.3f, -0.5f, 0.7f, 0.8f};
  private static final float[] B = {0.1f, 1, -0.2f, 0.3f};
  private static final int T = X.length;

  @Override
  public String name() {
    return "lstm";
  }

  @Override
  public void run(Setting setting, Page page) {
    Probe probe =
        Probe.run(
            Spec.of("lstm"),
            1,
            Map.of("W", W, "U", U, "b", B),
            new float[][] {{X[0]}, {X[1]}, {X[2]}},
            1,
            Probe.lastSum(T));
    page.equations(
        "f = sigmoid(x W_f + h U_f + b_f)",
        "i = sigmoid(x W_i + h U_i + b_i)",
        "g = tanh(x W_g + h U_g + b_g)",
        "c' = f * c + i * g",
        "o = sigmoid(x W_o + h U_o + b_o)",
        "h' = o * tanh(c')");
    page.text("steps");
    Rows steps = Rows.of("t", "x", "h", "c", "f", "i", "g", "c'", "o", "h'");
    for (int t = 0; t < T; t++) {
      double h = t == 0 ? 0 : at(probe, "state.h", t - 1);
      double c = t == 0 ? 0 : at(probe, "c", t - 1);
      steps.add(
          t + 1,
          X[t],
          h,
          c,
          at(probe, "f", t),
          at(probe, "i", t),
          at(probe, "g", t),
          at(probe, "c", t),
          at(probe, "o", t),
          at(probe, "state.h", t));
    }
    page.table("stepsTable", steps);
    page.figure("graph", graph(probe));
    LineChart chart = LineChart.of("t", "");
    for (String name : new String[] {"i", "f", "g", "o", "c", "state.h"}) {
      chart.add(
          name.equals("state.h") ? "h" : name,
          at(probe, name, 0),
          at(probe, name, 1),
          at(probe, name, 2));
    }
    page.figure("curves", chart);

    page.text("block").equations("[i f o g] = [sigma sigma sigma tanh] W [x, h]");
    page.text("pseudo").code(PSEUDO_CODE).text("mistake");

    page.text("backward");
    page.equations(
        "{dL}/{do} = {dL}/{dh'} tanh(c')",
        "{dL}/{dc_t} = {dL}/{dh_t} o_t (1 - tanh(c_t)^2) + {dL}/{dc_{t+1}} f_{t+1}",
        "{dL}/{df} = {dL}/{dc'} c",
        "{dL}/{di} = {dL}/{dc'} g",
        "{dL}/{dg} = {dL}/{dc'} i",
        "{dL}/{dh} = sum_{k=i,f,g,o} {dL}/{da_k} U_k");
    Compared compared = backward(probe);
    page.code(JavaLines.cell(Spec.of("lstm"), 1, 1));
    page.table("backwardTable", compared.rows());
    page.number("h", at(probe, "state.h", 0), at(probe, "state.h", 1), at(probe, "state.h", 2));
    page.number("c", at(probe, "c", 0), at(probe, "c", 1), at(probe, "c", 2));
    page.number("dU", Data.doubles(probe.gradient("U")));
    page.number("difference", compared.largest());
    page.result(at(probe, "c", 2), at(probe, "state.h", 2), compared.largest());
  }

  private static double at(Probe probe, String name, int t) {
    return probe.value(name, t)[0];
  }

  private static Compared backward(Probe probe) {
    Compared compared = new Compared();
    double dh = 1;
    double dcNext = 0; // dL/dc of the next timestep times its f
    double[] dU = new double[4];
    for (int t = T - 1; t >= 0; t--) {
      double i = at(probe, "i", t);
      double f = at(probe, "f", t);
      double g = at(probe, "g", t);
      double o = at(probe, "o", t);
      double tanh = Math.tanh(at(probe, "c", t));
      double h = t == 0 ? 0 : at(probe, "state.h", t - 1);
      double c = t == 0 ? 0 : at(probe, "c", t - 1);
      double dc = dh * o * (1 - tanh * tanh) + dcNext;
      String at = "(" + (t + 1) + ")";
      compared
          .add("dL/dh" + at, dh, probe.gradient("state.h", t)[0])
          .add("dL/do" + at, dh * tanh, probe.gradient("o", t)[0])
          .add("dL/dc" + at, dc, probe.gradient("c", t)[0])
          .add("dL/df" + at, dc * c, probe.gradient("f", t)[0])
          .add("dL/di" + at, dc * g, probe.gradient("i", t)[0])
          .add("dL/dg" + at, dc * i, probe.gradient("g", t)[0]);
      double[] da = {
        dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * tanh * o * (1 - o)
      };
      dh = 0;
      for (int k = 0; k < 4; k++) {
        dU[k] += da[k] * h;
        dh += da[k] * U[k];
      }
      dcNext = dc * f;
    }
    String gates = "ifgo";
    for (int k = 0; k < 4; k++) {
      compared.add("dL/dU_" + gates.charAt(k), dU[k], probe.gradient("U")[k]);
    }
    return compared;
  }

  /** The second timestep, with its numbers. */
  private static Graph graph(Probe probe) {
    return Graph.of(250)
        .node("c0", "c", 30, 40)
        .node("f*", "⊙", 130, 40)
        .node("+", "+", 230, 40)
        .node("c1", "c'", 390, 40)
        .node("i*", "⊙", 230, 110)
        .node("tanh", "tanh", 330, 110)
        .node("o*", "⊙", 330, 170)
        .node("h1", "h'", 390, 225)
        .node("f", "f", 80, 170)
        .node("i", "i", 150, 170)
        .node("g", "g", 220, 170)
        .node("o", "o", 280, 170)
        .node("xh", "x, h", 130, 230)
        .edge("c0", "f*", text(probe, "c", 0))
        .edge("f*", "+", "")
        .edge("+", "c1", text(probe, "c", 1))
        .edge("i*", "+", "")
        .edge("f", "f*", text(probe, "f", 1))
        .edge("i", "i*", text(probe, "i", 1))
        .edge("g", "i*", text(probe, "g", 1))
        .edge("o", "o*", text(probe, "o", 1))
        .edge("+", "tanh", "")
        .edge("tanh", "o*", "")
        .edge("o*", "h1", text(probe, "state.h", 1))
        .edge("xh", "f", "")
        .edge("xh", "i", "")
        .edge("xh", "g", "")
        .edge("xh", "o", "");
  }

  private static String text(Probe probe, String name, int t) {
    return Formatting.formatted("%.2f", at(probe, name, t));
  }

  private static final String PSEUDO_CODE =
      """
      def LSTMCELL(prev_ct, prev_ht, input):       // LstmCell.step(x, state, context)
        combine = prev_ht + input                  // a = x W + b + h U
        ft = forget_layer(combine)                 // f = sigmoid(a_f)
        candidate = candidate_layer(combine)       // g = tanh(a_g)
        it = input_layer(combine)                  // i = sigmoid(a_i)
        Ct = prev_ct * ft + candidate * it         // cNext = f * c + i * g
        ot = output_layer(combine)                 // o = sigmoid(a_o)
        ht = ot * tanh(Ct)                         // hNext = o * tanh(cNext)
        return ht, Ct                              // Step(hNext, state(h, c))

      for input in inputs:
        ct, ht = LSTMCELL(ct, ht, input)           // wrong: the order must be ht, ct
      """;
}
