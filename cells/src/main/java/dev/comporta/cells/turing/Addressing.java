package dev.comporta.cells.turing;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a neural Turing machine and the ways to address it.
 *
 * @param memory {@code [B, M, N]}: the matrix {@code [N, M]} of each row column by column, so that
 *     the locations are the last axis, as in the weights
 */
record Addressing(Tensor memory) {
  /** Keeps cosine similarity and logarithms finite at empty locations. */
  static final float EPSILON = 1e-6f;

  private int width() {
    return memory.shape().size(1);
  }

  private int locations() {
    return memory.shape().size(2);
  }

  /** A value for each column, {@code [B, M]}, for all locations. */
  private Tensor forAllLocations(Tensor columns) {
    return columns.rowsOf(width(), 1);
  }

  /** A value for each location, {@code [B, N]}, for all columns. */
  private Tensor forAllColumns(Tensor weights) {
    return weights.rowsOf(1, locations());
  }

  /**
   * Weights by content (eq. 5 and 6): the softmax over the locations of the strength times the
   * cosine similarity of the key and the location's contents.
   */
  Tensor byContent(Tensor key, Tensor strength) {
    Tensor products = memory.times(forAllLocations(key)).sum(1).rowsOf(locations()); // [B, N]
    Tensor squares = memory.square().sum(1).rowsOf(locations());
    Tensor length = key.square().sum(-1).plus(EPSILON).sqrt(); // [B, 1]
    Tensor scale = strength.dividedBy(length);
    return products.dividedBy(squares.plus(EPSILON).sqrt()).times(scale).softmax();
  }

  /**
   * The weights of one head (eq. 5 to 9): by content, mixed with the previous weights by the gate,
   * shifted around the ring of locations, and sharpened.
   *
   * @param before the head's weights at the previous timestep, {@code [B, N]}
   */
  Tensor weights(HeadLayout head, Tensor before) {
    Tensor gate = head.gate();
    Tensor content = byContent(head.key(), head.strength());
    Tensor mixed = content.times(gate).plus(before.times(gate.complement())); // eq. 7
    Tensor shifts = head.shiftWeights();
    @Nullable Tensor moved = null; // [B, N], eq. 8
    for (int shift = -head.shifts(); shift <= head.shifts(); shift++) {
      int at = shift + head.shifts();
      Tensor part = rotated(mixed, shift).times(shifts.slice(-1, at, at + 1));
      moved = moved == null ? part : moved.plus(part);
    }
    // w^gamma / sum w^gamma, by logarithms so that no power underflows (eq. 9).
    Tensor logarithms = Objects.requireNonNull(moved).relu().plus(EPSILON).log();
    return logarithms.times(head.sharpening()).softmax();
  }

  /** Moves the weight of location i to location i + shift, around the ring. */
  private static Tensor rotated(Tensor weights, int shift) {
    int locations = weights.shape().columns();
    int by = Math.floorMod(shift, locations);
    return by == 0 ? weights : weights.shift(-by).plus(weights.shift(locations - by));
  }

  /** The weighted sum of the locations, {@code [B, M]} (eq. 2). */
  Tensor read(Tensor weights) {
    return memory.times(forAllColumns(weights)).sum(-1).rowsOf(width());
  }

  /** The memory after all erasures and then all additions (eq. 3 and 4). */
  Addressing written(List<HeadLayout> heads, List<Tensor> weights) {
    Tensor next = memory;
    for (int head = 0; head < heads.size(); head++) {
      Tensor at = forAllColumns(weights.get(head));
      next = next.times(at.times(forAllLocations(heads.get(head).erase())).complement());
    }
    for (int head = 0; head < heads.size(); head++) {
      Tensor at = forAllColumns(weights.get(head));
      next = next.plus(at.times(forAllLocations(heads.get(head).add())));
    }
    return new Addressing(next);
  }

  /**
   * Weights from the part of the state that keeps them. A part of zeros, as at the start of a
   * sequence, stands for the first location: what the weights lack to 1 is added there.
   */
  static Tensor remembered(Tensor part) {
    int locations = part.shape().columns();
    Tensor first = part.constant(Shape.of(1), 1);
    if (locations > 1) {
      first = first.concat(0, part.constant(Shape.of(locations - 1), 0));
    }
    return part.plus(part.sum(-1).complement().times(first));
  }
}
