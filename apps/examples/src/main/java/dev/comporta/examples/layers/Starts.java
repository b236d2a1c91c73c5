package dev.comporta.examples.layers;

import dev.comporta.api.model.Spec;
import dev.comporta.examples.SmallModel;
import java.util.List;
import java.util.Locale;

/** The values that initialisers give to kernels and biases. */
public final class Starts {
  private Starts() {}

  /** Prints the standard deviations of kernels, and gate biases. */
  public static void main(String[] arguments) {
    // @start region="kernels"
    List<Spec> kernels =
        List.of(
            Spec.of("uniform").with("low", -0.1).with("high", 0.1),
            Spec.of("normal").with("deviation", 0.02),
            Spec.of("glorot-uniform"),
            Spec.of("glorot-normal"),
            Spec.of("he-uniform"),
            Spec.of("he-normal").with("gain", 0.5),
            Spec.of("lecun-uniform"),
            Spec.of("lecun-normal"),
            Spec.of("orthogonal"),
            Spec.of("identity"));
    for (Spec kernel : kernels) {
      SmallModel dense =
          SmallModel.with(200, Spec.of("dense").with("units", 100).with("initializer", kernel));
      print(kernel.name(), dense.model().parameters().copy("layers.0.W"));
    }
    // @end region="kernels"
    // @start region="biases"
    for (Spec cell :
        List.of(Spec.of("lstm").with("forget-bias", 2), Spec.of("lstm").with("chrono", 100))) {
      SmallModel lstm =
          SmallModel.with(3, Spec.of("recurrent").with("cell", cell).with("hidden", 3));
      float[] b = lstm.model().parameters().copy("layers.0.cell.b"); // i f g o
      System.out.printf(
          Locale.ROOT,
          "input gate %5.2f %5.2f %5.2f  forget gate %5.2f %5.2f %5.2f%n",
          b[0],
          b[1],
          b[2],
          b[3],
          b[4],
          b[5]);
    }
    // @end region="biases"
  }

  private static void print(String name, float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    double deviation = Math.sqrt(squares / values.length - mean * mean);
    System.out.printf(Locale.ROOT, "%-15s deviation %.3f%n", name, deviation);
  }
}
