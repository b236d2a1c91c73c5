package dev.comporta.lessons.page;

import static dev.comporta.api.Formatting.formatted;

/**
 * Numbers as texts: at most four significant digits behind the point, the same in all languages.
 */
final class Numbers {
  private Numbers() {}

  static String text(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
    }
    if (value == Math.rint(value) && size < 1e9) {
      return Long.toString((long) value);
    }
    if (size < 1e-3 || size >= 1e5) {
      return formatted("%.2e", value);
    }
    return formatted(size < 10 ? "%.4f" : size < 1000 ? "%.2f" : "%.1f", value);
  }
}
