package dev.comporta.cells.layers;

/** Numbers of connections, for initialisers that scale by them. */
final class Fans {
  private Fans() {}

  /** A product that only scales a random number, and is cut where it leaves the range. */
  static int of(int outputs, int places) {
    return (int) Math.min(Integer.MAX_VALUE, (long) outputs * places);
  }
}
