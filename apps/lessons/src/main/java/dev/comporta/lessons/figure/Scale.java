package dev.comporta.lessons.figure;

import static dev.comporta.api.Formatting.formatted;

import java.util.ArrayList;
import java.util.List;

/** Maps numbers to places on an axis, linear or logarithmic. */
record Scale(double low, double high, double from, double to, boolean log) {
  static Scale of(double low, double high, double from, double to, boolean log) {
    if (log) {
      double a = Math.floor(Math.log10(low));
      double b = Math.ceil(Math.log10(high));
      return new Scale(a, b > a ? b : a + 1, from, to, true);
    }
    double room = high > low ? 0.04 * (high - low) : Math.max(1, Math.abs(high));
    boolean zero = low >= 0 && low < 0.3 * high;
    return new Scale(zero ? 0 : low - room, high + room, from, to, false);
  }

  double at(double value) {
    double number = log ? Math.log10(value) : value;
    return from + (number - low) / (high - low) * (to - from);
  }

  boolean shows(double value) {
    return Double.isFinite(value) && (!log || value > 0);
  }

  /** Values of ticks with their texts. */
  List<Tick> ticks() {
    List<Tick> ticks = new ArrayList<>();
    if (log) {
      int step = Math.max(1, (int) Math.ceil((high - low) / 6));
      for (int power = (int) low; power <= high; power += step) {
        ticks.add(new Tick(Math.pow(10, power), "1e" + power));
      }
      return ticks;
    }
    double raw = (high - low) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step =
        raw / power < 1.5
            ? power
            : raw / power < 3.5 ? 2 * power : raw / power < 7.5 ? 5 * power : 10 * power;
    int digits = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    for (double value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) {
      double clean = Math.abs(value) < step * 1e-9 ? 0 : value;
      ticks.add(new Tick(clean, formatted("%." + digits + "f", clean)));
    }
    return ticks;
  }

  record Tick(double value, String text) {}
}
