package dev.comporta.lessons.gated;

import dev.comporta.api.model.Spec;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.play.Probe;
import java.util.Arrays;
import java.util.Map;

/** One unit of a gated cell on three inputs, forward and backward; the loss is its last output. */
final class GatedUnit {
  static final float[] X = {1, -0.4f, 0.7f};
  static final int T = X.length;

  private final Probe probe;

  /** Runs a unit with its input kernel, recurrent kernel and bias, one number for each gate. */
  GatedUnit(Spec cell, float[] w, float[] u, float[] b) {
    this.probe =
        Probe.run(
            cell,
            1,
            Map.of("W", w, "U", u, "b", b),
            new float[][] {{X[0]}, {X[1]}, {X[2]}},
            1,
            Probe.lastSum(T));
  }

  /** A value at a timestep; the state h is "state.h". */
  double at(String name, int t) {
    return probe.value(name, t)[0];
  }

  /** A value at the timestep before, 0 before the first. */
  double before(String name, int t) {
    return t == 0 ? 0 : at(name, t - 1);
  }

  /** A value at every timestep. */
  double[] all(String name) {
    double[] values = new double[T];
    Arrays.setAll(values, t -> at(name, t));
    return values;
  }

  /** The gradient of a value at a timestep. */
  double gradient(String name, int t) {
    return probe.gradient(name, t)[0];
  }

  /** The gradient of the recurrent kernel. */
  float[] recurrentGradient() {
    return probe.gradient("U");
  }

  /** Values over time. */
  LineChart curves(String... names) {
    LineChart chart = LineChart.of("t", "");
    for (String name : names) {
      chart.add(name.equals("state.h") ? "h" : name, all(name));
    }
    return chart;
  }
}
