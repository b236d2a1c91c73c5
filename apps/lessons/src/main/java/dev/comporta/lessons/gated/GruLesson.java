package dev.comporta.lessons.gated;

import dev.comporta.api.model.Spec;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Compared;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.JavaLines;
import dev.comporta.lessons.play.Net;

/** One GRU unit, forward and backward, and its size next to the LSTM's. */
public final class GruLesson implements Lesson {
  private static final Spec CELL = Spec.of("gru").with("reset", "before");
  private static final float[] W = {0.9f, 0.6f, -1.1f}; // r z n
  private static final float[] U = {0.3f, -0.5f, 0.7f};
  private static final float[] B = {0.1f, 0.4f, -0.2f};

  @Override
  public String name() {
    return "gru";
  }

  @Override
  public void run(Setting setting, Page page) {
    GatedUnit unit = new GatedUnit(CELL, W, U, B);
    page.equations(
        "r = sigmoid(x W_r + h U_r + b_r)",
        "z = sigmoid(x W_z + h U_z + b_z)",
        "n = tanh(x W_n + (r * h) U_n + b_n)",
        "h' = (1 - z) * n + z * h");
    page.text("simpler");
    Rows sizes = Rows.of("@cell", "I = 1, H = 1", "I = 32, H = 64");
    for (Spec cell : new Spec[] {Spec.of("rnn"), CELL, Spec.of("lstm")}) {
      sizes.add(cell.name(), size(setting, cell, 1, 1), size(setting, cell, 32, 64));
    }
    page.table("sizes", sizes);
    Rows steps = Rows.of("t", "x", "h", "r", "z", "n", "h'");
    for (int t = 0; t < GatedUnit.T; t++) {
      steps.add(
          t + 1,
          GatedUnit.X[t],
          unit.before("state.h", t),
          unit.at("r", t),
          unit.at("z", t),
          unit.at("n", t),
          unit.at("state.h", t));
    }
    page.table("stepsTable", steps);
    page.figure("curves", unit.curves("r", "z", "n", "state.h"));
    page.equations(
        "{dL}/{dn} = {dL}/{dh'} (1 - z)",
        "{dL}/{dz} = {dL}/{dh'} (h - n)",
        "{dL}/{dr} = {dL}/{da_n} U_n h",
        "{dL}/{dh} = {dL}/{dh'} z + {dL}/{da_n} U_n r + {dL}/{da_z} U_z + {dL}/{da_r} U_r");
    Compared compared = backward(unit);
    page.code(JavaLines.cell(CELL, 1, 1));
    page.table("backwardTable", compared.rows());
    page.number("h", unit.all("state.h"));
    page.number("dU", Data.doubles(unit.recurrentGradient()));
    page.number("difference", compared.largest());
    page.result(
        unit.at("state.h", 2),
        compared.largest(),
        size(setting, CELL, 32, 64),
        size(setting, Spec.of("lstm"), 32, 64));
  }

  private static int size(Setting setting, Spec cell, int inputs, int hidden) {
    return Net.of(setting.random("size"), inputs, Net.recurrent(cell, hidden)).size();
  }

  private static Compared backward(GatedUnit unit) {
    Compared compared = new Compared();
    double dh = 1;
    double[] dU = new double[3];
    for (int t = GatedUnit.T - 1; t >= 0; t--) {
      double r = unit.at("r", t);
      double z = unit.at("z", t);
      double n = unit.at("n", t);
      double h = unit.before("state.h", t);
      double dn = dh * (1 - z);
      double dz = dh * (h - n);
      double an = dn * (1 - n * n);
      double az = dz * z * (1 - z);
      double ar = an * U[2] * h * r * (1 - r);
      String at = "(" + (t + 1) + ")";
      compared
          .add("dL/dh" + at, dh, unit.gradient("state.h", t))
          .add("dL/dn" + at, dn, unit.gradient("n", t))
          .add("dL/dz" + at, dz, unit.gradient("z", t));
      dU[0] += ar * h;
      dU[1] += az * h;
      dU[2] += an * r * h;
      dh = dh * z + an * U[2] * r + az * U[1] + ar * U[0];
    }
    for (int k = 0; k < 3; k++) {
      compared.add("dL/dU_" + "rzn".charAt(k), dU[k], unit.recurrentGradient()[k]);
    }
    return compared;
  }
}
