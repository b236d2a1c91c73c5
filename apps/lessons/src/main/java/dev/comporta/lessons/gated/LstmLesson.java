package dev.comporta.lessons.gated;

import dev.comporta.api.Formatting;
import dev.comporta.api.model.Spec;
import dev.comporta.lessons.figure.Graph;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Compared;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.JavaLines;

/** One LSTM unit with the number at every arrow, forward and backward. */
public final class LstmLesson implements Lesson {
  private static final float[] W = {0.9f, 0.6f, -1.1f, 0.4f}; // i f g o
  private static final float[] U = {0.3f, -0.5f, 0.7f, 0.8f};
  private static final float[] B = {0.1f, 1, -0.2f, 0.3f};

  @Override
  public String name() {
    return "lstm";
  }

  @Override
  public void run(Setting setting, Page page) {
    GatedUnit unit = new GatedUnit(Spec.of("lstm"), W, U, B);
    page.equations(
        "f = sigmoid(x W_f + h U_f + b_f)",
        "i = sigmoid(x W_i + h U_i + b_i)",
        "g = tanh(x W_g + h U_g + b_g)",
        "c' = f * c + i * g",
        "o = sigmoid(x W_o + h U_o + b_o)",
        "h' = o * tanh(c')");
    page.text("steps");
    Rows steps = Rows.of("t", "x", "h", "c", "f", "i", "g", "c'", "o", "h'");
    for (int t = 0; t < GatedUnit.T; t++) {
      steps.add(
          t + 1,
          GatedUnit.X[t],
          unit.before("state.h", t),
          unit.before("c", t),
          unit.at("f", t),
          unit.at("i", t),
          unit.at("g", t),
          unit.at("c", t),
          unit.at("o", t),
          unit.at("state.h", t));
    }
    page.table("stepsTable", steps);
    page.figure("graph", graph(unit));
    page.figure("curves", unit.curves("i", "f", "g", "o", "c", "state.h"));

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
    Compared compared = backward(unit);
    page.code(JavaLines.cell(Spec.of("lstm"), 1, 1));
    page.table("backwardTable", compared.rows());
    page.number("h", unit.all("state.h")).number("c", unit.all("c"));
    page.number("dU", Data.doubles(unit.recurrentGradient()));
    page.number("difference", compared.largest());
    page.result(unit.at("c", 2), unit.at("state.h", 2), compared.largest());
  }

  private static Compared backward(GatedUnit unit) {
    Compared compared = new Compared();
    double dh = 1;
    double dcNext = 0; // dL/dc of the next timestep times its f
    double[] dU = new double[4];
    for (int t = GatedUnit.T - 1; t >= 0; t--) {
      double i = unit.at("i", t);
      double f = unit.at("f", t);
      double g = unit.at("g", t);
      double o = unit.at("o", t);
      double tanh = Math.tanh(unit.at("c", t));
      double h = unit.before("state.h", t);
      double c = unit.before("c", t);
      double dc = dh * o * (1 - tanh * tanh) + dcNext;
      String at = "(" + (t + 1) + ")";
      compared
          .add("dL/dh" + at, dh, unit.gradient("state.h", t))
          .add("dL/do" + at, dh * tanh, unit.gradient("o", t))
          .add("dL/dc" + at, dc, unit.gradient("c", t))
          .add("dL/df" + at, dc * c, unit.gradient("f", t))
          .add("dL/di" + at, dc * g, unit.gradient("i", t))
          .add("dL/dg" + at, dc * i, unit.gradient("g", t));
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
      compared.add("dL/dU_" + gates.charAt(k), dU[k], unit.recurrentGradient()[k]);
    }
    return compared;
  }

  /** The second timestep, with its numbers. */
  private static Graph graph(GatedUnit unit) {
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
        .edge("c0", "f*", text(unit, "c", 0))
        .edge("f*", "+", "")
        .edge("+", "c1", text(unit, "c", 1))
        .edge("i*", "+", "")
        .edge("f", "f*", text(unit, "f", 1))
        .edge("i", "i*", text(unit, "i", 1))
        .edge("g", "i*", text(unit, "g", 1))
        .edge("o", "o*", text(unit, "o", 1))
        .edge("+", "tanh", "")
        .edge("tanh", "o*", "")
        .edge("o*", "h1", text(unit, "state.h", 1))
        .edge("xh", "f", "")
        .edge("xh", "i", "")
        .edge("xh", "g", "")
        .edge("xh", "o", "");
  }

  private static String text(GatedUnit unit, String name, int t) {
    return Formatting.formatted("%.2f", unit.at(name, t));
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
