package dev.comporta.cells.plan.program;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sum of products: {@code y = (y +) (bias +) sum of left x right}. {@code sameLeft} is set if the
 * preceding products ended with the first left operand.
 */
public record Products(
    List<Place> left,
    List<Block> right,
    @Nullable Place bias,
    @Nullable Bias biasVector,
    boolean accumulate,
    boolean sameLeft,
    Place y)
    implements Instruction.ToOnePlace {
  @Override
  public List<Place> reads() {
    List<Place> places = new ArrayList<>(left);
    if (bias != null) {
      places.add(bias);
    }
    return places;
  }

  @Override
  public List<Block> blocks() {
    return right;
  }

  @Override
  public long cost(int width, int[] positions) {
    long sum = 0;
    for (Block block : right) {
      sum += (long) block.rows() * block.columns();
    }
    return sum;
  }

  /** The same after any other products. */
  public Products afterOthers() {
    return new Products(left, right, bias, biasVector, accumulate, false, y);
  }

  /** Whether the last of some instructions leave this left operand behind, unchanged. */
  public static boolean endWith(List<Instruction> instructions, Place left) {
    for (Instruction instruction : instructions.reversed()) {
      if (instruction.writes(left) || instruction instanceof Rearrangement.VectorProducts) {
        return false;
      }
      if (instruction instanceof Products products) {
        return products.left().getLast().equals(left);
      }
    }
    return false;
  }

  @Override
  public void run(Cursor cursor, int row, int rows) {
    Cursor whole = cursor.whole();
    for (int i = 0; i < left.size(); i++) {
      Place a = left.get(i);
      boolean first = i == 0 && !accumulate;
      Place added = first ? bias : null;
      cursor
          .backend()
          .multiplyPacked(
              false,
              i == 0 ? sameLeft : a.equals(left.get(i - 1)),
              rows,
              whole.array(a),
              whole.at(a, row),
              a.width(),
              cursor.matrix(right.get(i)),
              added == null ? null : cursor.array(added),
              added == null ? 0 : cursor.at(added, row),
              !first,
              cursor.array(y),
              cursor.at(y, row),
              y.width(),
              cursor.workers());
    }
  }
}
