package dev.comporta.cells.model;

import static dev.comporta.cells.model.Equations.each;
import static dev.comporta.cells.model.Equations.sigmoid;
import static dev.comporta.cells.model.Equations.sum;
import static dev.comporta.cells.model.Equations.times;

import dev.comporta.api.model.Spec;
import java.util.Arrays;
import java.util.Map;

/** The cells without a product of their state, as in their papers, in double precision. */
final class ElementwiseEquations {
  private final Equations all;
  private final Map<String, Object> options;
  private final String name;

  ElementwiseEquations(Equations all, Spec cell) {
    this.all = all;
    this.options = cell.options();
    this.name = cell.name();
  }

  Equations.Step step() {
    return switch (name) {
      case "indrnn" -> independent();
      case "min-gru" -> minGru();
      case "min-lstm" -> minLstm();
      case "sru" -> simpleRecurrentUnit();
      case "qrnn" -> quasiRecurrent();
      case "lru" -> linear();
      case "rg-lru" -> realGated();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Li et al. 2018, equation 2. */
  private Equations.Step independent() {
    return (x, state) -> {
      double[] recurrent = times(state.get("h"), all.parameter("u"));
      double[] next =
          each(
              sum(all.product(x, "W"), recurrent, all.parameter("b")),
              Equations.function(options.getOrDefault("activation", "relu")));
      state.put("h", next);
      return next;
    };
  }

  private double candidate(double a) {
    return switch (String.valueOf(options.getOrDefault("candidate", "identity"))) {
      case "tanh" -> Math.tanh(a);
      case "positive" -> a >= 0 ? a + 0.5 : sigmoid(a);
      default -> a;
    };
  }

  /** Feng et al. 2024, section 3.1.3. */
  private Equations.Step minGru() {
    return (x, state) -> {
      double[] a = sum(all.product(x, "W"), all.parameter("b"));
      double[] h = state.get("h");
      int units = all.units();
      double[] next = new double[units];
      for (int j = 0; j < units; j++) {
        double z = sigmoid(a[j]);
        next[j] = (1 - z) * h[j] + z * candidate(a[units + j]);
      }
      state.put("h", next);
      return next;
    };
  }

  /** Feng et al. 2024, section 3.2.4. */
  private Equations.Step minLstm() {
    boolean normalized = !Boolean.FALSE.equals(options.get("normalized"));
    return (x, state) -> {
      double[] a = sum(all.product(x, "W"), all.parameter("b"));
      double[] h = state.get("h");
      int units = all.units();
      double[] next = new double[units];
      for (int j = 0; j < units; j++) {
        double i = sigmoid(a[j]);
        double f = sigmoid(a[units + j]);
        double all = normalized ? f + i : 1;
        next[j] = f / all * h[j] + i / all * candidate(a[2 * units + j]);
      }
      state.put("h", next);
      return next;
    };
  }

  /** Lei et al. 2018, equations 1 to 4, with the scaling of section 3.2. */
  private Equations.Step simpleRecurrentUnit() {
    Object bias = options.getOrDefault("highway-bias", 0);
    double alpha =
        Boolean.FALSE.equals(options.get("rescale"))
            ? 1
            : Math.sqrt(1 + 2 * Math.exp(((Number) bias).doubleValue()));
    return (x, state) -> {
      int units = all.units();
      double[] a = all.product(x, "W");
      double[] v = all.parameter("v");
      double[] b = all.parameter("b");
      double[] c = state.get("c");
      double[] next = new double[units];
      double[] y = new double[units];
      for (int j = 0; j < units; j++) {
        double f = sigmoid(a[j] + v[j] * c[j] + b[j]);
        double r = sigmoid(a[units + j] + v[units + j] * c[j] + b[units + j]);
        next[j] = f * c[j] + (1 - f) * a[2 * units + j];
        double highway = x.length == units ? x[j] : a[3 * units + j];
        y[j] = r * next[j] + (1 - r) * alpha * highway;
      }
      state.put("c", next);
      return y;
    };
  }

  /**
   * Bradbury et al. 2017, equations 1 to 5. The part p of the state is what earlier inputs add to
   * the pre-activations of this timestep and later ones.
   */
  private Equations.Step quasiRecurrent() {
    String pooling = String.valueOf(options.getOrDefault("pooling", "fo"));
    int window = ((Number) options.getOrDefault("window", 2)).intValue();
    return (x, state) -> {
      int units = all.units();
      int columns = (1 + pooling.length()) * units;
      double[] products = all.product(x, "W");
      double[] p = window == 1 ? new double[0] : state.get("p");
      double[] a = all.parameter("b").clone();
      double[] later = new double[p.length];
      for (int lag = 0; lag < window; lag++) {
        for (int j = 0; j < columns; j++) {
          double here = products[lag * columns + j];
          if (lag + 1 < window) {
            here += p[lag * columns + j];
          }
          if (lag == 0) {
            a[j] += here;
          } else {
            later[(lag - 1) * columns + j] = here;
          }
        }
      }
      if (window > 1) {
        state.put("p", later);
      }
      return pool(pooling, a, state);
    };
  }

  private double[] pool(String pooling, double[] a, Map<String, double[]> state) {
    int units = all.units();
    double[] c = state.get("c");
    double[] next = new double[units];
    double[] y = new double[units];
    for (int j = 0; j < units; j++) {
      double z = Math.tanh(a[j]);
      double f = sigmoid(a[units + j]);
      double i = pooling.equals("ifo") ? sigmoid(a[3 * units + j]) : 1 - f;
      next[j] = f * c[j] + i * z;
      y[j] = pooling.equals("f") ? next[j] : sigmoid(a[2 * units + j]) * next[j];
    }
    state.put("c", next);
    return y;
  }

  /** Orvieto et al. 2023, section 3, with complex numbers as pairs. */
  private Equations.Step linear() {
    return (x, state) -> {
      int states = state.get("re").length;
      double[] lambda = all.parameter("lambda");
      double[] in = all.product(x, "B");
      double[] re = new double[states];
      double[] im = new double[states];
      double[] y = all.product(x, "D");
      for (int j = 0; j < states; j++) {
        double radius = Math.exp(-Math.exp(lambda[j]));
        double angle = Math.exp(lambda[states + j]);
        double scale = Math.exp(lambda[2 * states + j]);
        double a = radius * Math.cos(angle);
        double b = radius * Math.sin(angle);
        re[j] = a * state.get("re")[j] - b * state.get("im")[j] + scale * in[j];
        im[j] = a * state.get("im")[j] + b * state.get("re")[j] + scale * in[states + j];
        for (int out = 0; out < y.length; out++) {
          y[out] += re[j] * all.parameter("C")[j * y.length + out];
          y[out] -= im[j] * all.parameter("C")[(states + j) * y.length + out];
        }
      }
      state.put("re", re);
      state.put("im", im);
      return y;
    };
  }

  /** De et al. 2024, equations 1 to 4. */
  private Equations.Step realGated() {
    double power = ((Number) options.getOrDefault("power", 8.0)).doubleValue();
    return (x, state) -> {
      int units = all.units();
      double[] products = all.product(x, "W");
      double[] b = all.parameter("b");
      double[] h = state.get("h");
      double[] next = new double[units];
      double[] slowest = each(Arrays.copyOf(all.parameter("L"), units), Equations::sigmoid);
      for (int j = 0; j < units; j++) {
        double r = sigmoid(products[j] + b[j]);
        double i = sigmoid(products[units + j] + b[units + j]);
        double s = x.length == units ? x[j] : products[2 * units + j];
        double a = Math.pow(slowest[j], power * r);
        next[j] = a * h[j] + Math.sqrt(1 - a * a) * i * s;
      }
      state.put("h", next);
      return next;
    };
  }
}
