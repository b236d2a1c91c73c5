package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.PANEL;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.tensor.Workspace;
import java.util.Arrays;

/**
 * The right operand B {@code [k, n]} of a product, rearranged once so that every later product
 * reads it from front to back: panels of two vectors of columns, k-major within a panel, the last
 * panel padded with zeros. Pack parameters once per update and multiply with them many times.
 *
 * <p>Packing copies: later changes of the source take effect only after {@link #repack}. Concurrent
 * reads are safe while no thread repacks.
 */
final class PanelMatrix implements PackedMatrix {
  /** Where panels begin in an array. */
  static final int FIRST = Workspace.FIRST;

  final float[] data;
  final int k;
  final int n;

  /** Creates a matrix of zeros; fill it with {@link #repack}. */
  PanelMatrix(int k, int n) {
    if (k < 0 || n < 0) {
      throw new IllegalArgumentException(
          "[gemm.pack] expected sizes of at least 0 but got [k " + k + ", n " + n + "]");
    }
    this.k = k;
    this.n = n;
    this.data =
        new float
            [Math.addExact(FIRST, Math.multiplyExact(Math.multiplyExact(panelsOf(n), PANEL), k))];
  }

  /** Packs new values of the same shape in place. */
  void repack(boolean transposed, float[] b, int bo, int ldb) {
    packPanels(transposed, k, n, b, bo, ldb, data, 0, panels());
  }

  /**
   * Packs some of the panels, so that threads can share the work: panel i starts at {@code FIRST +
   * i * k * PANEL}.
   */
  static void packPanels(
      boolean transposed,
      int k,
      int n,
      float[] b,
      int bo,
      int ldb,
      float[] to,
      int panelFrom,
      int panelTo) {
    int panel = panelFrom;
    if (!transposed) {
      panel = Math.max(panelFrom, Math.min(panelTo, n / PANEL));
      Packing.panels(
          k, panel - panelFrom, b, bo + panelFrom * PANEL, ldb, to, FIRST + panelFrom * PANEL * k);
    }
    for (; panel < panelTo; panel++) {
      int column = panel * PANEL;
      int used = Math.min(PANEL, n - column);
      int at = FIRST + column * k;
      if (transposed) {
        Packing.across(k, used, PANEL, b, bo + column * ldb, ldb, to, at);
      } else {
        Packing.along(k, used, PANEL, b, bo + column, ldb, to, at);
      }
      if (used < PANEL) {
        for (int p = 0; p < k; p++) {
          Arrays.fill(to, at + p * PANEL + used, at + (p + 1) * PANEL, 0);
        }
      }
    }
  }

  @Override
  public int k() {
    return k;
  }

  @Override
  public int n() {
    return n;
  }

  @Override
  public long capacity() {
    return (long) data.length - FIRST;
  }

  int panels() {
    return panelsOf(n);
  }

  static int panelsOf(int columns) {
    return (columns + PANEL - 1) / PANEL;
  }
}
