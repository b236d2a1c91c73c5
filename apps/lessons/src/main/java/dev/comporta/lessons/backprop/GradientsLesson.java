package dev.comporta.lessons.backprop;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.JavaLines;
import dev.comporta.lessons.play.Net;
import dev.comporta.lessons.play.Probe;
import dev.comporta.training.DivergenceException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** How gradients vanish and explode over 200 timesteps, and what helps. */
public final class GradientsLesson implements Lesson {
  private static final int T = 200;
  private static final int H = 16;

  @Override
  public String name() {
    return "gradients";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.equations("{dL}/{dh_{t-1}} = {dL}/{dh_t} diag(phi'(a_t)) U'");
    page.text("cells", T, H);
    LineChart cells = LineChart.log("t", "|dL/dh_t|");
    for (String cell : new String[] {"rnn", "irnn", "lstm", "gru"}) {
      double[] curve = norms(Spec.of(cell), setting, 1, "state.h");
      cells.add(cell, curve);
      page.number(cell, curve);
    }
    page.figure("cellsFigure", cells);

    page.code(JavaLines.cell(Spec.of("irnn"), 1, H)).text("radius");
    LineChart radii = LineChart.log("t", "|dL/dh_t|");
    LineChart outputs = LineChart.log("t", "|h_t|");
    Spec linear = Spec.of("rnn").with("activation", "identity");
    for (double radius : new double[] {0.9, 1, 1.1}) {
      double[] curve = norms(linear, setting, radius, "state.h");
      radii.add("identity, " + radius, curve);
      page.number("radius" + radius, curve);
    }
    radii.add("tanh, 1.1", norms(Spec.of("rnn"), setting, 1.1, "state.h"));
    for (String activation : new String[] {"identity", "relu", "tanh", "sigmoid"}) {
      Spec cell = Spec.of("rnn").with("activation", activation);
      outputs.add(activation, outputs(cell, setting));
    }
    page.figure("radiusFigure", radii).figure("outputs", outputs);

    page.equations("c_t = f_t * c_{t-1} + i_t * g_t", "{dc_t}/{dc_{t-1}} = f_t");
    page.text("carousel");
    LineChart carousel = LineChart.log("t", "|dL/dc_t|");
    for (double bias : new double[] {0, 1, 3, 6}) {
      Spec cell = Spec.of("lstm").with("forget-bias", bias);
      carousel.add("b_f = " + bias, norms(cell, setting, 1, "c"));
    }
    double[] kept = norms(Spec.of("lstm").with("variant", "1997"), setting, 0, "c");
    page.number("carousel", kept);
    page.figure("carouselFigure", carousel.add("f = 1, U = 0", kept));

    remedies(setting, page);
    page.result(
        left(page, "rnn"),
        left(page, "lstm"),
        left(page, "gru"),
        left(page, "irnn"),
        kept[0] / kept[T - 1]);
  }

  /** The share of the last gradient that reaches the first timestep. */
  private static double left(Page page, String cell) {
    double[] norms = page.numbers(cell);
    return norms[0] / norms[T - 1];
  }

  /** The norm of a gradient at each timestep; U is orthogonal times a number. */
  private static double[] norms(Spec cell, Setting setting, double scale, String value) {
    float[][] x = new float[T][];
    Arrays.setAll(x, t -> Data.uniform(setting.random("x").stream(t), 1, 0, 1));
    return Probe.run(
            cell, H, parameters(cell, setting.random("weights"), scale), x, 1, Probe.lastSum(T))
        .norms(value);
  }

  /** Initial parameters of a cell; its recurrent kernel is multiplied by a number. */
  private static Map<String, float[]> parameters(Spec cell, RandomSource random, double scale) {
    Net net = Net.of(random, 1, Net.recurrent(cell, H));
    Map<String, float[]> parameters = new HashMap<>();
    for (ParameterSpec spec : Net.CATALOG.cell(cell, 1, H).parameters()) {
      float[] values = net.parameter("layers.0.cell." + spec.name());
      for (int i = 0; i < values.length && spec.name().equals("U"); i++) {
        values[i] *= (float) scale;
      }
      parameters.put(spec.name(), values);
    }
    return parameters;
  }

  /** The norm of the outputs after one impulse, if U is orthogonal times 1.1. */
  private static double[] outputs(Spec cell, Setting setting) {
    Net net = Net.of(setting.random("weights"), 1, Net.recurrent(cell, H));
    float[] u = net.parameter("layers.0.cell.U");
    for (int i = 0; i < u.length; i++) {
      u[i] *= 1.1f;
    }
    net.set("layers.0.cell.U", u);
    float[] x = new float[T];
    x[0] = 1;
    return Probe.norms(net.outputs(x), H);
  }

  /** One unit whose weight is slightly above 1 learns to give 1 after 60 timesteps. */
  private static void remedies(Setting setting, Page page) {
    page.text("remedies");
    Rows table = Rows.of("@training", "@learningRate", "@clip", "@before", "@after");
    double[] after = new double[4];
    after[0] = remedy(table, setting, "@plain", "identity", 0.01, 0);
    after[1] = remedy(table, setting, "@lower", "identity", 1e-7, 0);
    after[2] = remedy(table, setting, "@clipped", "identity", 0.01, 1);
    after[3] = remedy(table, setting, "@saturating", "tanh", 0.01, 0);
    page.table("remediesTable", table).number("remedies", after);
  }

  private static double remedy(
      Rows table, Setting setting, String label, String activation, double rate, double clip) {
    float[] x = new float[60];
    x[0] = 1;
    Batch batch = Batch.ofValues(60, 1, 1, x, null).targets(1, new float[] {1});
    Net net =
        Net.of(
                setting.random("remedy"),
                1,
                Net.recurrent(Spec.of("rnn").with("activation", activation), 1),
                Net.last())
            .set("layers.0.cell.W", 1)
            .set("layers.0.cell.U", 1.1f)
            .set("layers.0.cell.b", 0);
    double before = net.loss(batch, "mse");
    double after;
    try {
      net.train(new Net.Course("mse", Spec.of("sgd"), rate, clip, 200), _ -> batch);
      after = net.loss(batch, "mse");
    } catch (DivergenceException e) {
      after = Double.POSITIVE_INFINITY; // what this row shows: the loss is no longer finite
    }
    table.add(label, rate, clip == 0 ? "-" : "1", before, after);
    return after;
  }
}
