package dev.comporta.conformance;

import org.apiguardian.api.API;

/** What a compared tensor is, and how far it may be off: the error in norm over the exact norm. */
@API(status = API.Status.EXPERIMENTAL)
public enum Role {
  /** Something computed. */
  OUTPUT(2e-6),
  /** A gradient. */
  GRADIENT(2e-5);

  private final double limit;

  Role(double limit) {
    this.limit = limit;
  }

  /**
   * The largest error that passes.
   *
   * @return relative, in norm
   */
  public double limit() {
    return limit;
  }
}
