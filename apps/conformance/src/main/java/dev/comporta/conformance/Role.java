package dev.comporta.conformance;

/** What a compared tensor is, and how far it may be off: the error in norm over the exact norm. */
public enum Role {
  /** Something computed. */
  OUTPUT(2e-6),
  /** A gradient. */
  GRADIENT(2e-5);

  private final double limit;

  Role(double limit) {
    this.limit = limit;
  }

  /** {@return the largest relative error in norm that passes} */
  public double limit() {
    return limit;
  }
}
