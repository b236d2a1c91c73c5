package dev.comporta.cells.model;

import java.util.Map;

/** The cells with a clock, unit by unit, in double precision. */
final class ClockedEquations {
  private ClockedEquations() {}

  /** Neil et al. 2016, equations 6 to 10, outside training: without a leak. */
  static Equations.Step phased(Equations all) {
    return (x, state) -> {
      int units = all.units();
      double[] a =
          Equations.sum(all.product(x, "W"), all.product(state.get("h"), "U"), all.parameter("b"));
      double[] h = new double[units];
      double[] c = new double[units];
      double[] phase = new double[units];
      for (int j = 0; j < units; j++) {
        double phi = state.get("phase")[j] - all.parameter("shift")[j];
        phi -= Math.floor(phi);
        double r = Equations.sigmoid(all.parameter("open")[j]);
        double k = phi < r / 2 ? 2 * phi / r : phi < r ? 2 - 2 * phi / r : 0;
        double i = Equations.sigmoid(a[j]);
        double f = Equations.sigmoid(a[units + j]);
        double g = Math.tanh(a[2 * units + j]);
        double o = Equations.sigmoid(a[3 * units + j]);
        double d = f * state.get("c")[j] + i * g;
        c[j] = k * d + (1 - k) * state.get("c")[j];
        h[j] = k * o * Math.tanh(d) + (1 - k) * state.get("h")[j];
        double next = state.get("phase")[j] + Math.exp(-all.parameter("period")[j]);
        phase[j] = next - Math.floor(next);
      }
      state.put("h", h);
      state.put("c", c);
      state.put("phase", phase);
      return h;
    };
  }

  /** Koutnik et al. 2014, equations 1 to 4; group g has the period 2^g. */
  static Equations.Step clockwork(Equations all, Map<String, Object> options) {
    return (x, state) -> {
      int units = all.units();
      int groups = ((Number) options.getOrDefault("groups", 4)).intValue();
      double[] h = state.get("h");
      double[] clock = state.get("clock").clone();
      double[] a = Equations.sum(all.product(x, "W"), all.parameter("b"));
      double[] next = h.clone();
      for (int group = 0; group < groups; group++) {
        int from = units * group / groups;
        int to = units * (group + 1) / groups;
        boolean active = clock[group] <= 0;
        clock[group] += active ? (1 << group) - 1 : -1;
        if (active) {
          double[] u = all.parameter("U" + group);
          for (int j = from; j < to; j++) {
            double sum = a[j];
            for (int k = from; k < units; k++) {
              sum += h[k] * u[(k - from) * (to - from) + j - from];
            }
            next[j] =
                Equations.function(options.getOrDefault("activation", "tanh")).applyAsDouble(sum);
          }
        }
      }
      state.put("h", next);
      state.put("clock", clock);
      return next;
    };
  }
}
