package dev.comporta.cells.model;

import dev.comporta.api.model.Spec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The LSTM of Greff et al. 2017, section II, with the variants of section III, described by a
 * string of the gates that are present, {@code i f g o} for all of them.
 */
final class LstmEquations {
  private final Equations all;
  private final String gates;
  private final boolean peepholes;
  private final boolean gateRecurrence;
  private final boolean coupled;
  private final boolean squashesInput;
  private final boolean squashesOutput;
  private final boolean projects;

  LstmEquations(Equations all, Spec cell) {
    this.all = all;
    Map<String, Object> options = cell.options();
    String variant = String.valueOf(options.getOrDefault("variant", "standard"));
    String there =
        switch (variant) {
          case "nig" -> "fgo";
          case "nfg", "1997", "cifg" -> "igo";
          case "nog" -> "ifg";
          default -> "ifgo";
        };
    for (String gate : new String[] {"input", "forget", "output"}) {
      if (Boolean.FALSE.equals(options.get(gate + "-gate"))) {
        there = there.replace(gate.substring(0, 1), "");
      }
    }
    this.gates = there;
    boolean odyssey = !Arrays.asList("standard", "1997").contains(variant);
    this.peepholes = odyssey && !variant.equals("np");
    this.gateRecurrence = variant.equals("fgr");
    this.coupled = variant.equals("cifg");
    this.squashesInput = !variant.equals("niaf");
    this.squashesOutput = !variant.equals("noaf");
    this.projects = options.containsKey("projection");
  }

  Equations.Step step() {
    return (x, state) -> {
      int units = all.units();
      double[] a =
          Equations.sum(all.product(x, "W"), all.product(state.get("h"), "U"), all.parameter("b"));
      double[] c = state.get("c");
      double @Nullable [] i = gate('i', a, c, state);
      double @Nullable [] f = gate('f', a, c, state);
      double[] g = all.gate(a, gates.indexOf('g'));
      double[] cNext = new double[units];
      for (int j = 0; j < units; j++) {
        double in = i == null ? 1 : i[j];
        double keep = f == null ? (coupled ? 1 - in : 1) : f[j];
        cNext[j] = keep * c[j] + in * (squashesInput ? Math.tanh(g[j]) : g[j]);
      }
      double @Nullable [] o = gate('o', a, cNext, state);
      double[] h = new double[units];
      for (int j = 0; j < units; j++) {
        h[j] = (o == null ? 1 : o[j]) * (squashesOutput ? Math.tanh(cNext[j]) : cNext[j]);
      }
      double[] hNext = projects ? all.product(h, "P") : h;
      state.put("h", hNext);
      state.put("c", cNext);
      if (gateRecurrence) {
        Map<String, double @Nullable []> now = new HashMap<>();
        now.put("i", i);
        now.put("f", f);
        now.put("o", o);
        now.forEach((name, values) -> {
          if (values != null) {
            state.put(name, values);
          }
        });
      }
      return hNext;
    };
  }

  private String sigmoidGates() {
    return gates.replace("g", "");
  }

  /** One gate with its peepholes, or null if the variant does not have it. */
  private double @Nullable [] gate(
      char name, double[] a, double[] seen, Map<String, double[]> state) {
    if (gates.indexOf(name) < 0) {
      return null;
    }
    int units = all.units();
    int among = sigmoidGates().indexOf(name);
    double[] sum = all.gate(a, gates.indexOf(name));
    for (int j = 0; j < units; j++) {
      if (peepholes) {
        sum[j] += all.parameter("p")[among * units + j] * seen[j];
      }
      if (gateRecurrence) {
        int columns = sigmoidGates().length() * units;
        for (int from = 0; from < sigmoidGates().length(); from++) {
          double[] before = state.get(sigmoidGates().substring(from, from + 1));
          for (int k = 0; k < units; k++) {
            int row = from * units + k;
            sum[j] += before[k] * all.parameter("R")[row * columns + among * units + j];
          }
        }
      }
    }
    return Equations.each(sum, Equations::sigmoid);
  }
}
