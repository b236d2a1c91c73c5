package dev.comporta.lessons.play;

import dev.comporta.lessons.figure.Rows;

/** Quantities by an equation next to those of the framework. */
public final class Compared {
  private final Rows rows = Rows.of("@quantity", "@equation", "@framework");
  private double largest;

  /** Adds a quantity. */
  public Compared add(String name, double equation, double framework) {
    rows.add(name, equation, framework);
    largest = Math.max(largest, Math.abs(equation - framework));
    return this;
  }

  /** One row for each quantity. */
  public Rows rows() {
    return rows;
  }

  /** The largest difference. */
  public double largest() {
    return largest;
  }
}
