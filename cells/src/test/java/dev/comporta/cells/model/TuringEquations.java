package dev.comporta.cells.model;

import static dev.comporta.cells.model.Equations.sigmoid;

import dev.comporta.api.model.Spec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The neural Turing machine of Graves et al. 2014, one location after the other, in double
 * precision. The memory {@code [N][M]} is a matrix here.
 */
final class TuringEquations {
  private static final String CONTROLLER = "controller.";
  private static final double EPSILON = 1e-6f; // of the cell: a float

  private final Equations all;
  private final Equations.Step controller;
  private final int locations;
  private final int width;
  private final int readers;
  private final int writers;
  private final int shifts;

  private TuringEquations(Map<String, double[]> parameters, int units, Spec cell) {
    Map<String, Object> options = cell.options();
    this.all = new Equations(parameters, units);
    Map<String, double[]> inner = new LinkedHashMap<>();
    parameters.forEach((name, values) -> {
      if (name.startsWith(CONTROLLER)) {
        inner.put(name.substring(CONTROLLER.length()), values);
      }
    });
    Equations own = new Equations(inner, units);
    this.controller =
        options.getOrDefault("controller", "lstm").equals("feed-forward")
            ? (x, state) ->
                Equations.each(Equations.sum(own.product(x, "W"), own.parameter("b")), Math::tanh)
            : own.of(Spec.of("lstm"));
    this.locations = number(options, "locations", 128);
    this.width = number(options, "width", 20);
    this.readers = number(options, "read-heads", 1);
    this.writers = number(options, "write-heads", 1);
    this.shifts = number(options, "shifts", 1);
  }

  private static int number(Map<String, Object> options, String name, int otherwise) {
    return ((Number) options.getOrDefault(name, otherwise)).intValue();
  }

  static Equations.Step of(Map<String, double[]> parameters, int units, Spec cell) {
    TuringEquations equations = new TuringEquations(parameters, units, cell);
    return equations::step;
  }

  private double[] step(double[] x, Map<String, double[]> state) {
    Map<String, double[]> inner = new LinkedHashMap<>();
    state.forEach((name, values) -> {
      if (name.startsWith(CONTROLLER)) {
        inner.put(name.substring(CONTROLLER.length()), values);
      }
    });
    double[] o = controller.step(joined(x, state.get("read")), inner);
    inner.forEach((name, values) -> state.put(CONTROLLER + name, values));
    double[] numbers = Equations.sum(all.product(o, "P"), all.parameter("bP"));
    double[][] memory = new double[locations][width];
    for (int i = 0; i < locations; i++) {
      for (int j = 0; j < width; j++) {
        memory[i][j] = state.get("memory")[j * locations + i];
      }
    }
    double[] before = state.get("weights");
    double[] weights = new double[before.length];
    double[][] written = new double[locations][width];
    double[][] kept = new double[locations][width];
    for (double[] row : kept) {
      Arrays.fill(row, 1);
    }
    int size = width + 4 + 2 * shifts;
    for (int head = readers; head < readers + writers; head++) {
      int at = readers * size + (head - readers) * (size + 2 * width);
      double[] w = weights(memory, numbers, at, before, head);
      System.arraycopy(w, 0, weights, head * locations, locations);
      for (int i = 0; i < locations; i++) {
        for (int j = 0; j < width; j++) {
          kept[i][j] *= 1 - w[i] * sigmoid(numbers[at + size + j]);
          written[i][j] += w[i] * Math.tanh(numbers[at + size + width + j]);
        }
      }
    }
    double[] next = new double[locations * width];
    for (int i = 0; i < locations; i++) {
      for (int j = 0; j < width; j++) {
        memory[i][j] = memory[i][j] * kept[i][j] + written[i][j];
        next[j * locations + i] = memory[i][j];
      }
    }
    double[] read = new double[readers * width];
    for (int head = 0; head < readers; head++) {
      double[] w = weights(memory, numbers, head * size, before, head);
      System.arraycopy(w, 0, weights, head * locations, locations);
      for (int i = 0; i < locations; i++) {
        for (int j = 0; j < width; j++) {
          read[head * width + j] += w[i] * memory[i][j];
        }
      }
    }
    state.put("memory", next);
    state.put("read", read);
    state.put("weights", weights);
    return Equations.sum(all.product(joined(o, read), "V"), all.parameter("bV"));
  }

  private static double[] joined(double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static double softplus(double x) {
    return Math.log1p(Math.exp(x));
  }

  /** Equations 5 to 9 for the head whose numbers start at an index. */
  private double[] weights(double[][] memory, double[] numbers, int at, double[] before, int head) {
    double strength = softplus(numbers[at + width]);
    double gate = sigmoid(numbers[at + width + 1]);
    double gamma = 1 + softplus(numbers[at + width + 2]);
    double[] s = new double[2 * shifts + 1];
    System.arraycopy(numbers, at + width + 3, s, 0, s.length);
    s = normalized(Equations.each(s, Math::exp));
    double[] mixed = new double[locations];
    double missing = 1;
    for (int i = 0; i < locations; i++) {
      double product = 0;
      double key = EPSILON;
      double row = EPSILON;
      for (int j = 0; j < width; j++) {
        double k = Math.tanh(numbers[at + j]);
        product += k * memory[i][j];
        key += k * k;
        row += memory[i][j] * memory[i][j];
      }
      mixed[i] = Math.exp(strength * product / Math.sqrt(key * row));
      missing -= before[head * locations + i];
    }
    mixed = normalized(mixed);
    for (int i = 0; i < locations; i++) {
      double previous = before[head * locations + i] + (i == 0 ? missing : 0);
      mixed[i] = gate * mixed[i] + (1 - gate) * previous;
    }
    double[] result = new double[locations];
    for (int i = 0; i < locations; i++) {
      double moved = 0;
      for (int shift = -shifts; shift <= shifts; shift++) {
        moved += mixed[Math.floorMod(i - shift, locations)] * s[shift + shifts];
      }
      result[i] = Math.pow(Math.max(moved, 0) + EPSILON, gamma);
    }
    return normalized(result);
  }

  private static double[] normalized(double[] values) {
    double all = Arrays.stream(values).sum();
    return Equations.each(values, value -> value / all);
  }
}
