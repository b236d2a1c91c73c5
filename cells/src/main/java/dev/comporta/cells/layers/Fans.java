package dev.comporta.cells.layers;

import dev.comporta.api.model.ParameterSpec;
import java.util.List;

/** Numbers of connections, for initialisers that scale by them. */
final class Fans {
  private Fans() {}

  /**
   * The parameters of a convolution, whose windows are within the bounds of {@link Window} and
   * {@link Grid}: W {@code [taps I, O]} and, with a bias, b {@code [O]}. Each input is connected to
   * all filters at all taps; this number only scales random numbers, and is cut where it leaves the
   * range.
   */
  static List<ParameterSpec> convolution(int inputs, int taps, int filters, boolean bias) {
    int seen = Math.multiplyExact(taps, inputs);
    int out = (int) Math.min(Integer.MAX_VALUE, (long) filters * taps);
    ParameterSpec w = ParameterSpec.matrix("W", seen, filters).withFans(seen, out);
    return bias ? List.of(w, ParameterSpec.bias("b", filters)) : List.of(w);
  }
}
