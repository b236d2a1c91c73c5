package dev.comporta.lessons.gated;

import dev.comporta.api.model.Spec;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Compared;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.JavaLines;
import dev.comporta.lessons.play.Net;
import dev.comporta.lessons.play.Probe;
import java.util.Map;

/** One GRU unit, forward and backward, and its size next to the LSTM's. */
public final class GruLesson implements Lesson {
  private static final float[] X = {1, -0.4f, 0.7f};
  private static final float[] W = {0.9f, 0.6f, -1.1f}; // r z n
  private static final float[] U = {0.3f, -0.5f, 0.7f};
  private static final float[] B = {0.1f, 0.4f, -0.2f};
  private static final int T = X.length;

  @Override
  public String name() {
    return "gru";
  }

  @Override
  public void run(Setting setting, Page page) {
    Probe probe =
        Probe.run(
            Spec.of("gru").with("reset", "before"),
            1,
            Map.of("W", W, "U", U, "b", B),
            new float[][] {{X[0]}, {X[1]}, {X[2]}},
            1,
            Probe.lastSum(T));
    page.equations(
        "r = sigmoid(x W_r + h U_r + b_r)",
        "z = sigmoid(x W_z + h U_z + b_z)",
        "n = tanh(x W_n + (r * h) U_n + b_n)",
        "h' = (1 - z) * n + z * h");
    page.text("simpler");
    Rows sizes = Rows.of("@cell", "I = 1, H = 1", "I = 32, H = 64");
    for (Spec cell :
        new Spec[] {Spec.of("rnn"), Spec.of("gru").with("reset", "before"), Spec.of("lstm")}) {
      sizes.add(cell.name(), size(setting, cell, 1, 1), size(setting, cell, 32, 64));
    }
    page.table("sizes", sizes);
    Rows steps = Rows.of("t", "x", "h", "r", "z", "n", "h'");
    for (int t = 0; t < T; t++) {
      steps.add(
          t + 1,
          X[t],
          t == 0 ? 0.0 : at(probe, "state.h", t - 1),
          at(probe, "r", t),
          at(probe, "z", t),
          at(probe, "n", t),
          at(probe, "state.h", t));
    }
    page.table("stepsTable", steps);
    LineChart chart = LineChart.of("t", "");
    for (String name : new String[] {"r", "z", "n", "state.h"}) {
      chart.add(
          name.equals("state.h") ? "h" : name,
          at(probe, name, 0),
          at(probe, name, 1),
          at(probe, name, 2));
    }
    page.figure("curves", chart);
    page.equations(
        "{dL}/{dn} = {dL}/{dh'} (1 - z)",
        "{dL}/{dz} = {dL}/{dh'} (h - n)",
        "{dL}/{dr} = {dL}/{da_n} U_n h",
        "{dL}/{dh} = {dL}/{dh'} z + {dL}/{da_n} U_n r + {dL}/{da_z} U_z + {dL}/{da_r} U_r");
    Compared compared = backward(probe);
    page.code(JavaLines.cell(Spec.of("gru").with("reset", "before"), 1, 1));
    page.table("backwardTable", compared.rows());
    page.number("h", at(probe, "state.h", 0), at(probe, "state.h", 1), at(probe, "state.h", 2));
    page.number("dU", Data.doubles(probe.gradient("U")));
    page.number("difference", compared.largest());
    page.result(
        at(probe, "state.h", 2),
        compared.largest(),
        size(setting, Spec.of("gru").with("reset", "before"), 32, 64),
        size(setting, Spec.of("lstm"), 32, 64));
  }

  private static double at(Probe probe, String name, int t) {
    return probe.value(name, t)[0];
  }

  private static int size(Setting setting, Spec cell, int inputs, int hidden) {
    return Net.of(setting.random("size"), inputs, Net.recurrent(cell, hidden)).size();
  }

  private static Compared backward(Probe probe) {
    Compared compared = new Compared();
    double dh = 1;
    double[] dU = new double[3];
    for (int t = T - 1; t >= 0; t--) {
      double r = at(probe, "r", t);
      double z = at(probe, "z", t);
      double n = at(probe, "n", t);
      double h = t == 0 ? 0 : at(probe, "state.h", t - 1);
      double dn = dh * (1 - z);
      double dz = dh * (h - n);
      double an = dn * (1 - n * n);
      double az = dz * z * (1 - z);
      double ar = an * U[2] * h * r * (1 - r);
      String at = "(" + (t + 1) + ")";
      compared
          .add("dL/dh" + at, dh, probe.gradient("state.h", t)[0])
          .add("dL/dn" + at, dn, probe.gradient("n", t)[0])
          .add("dL/dz" + at, dz, probe.gradient("z", t)[0]);
      dU[0] += ar * h;
      dU[1] += az * h;
      dU[2] += an * r * h;
      dh = dh * z + an * U[2] * r + az * U[1] + ar * U[0];
    }
    for (int k = 0; k < 3; k++) {
      compared.add("dL/dU_" + "rzn".charAt(k), dU[k], probe.gradient("U")[k]);
    }
    return compared;
  }
}
