package dev.comporta.cells.model;

import static dev.comporta.cells.model.Equations.sigmoid;

import dev.comporta.api.model.Spec;

/** The two cells of Beck et al. 2024, unit by unit, in double precision. */
final class XlstmEquations {
  private final Equations all;
  private final int heads;
  private final boolean exponential;

  XlstmEquations(Equations all, Spec cell) {
    this.all = all;
    this.heads = ((Number) cell.options().getOrDefault("heads", 1)).intValue();
    this.exponential = "exponential".equals(cell.options().get("forget"));
  }

  private double forget(double a) {
    return exponential ? a : Math.log(sigmoid(a));
  }

  /** Equations 8 to 17. */
  Equations.Step scalar() {
    return (x, state) -> {
      int units = all.units();
      int size = units / heads;
      double[] h = state.get("h");
      double[] a = Equations.sum(all.product(x, "W"), all.parameter("b"));
      double[] u = all.parameter("U");
      for (int gate = 0; gate < 4; gate++) {
        for (int j = 0; j < units; j++) {
          for (int k = j / size * size; k < (j / size + 1) * size; k++) {
            a[gate * units + j] += h[k] * u[k * 4 * size + gate * size + j % size];
          }
        }
      }
      double[] c = new double[units];
      double[] n = new double[units];
      double[] m = new double[units];
      double[] next = new double[units];
      for (int j = 0; j < units; j++) {
        double i = a[j];
        double f = forget(a[units + j]);
        double before = state.get("n")[j];
        m[j] = before == 0 ? i : Math.max(f + state.get("m")[j], i);
        double keep = Math.exp(f + state.get("m")[j] - m[j]);
        double take = Math.exp(i - m[j]);
        c[j] = keep * state.get("c")[j] + take * Math.tanh(a[2 * units + j]);
        n[j] = keep * before + take;
        next[j] = sigmoid(a[3 * units + j]) * c[j] / Math.max(n[j], 1);
      }
      state.put("h", next);
      state.put("c", c);
      state.put("n", n);
      state.put("m", m);
      return next;
    };
  }

  /** Equations 19 to 27. */
  Equations.Step matrix() {
    return (x, state) -> {
      int units = all.units();
      double[] a = Equations.sum(all.product(x, "W"), all.parameter("b"));
      double[] g = Equations.sum(all.product(x, "Wg"), all.parameter("bg"));
      double[] memory = state.get("C").clone();
      double[] n = state.get("n").clone();
      double[] m = new double[heads];
      double[] y = new double[units];
      for (int head = 0; head < heads; head++) {
        double f = forget(g[heads + head]) + state.get("m")[head];
        m[head] = Math.max(f, g[head]);
        one(head, a, Math.exp(f - m[head]), Math.exp(g[head] - m[head]), memory, n, m[head], y);
      }
      state.put("C", memory);
      state.put("n", n);
      state.put("m", m);
      return y;
    };
  }

  /** One head: row r and column s of its matrix are at {@code (first + s) size + r}. */
  private void one(
      int head,
      double[] a,
      double keep,
      double take,
      double[] memory,
      double[] n,
      double m,
      double[] y) {
    int units = all.units();
    int size = units / heads;
    int first = head * size;
    double length = 0;
    for (int s = first; s < first + size; s++) {
      double k = a[units + s] / Math.sqrt(size);
      n[s] = keep * n[s] + take * k;
      length += n[s] * a[s];
      for (int r = 0; r < size; r++) {
        double v = a[2 * units + first + r];
        memory[s * size + r] = keep * memory[s * size + r] + take * v * k;
      }
    }
    for (int r = 0; r < size; r++) {
      double read = 0;
      for (int s = first; s < first + size; s++) {
        read += memory[s * size + r] * a[s];
      }
      double o = sigmoid(a[3 * units + first + r]);
      y[first + r] = o * read / Math.max(Math.abs(length), Math.exp(-m));
    }
  }

  /** The name of the cell decides which of the two. */
  static Equations.Step of(Equations all, Spec cell) {
    XlstmEquations equations = new XlstmEquations(all, cell);
    return cell.name().equals("slstm") ? equations.scalar() : equations.matrix();
  }
}
