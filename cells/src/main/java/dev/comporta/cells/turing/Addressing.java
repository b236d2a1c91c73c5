package dev.comporta.cells.turing;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a neural Turing machine and the ways to address it. The memory {@code [N, M]} of
 * each row is kept column by column: M tensors {@code [B, N]}, so that every operation is one of
 * rows of locations.
 *
 * @param columns the M columns of the memory, {@code [B, N]} each
 */
record Addressing(List<Tensor> columns) {
  /** Keeps cosine similarity and logarithms finite at empty locations. */
  static final float EPSILON = 1e-6f;

  /** Takes apart the state of the memory, {@code [B, M N]}. */
  static Addressing of(Tensor memory, int locations) {
    return new Addressing(memory.split(memory.shape().columns() / locations));
  }

  /** The memory as one part of the state, {@code [B, M N]}. */
  Tensor joined() {
    return columns.size() == 1
        ? columns.getFirst()
        : columns.getFirst().concat(-1, columns.subList(1, columns.size()).toArray(Tensor[]::new));
  }

  /**
   * Weights by content (eq. 5 and 6): the softmax over the locations of the strength times the
   * cosine similarity of the key and the location's contents.
   */
  Tensor byContent(Tensor key, Tensor strength) {
    @Nullable Tensor products = null; // [B, N]
    @Nullable Tensor squares = null;
    for (int j = 0; j < columns.size(); j++) {
      Tensor column = columns.get(j);
      Tensor product = column.times(key.slice(-1, j, j + 1));
      products = products == null ? product : products.plus(product);
      squares = squares == null ? column.square() : squares.plus(column.square());
    }
    Tensor length = key.square().sum(-1).plus(EPSILON).sqrt(); // [B, 1]
    Tensor scale = strength.dividedBy(length);
    return Objects.requireNonNull(products)
        .dividedBy(Objects.requireNonNull(squares).plus(EPSILON).sqrt())
        .times(scale)
        .softmax();
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
    List<Tensor> sums = new ArrayList<>();
    for (Tensor column : columns) {
      sums.add(column.times(weights).sum(-1)); // [B, 1]
    }
    return sums.size() == 1
        ? sums.getFirst()
        : sums.getFirst().concat(-1, sums.subList(1, sums.size()).toArray(Tensor[]::new));
  }

  /** The memory after all erasures and then all additions (eq. 3 and 4). */
  Addressing written(List<HeadLayout> heads, List<Tensor> weights) {
    List<Tensor> next = new ArrayList<>(columns);
    for (int head = 0; head < heads.size(); head++) {
      Tensor erase = heads.get(head).erase(); // [B, M]
      for (int j = 0; j < next.size(); j++) {
        Tensor kept = weights.get(head).times(erase.slice(-1, j, j + 1)).complement();
        next.set(j, next.get(j).times(kept));
      }
    }
    for (int head = 0; head < heads.size(); head++) {
      Tensor add = heads.get(head).add();
      for (int j = 0; j < next.size(); j++) {
        next.set(j, next.get(j).plus(weights.get(head).times(add.slice(-1, j, j + 1))));
      }
    }
    return new Addressing(List.copyOf(next));
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
