package dev.comporta.cells.plan.compile;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Rearrangement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Generates the instructions of every plane that is not a sum of products. */
final class Instructions {
  private Instructions() {}

  /**
   * Adds the instructions that compute a plane.
   *
   * @param plane the plane to compute
   * @param operands the places of its operands, null for numbers
   * @param y the place of the result
   * @param storage knows the blocks of matrices
   * @param into the program to append to
   */
  static void emit(
      Plane plane,
      List<@Nullable Place> operands,
      Place y,
      Storage storage,
      List<Instruction> into) {
    switch (plane) {
      case Plane.Unary it -> into.add(new Instruction.Unary(it.function(), at(operands, 0), y));
      case Plane.Affine it ->
          into.add(new Instruction.Affine(it.scale(), it.shift(), at(operands, 0), y));
      case Plane.Binary it -> into.add(binary(it, operands.get(0), operands.get(1), y));
      case Plane.MultiplyAdd it ->
          into.add(
              new Instruction.MultiplyAdd(at(operands, 0), at(operands, 1), at(operands, 2), y));
      case Plane.Select it -> select(it, operands, y, into);
      case Plane.Row it ->
          into.add(new Instruction.Row(it.function(), at(operands, 0), it.vectors(), y));
      case Plane.Repeat it -> into.add(repeat(it, operands.getFirst(), y));
      case Plane.Expand it ->
          into.add(
              new Rearrangement.Expand(at(operands, 0), it.outer(), it.repeat(), it.inner(), y));
      case Plane.Fold it ->
          into.add(new Rearrangement.Fold(at(operands, 0), it.outer(), it.size(), it.inner(), y));
      case Plane.Gather it ->
          into.add(new Rearrangement.Gather(at(operands, 0), it.columns(), it.vectors(), y));
      case Plane.Scatter it ->
          into.add(new Rearrangement.Scatter(at(operands, 0), it.columns(), it.vectors(), y));
      case Plane.VectorProducts it ->
          into.add(
              new Rearrangement.VectorProducts(
                  at(operands, 0), storage.block(it.right()), it.vectors(), y));
      case Plane.Columns it ->
          into.add(
              new Rearrangement.Copy(at(operands, 0), it.from(), y, 0, it.columns(), it.parts()));
      case Plane.Join it -> {
        int to = 0;
        for (int i = 0; i < operands.size(); i++) {
          int columns = it.of().get(i).width() / it.parts();
          into.add(new Rearrangement.Copy(at(operands, i), 0, y, to, columns, it.parts()));
          to += columns;
        }
      }
      default -> throw new IllegalStateException("no instruction computes " + plane);
    }
  }

  private static Place at(List<@Nullable Place> operands, int i) {
    Place place = operands.get(i);
    if (place == null) {
      throw new IllegalStateException("a number where a plane was expected");
    }
    return place;
  }

  private static Instruction repeat(Plane.Repeat plane, @Nullable Place x, Place y) {
    if (x == null) {
      return new Instruction.Fill(((Plane.Constant) plane.x()).value(), y);
    }
    return x.rows() == Place.Rows.SHARED && x.width() == y.width()
        ? new Instruction.Spread(x, y)
        : new Rearrangement.Expand(x, 1, y.width(), 1, y);
  }

  private static Instruction binary(
      Plane.Binary plane, @Nullable Place a, @Nullable Place b, Place y) {
    BinaryFunction function = plane.function();
    if (a == null && b != null) {
      return full(b, y)
          ? new Instruction.BinaryNumber(function, b, number(plane.a()), true, y)
          : unsupported(plane);
    }
    if (b == null && a != null) {
      return full(a, y)
          ? new Instruction.BinaryNumber(function, a, number(plane.b()), false, y)
          : unsupported(plane);
    }
    if (a == null || b == null) {
      return unsupported(plane);
    }
    boolean fullA = full(a, y);
    boolean fullB = full(b, y);
    if (fullA && fullB) {
      return new Instruction.Binary(function, a, b, y);
    }
    if (fullA) {
      return b.rows() == Place.Rows.SHARED && b.width() == y.width()
          ? new Instruction.BinaryVector(function, a, b, false, y)
          : new Instruction.BinaryColumn(function, a, b, false, y);
    }
    if (fullB) {
      return a.rows() == Place.Rows.SHARED && a.width() == y.width()
          ? new Instruction.BinaryVector(function, b, a, true, y)
          : new Instruction.BinaryColumn(function, b, a, true, y);
    }
    return unsupported(plane);
  }

  private static Instruction unsupported(Plane plane) {
    throw new UntraceableException(
        formatted("the step combines a vector with a column of width %d", plane.width()));
  }

  private static boolean full(Place place, Place y) {
    return place.width() == y.width() && place.rows() != Place.Rows.SHARED;
  }

  private static float number(Plane plane) {
    return ((Plane.Constant) plane).value();
  }

  /** Generates a selection; operands that are numbers, vectors or columns are expanded first. */
  private static void select(
      Plane.Select plane, List<@Nullable Place> operands, Place y, List<Instruction> into) {
    for (Place operand : operands) {
      if (operand == null || !full(operand, y)) {
        throw new UntraceableException(
            formatted(
                "the step selects among numbers, vectors or columns of width %d", plane.width()));
      }
    }
    into.add(new Instruction.Select(at(operands, 0), at(operands, 1), at(operands, 2), y));
  }
}
