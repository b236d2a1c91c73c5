package dev.comporta.cells.plan.compile;

import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.program.Bias;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Buffers;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Rearrangement;
import dev.comporta.cells.plan.trace.Values;

/** Finds and creates the buffers of a compiled step. */
final class Storage {
  private final Buffers buffers = new Buffers();
  private final Values values;

  Storage(Values values) {
    this.values = values;
  }

  Buffers buffers() {
    return buffers;
  }

  Values values() {
    return values;
  }

  /** A part of the state after the timestep. */
  Place state(String name, int width) {
    return keyed(new Buffer.State(name, width), Place.Rows.AFTER);
  }

  /** The cotangent of a part of the state, from the next timestep. */
  Place stateCotangent(String name, int width) {
    return keyed(new Buffer.StateCotangent(name, width), Place.Rows.BATCH);
  }

  /** A new place for values of all timesteps. */
  Place timesteps(int width) {
    int buffer = buffers.add(new Buffer.Timesteps(width));
    return new Place(buffer, Place.Rows.TIMESTEP, width, 0);
  }

  /** A new place in scratch memory for the rows of a tile. */
  Place tile(int width) {
    return new Place(buffers.add(new Buffer.Tile(width)), Place.Rows.TILE, width, 0);
  }

  /** A new place in scratch memory for the rows of a block of a tile. */
  Place piece(int width) {
    return new Place(buffers.add(new Buffer.Piece(width)), Place.Rows.PIECE, width, 0);
  }

  /** A plane that is not computed in the loop. */
  Place leaf(Plane.Leaf plane) {
    return switch (plane) {
      case Plane.State it -> keyed(new Buffer.State(it.name(), it.width()), Place.Rows.BEFORE);
      case Plane.StateCotangent it -> stateCotangent(it.name(), it.width());
      case Plane.OutputCotangent it ->
          keyed(new Buffer.OutputCotangent(it.width()), Place.Rows.TIMESTEP);
      case Plane.Before it ->
          keyed(new Buffer.Before(values.of(it.node()), it.width()), Place.Rows.TIMESTEP);
      case Plane.SequenceMask it ->
          keyed(new Buffer.SequenceMask(values.of(it.node()), it.width()), Place.Rows.BATCH);
      case Plane.Remembered it ->
          keyed(new Buffer.OfMemory(values.of(it.node()), it.width()), Place.Rows.BATCH);
      case Plane.Vector it -> {
        int buffer = buffers.of(new Buffer.Vector(values.of(it.node()), it.node().width()));
        yield new Place(buffer, Place.Rows.SHARED, it.width(), it.from());
      }
      case Plane.Constant it -> throw new IllegalStateException("a number has no place: " + it);
    };
  }

  private Place keyed(Buffer buffer, Place.Rows rows) {
    return new Place(buffers.of(buffer), rows, buffer.width(), 0);
  }

  /** An instruction that copies a plane that is not computed in the loop. */
  static Instruction copyOfLeaf(ProgramBuilder builder, Plane leaf, Place target) {
    return switch (leaf) {
      case Plane.Constant number -> new Instruction.Fill(number.value(), target);
      case Plane.Vector vector -> new Instruction.Spread(builder.place(vector), target);
      default -> new Rearrangement.Copy(builder.place(leaf), target, 0);
    };
  }

  /** The right operand of a product. */
  Block block(Plane.Block block) {
    return new Block(
        values.of(block.node()),
        block.transposed(),
        block.row(),
        block.rows(),
        block.column(),
        block.columns());
  }

  /** A vector that starts a sum. */
  Bias bias(Plane.Vector vector) {
    return new Bias(values.of(vector.node()), vector.from(), vector.width());
  }
}
