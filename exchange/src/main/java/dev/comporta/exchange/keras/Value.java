package dev.comporta.exchange.keras;

/**
 * A value of a network: what leaves one of its layers.
 *
 * @param number its number in the graph
 * @param flow its shape
 * @param mask the number of its mask in the graph, -1 without one
 * @param axis which time axis it has, -1 for a vector
 */
record Value(int number, Flow flow, int mask, int axis) {
  static final int NONE = -1;

  Value without() {
    return new Value(number, flow, NONE, axis);
  }
}
