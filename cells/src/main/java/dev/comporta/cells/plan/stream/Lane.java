package dev.comporta.cells.plan.stream;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Cursor;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Program;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Computes all columns of a layer, or one share of them. There are two ways to run it:
 *
 * <ul>
 *   <li>{@link #step}: one timestep by itself.
 *   <li>{@link #stepOfChunk}: the timesteps of a chunk one after the other, whose products of
 *       inputs the first one computes for all. Before a timestep, all lanes must have finished the
 *       previous one.
 * </ul>
 *
 * The lanes of a timestep may run in any order, or at once.
 */
final class Lane {
  private final StreamLayer layer;
  private final int half;
  private final int share;
  private final int shares;
  private final @Nullable RowShare row;
  private final Program byItself;
  private final LaneMemory memory;
  private final Cursor cursor;
  private final Place output;

  /**
   * For one stream, both programs with all places, by which of the two places of each state is
   * read. They read {@link #input}.
   */
  private final Fixed @Nullable [] fixed;

  private final float[] input;
  private float[] prepared = new float[0];
  private int preparedWidth;

  /**
   * Creates a lane.
   *
   * @param layer the compiled layer
   * @param shared the memory that lanes share
   * @param row the program of a single row or of a share of its columns; null for several streams
   * @param share the number of the lane
   * @param shares the number of lanes
   */
  Lane(StreamLayer layer, LayerMemory shared, @Nullable RowShare row, int share, int shares) {
    this.layer = layer;
    this.half = shared.half();
    this.row = row;
    this.share = share;
    this.shares = shares;
    this.byItself = row == null ? layer.group() : row.alone();
    this.memory =
        new LaneMemory(
            shared,
            layer,
            layer.multipliedStates(),
            row == null ? List.of() : row.neighbours(),
            byItself.mostPieceRows(shared.rows()),
            share,
            shares);
    Place all = layer.compiled().output();
    this.output = new Place(all.buffer(), all.rows(), all.width() / shares, all.column());
    Map<Block, PackedMatrix> matrices = row == null ? layer.matrices() : row.matrices();
    this.cursor = cursor(memory.arrays(), memory.starts(), matrices);
    if (shares > 1) {
      cursor.setWhole(cursor(memory.wholeArrays(), memory.wholeStarts(), matrices));
    }
    this.input = new float[row == null ? 0 : layer.inputSize()];
    this.fixed = row == null ? null : new Fixed[] {fixed(row, 0), fixed(row, 1)};
  }

  @SuppressWarnings("ArrayRecordComponent") // created once and never compared
  private record Fixed(Instruction.Resolved[] byItself, Instruction.Resolved[] ofChunk) {}

  private Fixed fixed(RowShare program, int now) {
    moveTo(now, 0, input, 0);
    return new Fixed(program.alone().resolve(cursor), program.among().resolve(cursor));
  }

  private void run(Instruction.Resolved[] instructions, int now, float[] from, int fromOffset) {
    System.arraycopy(from, fromOffset, input, 0, input.length);
    moveTo(now, 0, input, 0);
    for (Instruction.Resolved instruction : instructions) {
      instruction.run();
    }
  }

  private Cursor cursor(float[][] arrays, int[] starts, Map<Block, PackedMatrix> matrices) {
    return new Cursor(
        layer.backend(),
        new Cursor.Binding(arrays, starts, matrices),
        memory.own(),
        memory.scratch());
  }

  LaneMemory memory() {
    return memory;
  }

  /**
   * Runs a single timestep of some streams.
   *
   * @param now which of the two places of each state holds it
   * @param first the first stream
   * @param count the number of streams
   * @param from their inputs
   * @param fromOffset where they start
   * @param to receives their outputs
   * @param toOffset where they start
   */
  void step(int now, int first, int count, float[] from, int fromOffset, float[] to, int toOffset) {
    memory.load(now);
    if (fixed == null) {
      moveTo(now, first, from, fromOffset);
      byItself.run(cursor, first, count);
    } else {
      run(fixed[now].byItself, now, from, fromOffset);
    }
    copyOutput(first, count, to, toOffset);
    memory.store(1 - now);
  }

  /**
   * Runs one timestep of a chunk of a single stream.
   *
   * @param number the number of the timestep in the chunk
   * @param timesteps the number of timesteps of the chunk
   * @param most the number of timesteps of the largest chunk
   * @param now which of the two places of each state holds it at this timestep
   * @param lanes all lanes
   * @param from the inputs of the chunk
   * @param fromOffset where they start
   * @param to receives the outputs of the chunk
   * @param toOffset where they start
   */
  void stepOfChunk(
      int number,
      int timesteps,
      int most,
      int now,
      Lane[] lanes,
      float[] from,
      int fromOffset,
      float[] to,
      int toOffset) {
    if (number == 0) {
      prepare(from, fromOffset, timesteps, most);
      memory.load(now);
    } else {
      memory.exchange(now, lanes);
    }
    cursor.setPreparedAt(number * preparedWidth);
    int at = fromOffset + number * layer.inputSize();
    run(Objects.requireNonNull(fixed)[now].ofChunk, now, from, at);
    copyOutput(0, 1, to, toOffset + number * layer.outputSize());
    if (number == timesteps - 1) {
      memory.store(1 - now);
    }
  }

  /** Computes the partial sums of all timesteps of a chunk. */
  private void prepare(float[] from, int fromOffset, int timesteps, int most) {
    RowShare program = Objects.requireNonNull(row);
    preparedWidth = program.preparedWidth();
    if (prepared.length < most * preparedWidth) {
      prepared = new float[most * preparedWidth];
    }
    cursor.setPrepared(prepared);
    program.prepare(layer.backend(), from, fromOffset, layer.inputSize(), timesteps, prepared);
  }

  /** Everything but the states is addressed relative to the first row. */
  private void moveTo(int now, int first, float[] from, int fromOffset) {
    memory.setInput(from, fromOffset, layer.inputSize());
    if (shares == 1) {
      cursor.moveTo(-first, 0, 0, first);
      cursor.shift(now * half, (1 - now) * half);
    } else {
      cursor.moveTo(0, now, 1 - now, 0);
    }
  }

  private void copyOutput(int first, int count, float[] to, int toOffset) {
    int columns = output.width();
    System.arraycopy(
        cursor.array(output),
        cursor.at(output, first),
        to,
        toOffset + share * columns,
        count * columns);
  }

  /** Calls the kernels without work: no elements, and no terms of sums. */
  void touch(boolean products) {
    for (Program.Region region : byItself.regions()) {
      for (Instruction instruction : region.instructions()) {
        if (!region.products()) {
          instruction.run(cursor, 0, 0);
        } else if (products && instruction instanceof RowFusion.Merged merged) {
          merged.touch(cursor);
        }
      }
    }
  }
}
