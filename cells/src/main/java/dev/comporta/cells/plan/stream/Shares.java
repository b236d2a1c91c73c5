package dev.comporta.cells.plan.stream;

import dev.comporta.cells.plan.program.Bias;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Buffers;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Products;
import dev.comporta.cells.plan.program.Program;
import dev.comporta.cells.plan.program.Rearrangement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Divides the program of a single row into shares of the columns, each of which computes its
 * columns of every plane independently. Only the left operands of products are read completely, so
 * shares synchronise once per timestep. Every column is computed as in the whole program, with the
 * same bits.
 */
final class Shares {
  private final Buffers buffers;
  private final int share;
  private final int shares;

  private Shares(Buffers buffers, int share, int shares) {
    this.buffers = buffers;
    this.share = share;
    this.shares = shares;
  }

  /**
   * One share of a program.
   *
   * @param buffers the buffers of the program
   * @return the share, or null if the program combines columns other than by products of inputs and
   *     states, or has planes that cannot be divided into equal shares
   */
  static @Nullable Program of(Buffers buffers, Program program, int share, int shares) {
    Shares cut = new Shares(buffers, share, shares);
    List<Program.Region> regions = new ArrayList<>();
    for (Program.Region region : program.regions()) {
      List<Instruction> instructions = new ArrayList<>();
      for (Instruction instruction : region.instructions()) {
        Instruction part = cut.instruction(instruction);
        if (part == null) {
          return null;
        }
        instructions.add(part);
      }
      regions.add(new Program.Region(instructions, region.products(), region.width()));
    }
    return new Program(regions);
  }

  private @Nullable Instruction instruction(Instruction instruction) {
    return switch (instruction) {
      case Products it -> products(it);
      case Instruction.Unary it when fits(it.x(), it.y()) ->
          new Instruction.Unary(it.function(), place(it.x()), place(it.y()));
      case Instruction.Affine it when fits(it.x(), it.y()) ->
          new Instruction.Affine(it.scale(), it.shift(), place(it.x()), place(it.y()));
      case Instruction.Binary it when fits(it.a(), it.b(), it.y()) ->
          new Instruction.Binary(it.function(), place(it.a()), place(it.b()), place(it.y()));
      case Instruction.BinaryNumber it when fits(it.a(), it.y()) ->
          new Instruction.BinaryNumber(
              it.function(), place(it.a()), it.number(), it.first(), place(it.y()));
      case Instruction.BinaryVector it when fits(it.a(), it.vector(), it.y()) ->
          new Instruction.BinaryVector(
              it.function(), place(it.a()), place(it.vector()), it.first(), place(it.y()));
      case Instruction.MultiplyAdd it when fits(it.a(), it.b(), it.c(), it.y()) ->
          new Instruction.MultiplyAdd(place(it.a()), place(it.b()), place(it.c()), place(it.y()));
      case Instruction.Select it when fits(it.condition(), it.a(), it.b(), it.y()) ->
          new Instruction.Select(
              place(it.condition()), place(it.a()), place(it.b()), place(it.y()));
      case Instruction.Fill it when fits(it.y()) ->
          new Instruction.Fill(it.number(), place(it.y()));
      case Instruction.Spread it when fits(it.vector(), it.y()) ->
          new Instruction.Spread(place(it.vector()), place(it.y()));
      case Rearrangement.Copy it
          when fits(it.x(), it.y())
              && it.columns() == it.x().width()
              && it.columns() == it.y().width() ->
          new Rearrangement.Copy(place(it.x()), place(it.y()), 0);
      default -> null;
    };
  }

  private @Nullable Instruction products(Products it) {
    Place bias = it.bias();
    boolean whole =
        it.left().stream()
            .allMatch(place -> place.rows() == Place.Rows.BEFORE || isBeforeTheLoop(place));
    if (!whole || !fits(it.y()) || (bias != null && !fits(bias))) {
      return null;
    }
    List<Block> right = new ArrayList<>();
    for (Block block : it.right()) {
      int columns = block.columns() / shares;
      right.add(
          new Block(
              block.value(),
              block.transposed(),
              block.row(),
              block.rows(),
              block.column() + share * columns,
              columns));
    }
    Bias vector = it.biasVector();
    return new Products(
        it.left(),
        right,
        bias == null ? null : place(bias),
        vector == null
            ? null
            : new Bias(
                vector.vector(),
                vector.from() + share * (vector.width() / shares),
                vector.width() / shares),
        it.accumulate(),
        it.sameLeft(),
        place(it.y()));
  }

  private boolean isBeforeTheLoop(Place place) {
    return buffers.all().get(place.buffer()) instanceof Buffer.Before;
  }

  /** Whether all planes have the same number of columns and are divisible. */
  private boolean fits(Place... places) {
    for (Place place : places) {
      if (place.width() != places[0].width() || place.width() % shares != 0) {
        return false;
      }
    }
    return true;
  }

  private Place place(Place whole) {
    int width = whole.width() / shares;
    int column =
        whole.rows() == Place.Rows.SHARED ? whole.column() + share * width : whole.column();
    return new Place(whole.buffer(), whole.rows(), width, column);
  }
}
