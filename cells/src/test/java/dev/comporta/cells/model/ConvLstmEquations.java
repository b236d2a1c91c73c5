package dev.comporta.cells.model;

import static dev.comporta.cells.model.Equations.sigmoid;

import dev.comporta.api.model.Spec;
import java.util.Map;

/** The convolutional LSTM of Shi et al. 2015, equation 3, pixel by pixel in double precision. */
final class ConvLstmEquations {
  private final Equations all;
  private final int height;
  private final int width;
  private final int kernel;
  private final boolean peepholes;

  ConvLstmEquations(Equations all, Spec cell) {
    this.all = all;
    Map<String, Object> options = cell.options();
    this.height = ((Number) options.getOrDefault("height", 1)).intValue();
    this.width = ((Number) options.getOrDefault("width", 1)).intValue();
    this.kernel = ((Number) options.getOrDefault("kernel", 3)).intValue();
    this.peepholes = Boolean.TRUE.equals(options.get("peepholes"));
  }

  /** Adds the convolution of maps to the pre-activations {@code [gate][filter][row][column]}. */
  private void convolve(double[] maps, String name, double[] sums) {
    double[] weights = all.parameter(name);
    int places = height * width;
    int outputs = sums.length / places;
    for (int out = 0; out < outputs; out++) {
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          for (int channel = 0; channel < maps.length / places; channel++) {
            for (int k = 0; k < kernel; k++) {
              for (int l = 0; l < kernel; l++) {
                int row = i + k - kernel / 2;
                int column = j + l - kernel / 2;
                if (row >= 0 && row < height && column >= 0 && column < width) {
                  sums[out * places + i * width + j] +=
                      maps[channel * places + row * width + column]
                          * weights[((channel * kernel + k) * kernel + l) * outputs + out];
                }
              }
            }
          }
        }
      }
    }
  }

  double[] step(double[] x, Map<String, double[]> state) {
    int units = all.units();
    int places = height * width;
    double[] h = state.get("h");
    double[] c = state.get("c");
    double[] a = new double[4 * units];
    for (int i = 0; i < a.length; i++) {
      a[i] = all.parameter("b")[i / places];
    }
    convolve(x, "W", a);
    convolve(h, "U", a);
    double[] p = peepholes ? all.parameter("p") : new double[3 * units];
    double[] hNext = new double[units];
    double[] cNext = new double[units];
    for (int j = 0; j < units; j++) {
      double i = sigmoid(a[j] + p[j] * c[j]);
      double f = sigmoid(a[units + j] + p[units + j] * c[j]);
      cNext[j] = f * c[j] + i * Math.tanh(a[2 * units + j]);
      double o = sigmoid(a[3 * units + j] + p[2 * units + j] * cNext[j]);
      hNext[j] = o * Math.tanh(cNext[j]);
    }
    state.put("h", hNext);
    state.put("c", cNext);
    return hNext;
  }
}
