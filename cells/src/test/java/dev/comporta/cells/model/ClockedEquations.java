package dev.comporta.cells.model;

import java.util.Map;

/** The cells with a clock, unit by unit, in double precision. */
final class ClockedEquations {
  private ClockedEquations() {}

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
