package dev.comporta.cells.plan.memory;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.cells.plan.memory.MemoryProgram.Slot;
import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Buffers;
import dev.comporta.cells.plan.program.Cursor;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a {@link MemoryProgram} for some rows of one timestep, one row of the batch after another.
 */
public final class MemoryInstruction implements Instruction.Framed {
  private final MemoryProgram program;
  private final List<Outside> outside;
  private final List<Outside> stored;
  private final List<Outside> kept;
  private final List<Integer> sinks;
  private final Place y;

  /** A slot and the place that it is read from or written to. */
  private record Outside(Slot slot, Place place) {}

  /**
   * Creates an instruction.
   *
   * @param program the program
   * @param operands the places of the planes that it reads
   * @param y the place of the resulting rows
   * @param buffers the buffers of the plan
   */
  public MemoryInstruction(MemoryProgram program, List<Place> operands, Place y, Buffers buffers) {
    this.program = program;
    this.y = y;
    this.outside = new ArrayList<>();
    for (MemoryProgram.Input input : program.inputs()) {
      switch (input) {
        case MemoryProgram.Fixed _ -> {}
        case MemoryProgram.PlaneRow it -> add(it.slot(), operands.get(it.operand()));
        case MemoryProgram.Shared it -> {
          int width = it.slot().columns();
          int buffer = buffers.of(new Buffer.Vector(it.value(), width));
          add(it.slot(), new Place(buffer, Place.Rows.SHARED, width, 0));
        }
        case MemoryProgram.Remembered it -> {
          int buffer = buffers.of(new Buffer.OfMemory(it.value(), it.slot().columns()));
          add(it.slot(), new Place(buffer, Place.Rows.BATCH, it.slot().columns(), 0));
        }
        case MemoryProgram.Past it ->
            add(it.slot(), pastPlace(it.state(), it.cotangent(), it.slot().axis(), buffers));
        case MemoryProgram.Recalled it ->
            add(it.slot(), storedPlace(it.number(), it.slot().axis(), buffers));
      }
    }
    this.stored =
        program.stored().stream()
            .map(it -> new Outside(it.slot(), storedPlace(it.number(), it.slot().axis(), buffers)))
            .toList();
    this.kept =
        program.kept().stream()
            .map(it ->
                new Outside(
                    it.slot(), keptPlace(it.state(), it.cotangent(), it.slot().axis(), buffers)))
            .toList();
    this.sinks =
        program.sinks().stream()
            .map(sink ->
                switch (sink) {
                  case MemoryProgram.MemorySink it ->
                      buffers.of(new Buffer.OfMemoryGradient(it.value(), it.x().columns()));
                  case MemoryProgram.OuterSink it ->
                      buffers.of(new Buffer.OfMemoryGradient(it.value(), it.row().columns()));
                  case MemoryProgram.ColumnSink it ->
                      buffers.of(new Buffer.RowGradient(it.value(), it.x().columns()));
                  case MemoryProgram.WeightedSink it ->
                      buffers.of(new Buffer.RowGradient(it.value(), it.x().columns()));
                })
            .toList();
  }

  private void add(Slot slot, Place place) {
    outside.add(new Outside(slot, place));
  }

  /** The place of a value of positions that a program stores under a number. */
  public static Place storedPlace(int number, int axis, Buffers buffers) {
    return new Place(buffers.of(new Buffer.Positions(number, axis)), Place.Rows.TIMESTEP, 1, 0);
  }

  /** The place from which a timestep reads a state of positions, or the cotangent of one. */
  static Place pastPlace(String state, boolean cotangent, int axis, Buffers buffers) {
    return cotangent
        ? cotangentPlace(state, axis, buffers)
        : new Place(buffers.of(new Buffer.Past(state, axis)), Place.Rows.BEFORE, 1, 0);
  }

  /** The place from which a timestep reads the cotangent of a state of positions. */
  public static Place cotangentPlace(String state, int axis, Buffers buffers) {
    return new Place(buffers.of(new Buffer.PastCotangent(state, axis)), Place.Rows.BATCH, 1, 0);
  }

  /** The place to which a timestep writes a state of positions, or the cotangent of one. */
  static Place keptPlace(String state, boolean cotangent, int axis, Buffers buffers) {
    return cotangent
        ? nextCotangentPlace(state, axis, buffers)
        : new Place(buffers.of(new Buffer.Past(state, axis)), Place.Rows.AFTER, 1, 0);
  }

  /** The place to which a timestep writes the cotangent of a state of positions. */
  public static Place nextCotangentPlace(String state, int axis, Buffers buffers) {
    return new Place(buffers.of(new Buffer.PastCotangentNext(state, axis)), Place.Rows.BATCH, 1, 0);
  }

  public MemoryProgram program() {
    return program;
  }

  @Override
  public int number() {
    return program.number();
  }

  @Override
  public int scratchFloats(int[] positions) {
    return program.scratchFloats(positions);
  }

  @Override
  public Frame frame(TensorBackend backend, float[] scratch, int offset, int[] positions) {
    return new MemoryFrame(program, backend, scratch, offset, positions);
  }

  @Override
  public long cost(int width, int[] positions) {
    return program.cost(positions);
  }

  @Override
  public double operations(int[] positions) {
    return program.operations(positions);
  }

  @Override
  public void run(Cursor cursor, int row, int rows) {
    MemoryFrame frame = (MemoryFrame) cursor.frame(program.number());
    List<MemoryOperation> operations = program.operations();
    for (int i = row; i < row + rows; i++) {
      enter(cursor, frame, i);
      for (int j = 0; j < operations.size(); j++) {
        operations.get(j).run(frame);
      }
      leave(cursor, frame, i);
    }
  }

  private void enter(Cursor cursor, MemoryFrame frame, int row) {
    for (int i = 0; i < outside.size(); i++) {
      Outside it = outside.get(i);
      Place place = it.place();
      Slot slot = it.slot();
      int at =
          slot.axis() < 0
              ? cursor.at(place, row)
              : cursor.positionsAt(place, row, slot.axis(), slot.columns());
      frame.put(slot, cursor.array(place), at);
    }
    frame.enter(cursor.reach(), row);
  }

  private void leave(Cursor cursor, MemoryFrame frame, int row) {
    int to = cursor.at(y, row);
    float[] result = cursor.array(y);
    for (int i = 0; i < program.rows().size(); i++) {
      Slot slot = program.rows().get(i);
      System.arraycopy(frame.array(slot), frame.at(slot), result, to, slot.columns());
      to += slot.columns();
    }
    store(stored, cursor, frame, row);
    store(kept, cursor, frame, row);
    for (int i = 0; i < sinks.size(); i++) {
      if (cursor.isBound(sinks.get(i))) {
        sink(program.sinks().get(i), sinks.get(i), cursor, frame, row);
      }
    }
  }

  private static void store(List<Outside> values, Cursor cursor, MemoryFrame frame, int row) {
    for (int i = 0; i < values.size(); i++) {
      Outside it = values.get(i);
      Slot slot = it.slot();
      int at = cursor.positionsAt(it.place(), row, slot.axis(), 1);
      int count = frame.count(slot);
      System.arraycopy(frame.array(slot), frame.at(slot), cursor.array(it.place()), at, count);
      Arrays.fill(
          cursor.array(it.place()), at + count, at + cursor.reach().positions(slot.axis()), 0);
    }
  }

  private static void sink(
      MemoryProgram.Sink sink, int buffer, Cursor cursor, MemoryFrame frame, int row) {
    TensorBackend backend = frame.backend();
    switch (sink) {
      case MemoryProgram.MemorySink it -> {
        Slot x = it.x();
        Place place = new Place(buffer, Place.Rows.BATCH, x.columns(), 0);
        int at = cursor.positionsAt(place, row, x.axis(), x.columns());
        float[] to = cursor.array(place);
        backend.binary(
            BinaryFunction.ADD, to, at, frame.array(x), frame.at(x), to, at, frame.count(x));
      }
      case MemoryProgram.OuterSink it -> {
        int n = it.row().columns();
        Place place = new Place(buffer, Place.Rows.BATCH, n, 0);
        backend.addOuter(
            frame.rows(it.weights()),
            n,
            frame.array(it.weights()),
            frame.at(it.weights()),
            frame.array(it.row()),
            frame.at(it.row()),
            cursor.array(place),
            cursor.positionsAt(place, row, it.weights().axis(), n),
            n);
      }
      case MemoryProgram.ColumnSink it -> {
        int n = it.x().columns();
        Place place = new Place(buffer, Place.Rows.BATCH, n, 0);
        backend.sumColumns(
            frame.rows(it.x()),
            n,
            frame.array(it.x()),
            frame.at(it.x()),
            n,
            true,
            cursor.array(place),
            cursor.at(place, row));
      }
      case MemoryProgram.WeightedSink it -> {
        int n = it.x().columns();
        Place place = new Place(buffer, Place.Rows.BATCH, n, 0);
        backend.weightedRows(
            frame.rows(it.x()),
            n,
            frame.array(it.weights()),
            frame.at(it.weights()),
            frame.array(it.x()),
            frame.at(it.x()),
            n,
            true,
            cursor.array(place),
            cursor.at(place, row));
      }
    }
  }
}
