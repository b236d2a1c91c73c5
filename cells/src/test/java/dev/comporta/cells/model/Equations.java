package dev.comporta.cells.model;

import dev.comporta.api.model.Spec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * An independent implementation of the cells' equations as in their papers: one row, unit by unit,
 * in double precision. It relies only on the documented names and layouts of parameters.
 */
final class Equations {
  /** The key of the outputs of all timesteps in the result of {@link #run}. */
  static final String OUTPUTS = "all outputs";

  private final Map<String, double[]> parameters;
  private final int units;

  /**
   * Equations of cells with these parameters.
   *
   * @param parameters by name, row-major
   * @param units H
   */
  Equations(Map<String, double[]> parameters, int units) {
    this.parameters = parameters;
    this.units = units;
  }

  /** Computes one timestep: returns the output and replaces the parts of the state. */
  interface Step {
    double[] step(double[] x, Map<String, double[]> state);
  }

  /** The equations of a specification. */
  Step of(Spec cell) {
    Map<String, Object> options = cell.options();
    return switch (cell.name()) {
      case "rnn" -> elman(function(options.getOrDefault("activation", "tanh")));
      case "irnn" -> elman(function("relu"));
      case "lstm" -> new LstmEquations(this, cell).step();
      case "gru" -> gru(options.getOrDefault("reset", "after").equals("after"));
      case "layer-norm-lstm" -> layerNormLstm();
      case "layer-norm-gru" -> layerNormGru();
      case "mgu" -> minimalGatedUnit();
      case "multiplicative-rnn" -> multiplicativeRnn();
      case "multiplicative-lstm" -> multiplicativeLstm();
      case "jordan" ->
          jordan(
              function(options.getOrDefault("activation", "tanh")),
              String.valueOf(options.getOrDefault("output-activation", "sigmoid")));
      case "phased-lstm" -> ClockedEquations.phased(this);
      case "clockwork" -> ClockedEquations.clockwork(this, options);
      case "conv-lstm" -> new ConvLstmEquations(this, cell)::step;
      case "neural-turing-machine" -> TuringEquations.of(parameters, units, cell);
      case "slstm", "mlstm" -> XlstmEquations.of(this, cell);
      default -> new ElementwiseEquations(this, cell).step();
    };
  }

  int units() {
    return units;
  }

  double[] parameter(String name) {
    double[] values = parameters.get(name);
    if (values == null) {
      throw new IllegalArgumentException(name);
    }
    return values;
  }

  /** {@code v M}; the number of columns follows from the sizes of M and v. */
  double[] product(double[] v, String matrix) {
    double[] m = parameter(matrix);
    double[] result = new double[m.length / v.length];
    for (int j = 0; j < result.length; j++) {
      for (int i = 0; i < v.length; i++) {
        result[j] += v[i] * m[i * result.length + j];
      }
    }
    return result;
  }

  static double[] sum(double[]... terms) {
    double[] result = terms[0].clone();
    for (double[] term : Arrays.copyOfRange(terms, 1, terms.length)) {
      for (int i = 0; i < result.length; i++) {
        result[i] += term[i];
      }
    }
    return result;
  }

  static double[] each(double[] values, DoubleUnaryOperator function) {
    return Arrays.stream(values).map(function).toArray();
  }

  static double[] times(double[] a, double[] b) {
    double[] result = a.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] *= b[i];
    }
    return result;
  }

  double[] gate(double[] packed, int gate) {
    return Arrays.copyOfRange(packed, gate * units, (gate + 1) * units);
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static DoubleUnaryOperator function(Object word) {
    return switch (String.valueOf(word)) {
      case "tanh" -> Math::tanh;
      case "relu" -> x -> Math.max(x, 0);
      case "sigmoid" -> Equations::sigmoid;
      case "identity" -> x -> x;
      case "hard-threshold" -> x -> x > 0 ? 1 : 0;
      default -> throw new IllegalArgumentException(String.valueOf(word));
    };
  }

  /** {@code h' = phi(x W + h U + b)} (Elman 1990). */
  private Step elman(DoubleUnaryOperator phi) {
    return (x, state) -> {
      double[] h = state.get("h");
      double[] next = each(sum(product(x, "W"), product(h, "U"), parameter("b")), phi);
      state.put("h", next);
      return next;
    };
  }

  /** Cho et al. 2014, equations 5 to 8; the reset after the product as in PyTorch. */
  private Step gru(boolean resetAfter) {
    return (x, state) -> {
      double[] h = state.get("h");
      double[] bU = parameters.getOrDefault("bU", new double[3 * units]);
      double[] a = sum(product(x, "W"), parameter("b"));
      double[] s = sum(product(h, "U"), bU);
      double[] next = new double[units];
      double[] r = new double[units];
      for (int j = 0; j < units; j++) {
        r[j] = sigmoid(a[j] + s[j]);
      }
      double[] seen = product(times(r, h), "U"); // (r * h) U, of which U_n is the last third
      for (int j = 0; j < units; j++) {
        double z = sigmoid(a[units + j] + s[units + j]);
        double reset = resetAfter ? r[j] * s[2 * units + j] : seen[2 * units + j];
        double n = Math.tanh(a[2 * units + j] + reset);
        next[j] = (1 - z) * n + z * h[j];
      }
      state.put("h", next);
      return next;
    };
  }

  /** Zhou et al. 2016. */
  private Step minimalGatedUnit() {
    return (x, state) -> {
      double[] h = state.get("h");
      double[] a = sum(product(x, "W"), parameter("b"));
      double[] f = each(sum(gate(a, 0), gate(product(h, "U"), 0)), Equations::sigmoid);
      double[] n = each(sum(gate(a, 1), gate(product(times(f, h), "U"), 1)), Math::tanh);
      double[] next = new double[units];
      for (int j = 0; j < units; j++) {
        next[j] = (1 - f[j]) * h[j] + f[j] * n[j];
      }
      state.put("h", next);
      return next;
    };
  }

  /** Sutskever et al. 2011, equations 7 and 8. */
  private Step multiplicativeRnn() {
    return (x, state) -> {
      double[] m = times(product(x, "Wm"), product(state.get("h"), "Um"));
      double[] next = each(sum(product(x, "W"), product(m, "U"), parameter("b")), Math::tanh);
      state.put("h", next);
      return next;
    };
  }

  /** Krause et al. 2016. */
  private Step multiplicativeLstm() {
    return (x, state) -> {
      double[] m = times(product(x, "Wm"), product(state.get("h"), "Um"));
      double[] a = sum(product(x, "W"), product(m, "U"), parameter("b"));
      return remember(a, state, c -> c);
    };
  }

  /** Ba et al. 2016, supplementary material. */
  private Step layerNormLstm() {
    return (x, state) -> {
      double[] fromInput = times(normalized(product(x, "W")), parameter("gainW"));
      double[] fromState = times(normalized(product(state.get("h"), "U")), parameter("gainU"));
      return remember(
          sum(fromInput, fromState, parameter("b")),
          state,
          c -> sum(times(normalized(c), parameter("gainC")), parameter("shiftC")));
    };
  }

  /** The function of the new cell state that an LSTM outputs. */
  private interface Shown {
    double[] of(double[] c);
  }

  /** The LSTM from its pre-activations i f g o. */
  private double[] remember(double[] a, Map<String, double[]> state, Shown shown) {
    double[] c = state.get("c");
    double[] cNext = new double[units];
    for (int j = 0; j < units; j++) {
      double i = sigmoid(a[j]);
      double f = sigmoid(a[units + j]);
      double g = Math.tanh(a[2 * units + j]);
      cNext[j] = f * c[j] + i * g;
    }
    double[] seen = shown.of(cNext);
    double[] hNext = new double[units];
    for (int j = 0; j < units; j++) {
      hNext[j] = sigmoid(a[3 * units + j]) * Math.tanh(seen[j]);
    }
    state.put("c", cNext);
    state.put("h", hNext);
    return hNext;
  }

  /** Ba et al. 2016, supplementary material, its z being 1 - z here. */
  private Step layerNormGru() {
    return (x, state) -> {
      double[] h = state.get("h");
      double[] w = product(x, "W");
      double[] u = product(h, "U");
      double[] gainW = parameter("gainW");
      double[] gainU = parameter("gainU");
      double[] wGates = normalized(Arrays.copyOf(w, 2 * units));
      double[] uGates = normalized(Arrays.copyOf(u, 2 * units));
      double[] wNew = normalized(gate(w, 2));
      double[] uNew = normalized(gate(u, 2));
      double[] b = parameter("b");
      double[] next = new double[units];
      for (int j = 0; j < units; j++) {
        int k = units + j;
        int l = 2 * units + j;
        double r = sigmoid(wGates[j] * gainW[j] + uGates[j] * gainU[j] + b[j]);
        double z = sigmoid(wGates[k] * gainW[k] + uGates[k] * gainU[k] + b[k]);
        double recurrent = uNew[j] * gainU[l] + parameter("bN")[j];
        double n = Math.tanh(wNew[j] * gainW[l] + b[l] + r * recurrent);
        next[j] = (1 - z) * n + z * h[j];
      }
      state.put("h", next);
      return next;
    };
  }

  private static double[] normalized(double[] x) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    return each(x, v -> (v - mean) / Math.sqrt(variance + 1e-5));
  }

  /** Jordan 1986. */
  private Step jordan(DoubleUnaryOperator phi, String output) {
    return (x, state) -> {
      double[] y = state.get("y");
      double[] h = each(sum(product(x, "W"), product(y, "U"), parameter("b")), phi);
      double[] a = sum(product(h, "V"), parameter("bV"));
      double[] next;
      if (output.equals("softmax")) {
        double all = Arrays.stream(a).map(Math::exp).sum();
        next = each(a, v -> Math.exp(v) / all);
      } else {
        next = each(a, function(output));
      }
      state.put("y", next);
      return next;
    };
  }

  /**
   * The equations of a whole sequence {@code [T, I]}: outputs {@link #OUTPUTS} and the last state.
   */
  static Map<String, double[]> run(
      Step step, double[][] x, Map<String, double[]> initial, int outputs) {
    Map<String, double[]> state = new LinkedHashMap<>(initial);
    double[] y = new double[x.length * outputs];
    for (int t = 0; t < x.length; t++) {
      System.arraycopy(step.step(x[t], state), 0, y, t * outputs, outputs);
    }
    state.put(OUTPUTS, y);
    return state;
  }
}
