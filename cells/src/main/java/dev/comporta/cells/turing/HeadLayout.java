package dev.comporta.cells.turing;

import dev.comporta.api.tensor.Tensor;

/**
 * The numbers that the controller gives to one head, side by side: the key k (M), the key strength,
 * the gate and the sharpening (1 each), the shift weights (2 S + 1), and for a write head the erase
 * vector e and the add vector a (M each).
 *
 * @param all the numbers of all heads, {@code [B, ..]}
 * @param at where this head starts
 * @param width M
 * @param shifts S
 */
record HeadLayout(Tensor all, int at, int width, int shifts) {
  /** The columns of a head. */
  static int size(int width, int shifts, boolean writes) {
    return width + 3 + 2 * shifts + 1 + (writes ? 2 * width : 0);
  }

  private Tensor part(int from, int size) {
    return all.slice(-1, at + from, at + from + size);
  }

  /** The key, {@code [B, M]}. */
  Tensor key() {
    return part(0, width).tanh();
  }

  /** The key strength, positive, {@code [B, 1]}. */
  Tensor strength() {
    return part(width, 1).softplus();
  }

  /** The interpolation gate, {@code [B, 1]}. */
  Tensor gate() {
    return part(width + 1, 1).sigmoid();
  }

  /** The sharpening, 1 or more, {@code [B, 1]}. */
  Tensor sharpening() {
    return part(width + 2, 1).softplus().plus(1);
  }

  /** The weights of the shifts -S .. S, {@code [B, 2 S + 1]}. */
  Tensor shiftWeights() {
    return part(width + 3, 2 * shifts + 1).softmax();
  }

  /** The erase vector of a write head, {@code [B, M]}. */
  Tensor erase() {
    return part(width + 4 + 2 * shifts, width).sigmoid();
  }

  /** The add vector of a write head, {@code [B, M]}. */
  Tensor add() {
    return part(2 * width + 4 + 2 * shifts, width).tanh();
  }
}
