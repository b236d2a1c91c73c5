package dev.comporta.cells.plan.run;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.Cursor;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Program;
import dev.comporta.cells.plan.program.Reach;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a plan over one batch of sequences: binds buffers, runs the loop and returns the
 * results.
 */
public final class SequenceRun {
  /** The number of multiply-adds, or of floats to copy, below which work is not shared. */
  private static final long LEAST_SHARED_WORK = 1 << 18;

  /** The smallest tile whose products of inputs may be computed inside the loop. */
  private static final int LEAST_INSIDE_TILE = 8;

  /** The floats of matrices that stay in the L2 cache of a thread together with its tile. */
  private static final int MOST_INSIDE_FLOATS = 1 << 17;

  private final Compiled compiled;
  private final PlanMatrices matrices;
  private final List<StateSpec> parts;
  private final Tape tape;
  private final TensorBackend backend;
  private final RowLayout rows;
  private final TapeValues values;
  private final Reach reach;
  private final float[][] arrays;
  private final int[] starts;
  private final HoistedSums hoisted;

  public SequenceRun(
      Compiled compiled,
      PlanMatrices matrices,
      List<StateSpec> parts,
      Tape tape,
      RowLayout rows,
      TapeValues values,
      Reach reach) {
    this.compiled = compiled;
    this.matrices = matrices;
    this.parts = parts;
    this.tape = tape;
    this.backend = tape.backend();
    this.rows = rows;
    this.values = values;
    this.reach = reach;
    int count = compiled.buffers().all().size();
    this.arrays = new float[count][];
    this.starts = new int[count];
    this.hoisted = new HoistedSums(this, compiled, matrices);
  }

  RowLayout rows() {
    return rows;
  }

  TapeValues values() {
    return values;
  }

  Tape tape() {
    return tape;
  }

  /**
   * Runs the forward program.
   *
   * @param pack whether the plan's packed matrices are stale
   */
  public Layer.Output forward(Sequence input, CellState initial, boolean pack) {
    bindForward(initial);
    if (pack) {
      pack(matrices.forward());
    }
    hoisted.prepare();
    if (pack) {
      pack(matrices.hoisted());
    }
    boolean inside = hoistsInside();
    if (!inside) {
      hoisted.computeAll(floats(matrices.hoisted()));
    }
    loop(compiled.forward(), true, inside);
    if (!tape.computes()) {
      count(describe().forward(), compiled.forward());
    }
    TapeTensor output = output(input);
    Map<String, TapeTensor> last = new LinkedHashMap<>();
    Map<String, Tensor> after = new LinkedHashMap<>();
    for (StateSpec part : parts) {
      TapeTensor state = lastState(part);
      last.put(part.name(), state);
      after.put(part.name(), state);
    }
    if (tape.recording()) {
      BackwardRun backward = new BackwardRun(this, compiled, output, last, initial);
      tape.record(backward::run);
    }
    return new Layer.Output(input.withValues(output), CellState.of(after));
  }

  // ---- storage --------------------------------------------------------------------------------

  private void bindForward(CellState initial) {
    List<Buffer> buffers = compiled.buffers().all();
    for (int i = 0; i < buffers.size(); i++) {
      Buffer buffer = buffers.get(i);
      switch (buffer) {
        case Buffer.Timesteps it -> allocate(i, rows.total(), it.width());
        case Buffer.State it -> {
          allocate(i, (long) rows.total() + rows.batch(), it.width());
          start(i, it.width(), (TapeTensor) initial.get(it.name()));
        }
        case Buffer.Before it -> bind(i, values.of(it.value()));
        case Buffer.SequenceMask it -> bind(i, values.of(it.value()));
        case Buffer.OfMemory it -> bind(i, values.of(it.value()));
        case Buffer.Vector it -> bind(i, values.of(it.value()));
        case Buffer.Positions it -> allocate(i, rows.total(), positions(it));
        case Buffer.Past it -> {
          allocate(i, (long) rows.total() + rows.batch(), positions(it));
          start(i, positions(it), (TapeTensor) initial.get(it.name()));
        }
        case Buffer.PastCotangent it -> allocate(i, rows.batch(), positions(it));
        case Buffer.PastCotangentNext it -> allocate(i, rows.batch(), positions(it));
        case Buffer.StateCotangent it -> allocate(i, rows.batch(), it.width());
        case Buffer.OutputCotangent _,
            Buffer.OfMemoryGradient _,
            Buffer.RowGradient _,
            Buffer.Tile _,
            Buffer.Piece _ -> {}
      }
    }
  }

  private int positions(Buffer.WithPositions buffer) {
    return reach.positions(buffer.axis());
  }

  void allocate(int buffer, long height, int width) {
    starts[buffer] = tape.workspace().take(height * width);
    arrays[buffer] = tape.workspace().array();
  }

  void bind(int buffer, TapeTensor tensor) {
    arrays[buffer] = tensor.data();
    starts[buffer] = tensor.offset();
  }

  float[] array(int buffer) {
    return arrays[buffer];
  }

  int start(int buffer) {
    return starts[buffer];
  }

  /** The index of the first row of a place of all timesteps. */
  int first(Place place) {
    int shift = place.rows() == Place.Rows.AFTER ? rows.afterRows() * place.width() : 0;
    return starts[place.buffer()] + shift;
  }

  private void start(int buffer, int width, TapeTensor initial) {
    if (!tape.computes()) {
      return;
    }
    for (int place = 0; place < rows.batch(); place++) {
      System.arraycopy(
          initial.data(),
          initial.offset() + rows.rowAt(place) * width,
          arrays[buffer],
          starts[buffer] + (rows.initialStart() + place) * width,
          width);
    }
  }

  // ---- matrices -------------------------------------------------------------------------------

  /** Packs the matrices of the backward program. */
  void packBackward() {
    pack(matrices.backward());
  }

  /** Packs the right operands of a program's products, once for each run. */
  private void pack(List<Block> blocks) {
    // Allocated before the tasks start; the tasks only fill them.
    blocks.forEach(block -> matrices.of(block, tape));
    blocks.forEach(block -> values.of(block.value()));
    share(blocks.size(), floats(blocks), task -> packInto(blocks.get(task)));
  }

  private static long floats(List<Block> blocks) {
    long floats = 0;
    for (Block block : blocks) {
      floats += (long) block.rows() * block.columns();
    }
    return floats;
  }

  /** Runs tasks on all threads, or on this one if waking the others costs more than it saves. */
  void share(int tasks, long work, IntConsumer task) {
    boolean alone = work < LEAST_SHARED_WORK && tape.computes();
    Workers workers = alone ? Workers.ALONE : tape.workers();
    workers.run(tasks, task);
  }

  private PackedMatrix packInto(Block block) {
    PackedMatrix matrix = matrices.of(block, tape);
    TapeTensor right = values.of(block.value());
    int stride = right.shape().columns();
    int from = right.offset() + block.offset(stride);
    backend.pack(matrix, block.transposed(), right.data(), from, stride);
    return matrix;
  }

  // ---- before the loop ------------------------------------------------------------------------

  /**
   * Whether each tile computes its products of inputs timestep by timestep, just before they are
   * needed, so that all matrices stay in the L2 cache and the sums in the L1 cache. The bits are
   * the same.
   */
  private boolean hoistsInside() {
    return rows.batch() / tasks() >= LEAST_INSIDE_TILE
        && floats(matrices.hoisted()) + floats(matrices.forward()) <= MOST_INSIDE_FLOATS;
  }

  // ---- the loop over time ---------------------------------------------------------------------

  /**
   * Runs a program at every timestep: tiles of rows are independent, so each task processes one
   * tile.
   */
  void loop(Program program, boolean forwards) {
    loop(program, forwards, false);
  }

  private void loop(Program program, boolean forwards, boolean hoisting) {
    int tasks = tasks();
    int tile = (rows.batch() + tasks - 1) / Math.max(1, tasks);
    Cursor.Binding binding = new Cursor.Binding(arrays, starts, matrices.packed(), reach);
    Cursor[] cursors = new Cursor[tasks];
    for (int i = 0; i < tasks; i++) {
      cursors[i] = cursor(program, tile, binding);
    }
    if (tasks == 1) {
      cursors[0].setWorkers(tape.workers());
    }
    tape.workers()
        .run(
            tasks,
            task -> {
              int first = task * tile;
              int end = Math.min(rows.batch(), first + tile);
              Cursor cursor = cursors[task];
              for (int i = 0; i < rows.timesteps(); i++) {
                int s = forwards ? i : rows.timesteps() - 1 - i;
                int count = Math.min(end, rows.active(s)) - first;
                if (count > 0) {
                  if (hoisting) {
                    hoisted.compute(rows.timestepStart(s) + first, count);
                  }
                  cursor.moveTo(
                      rows.timestepStart(s), rows.beforeStart(s), rows.afterStart(s), first);
                  program.run(cursor, first, count);
                }
              }
            });
  }

  /** Describes the plan for this input. */
  PlanDescription describe() {
    return compiled.describe(values.input().differentiable());
  }

  /** Counts the operations of a pass at all timesteps, with those of its memory programs. */
  void count(PlanDescription.Operations described, Program program) {
    double each = described.total();
    for (Program.Region region : program.regions()) {
      for (Instruction instruction : region.instructions()) {
        each += instruction.operations(reach.positions());
      }
    }
    tape.tally().add(each * rows.total());
  }

  private int tasks() {
    return LoopTiles.count(compiled, rows, reach, tape.workers().threads());
  }

  private Cursor cursor(Program program, int tile, Cursor.Binding binding) {
    List<Buffer> buffers = compiled.buffers().all();
    int[] scratchStart = new int[buffers.size()];
    int piece = program.mostPieceRows(tile);
    long size = 0;
    for (int i = 0; i < buffers.size(); i++) {
      Buffer buffer = buffers.get(i);
      scratchStart[i] = (int) size;
      switch (buffer) {
        case Buffer.Tile it -> size += (long) tile * it.width();
        case Buffer.Piece it -> size += (long) piece * it.width();
        default -> {}
      }
    }
    int offset = tape.workspace().take(size);
    for (int i = 0; i < scratchStart.length; i++) {
      scratchStart[i] += offset;
    }
    Cursor cursor = new Cursor(backend, binding, tape.workspace().array(), scratchStart);
    cursor.setFrames(frames(program));
    return cursor;
  }

  /**
   * What instructions keep for a task. They run in sequence within a task and share their scratch
   * memory.
   */
  private Instruction.Frame[] frames(Program program) {
    List<Instruction.Framed> framed = program.framed();
    if (framed.isEmpty()) {
      return new Instruction.Frame[0];
    }
    int[] positions = reach.positions();
    int floats = 0;
    int count = 0;
    for (Instruction.Framed instruction : framed) {
      floats = Math.max(floats, instruction.scratchFloats(positions));
      count = Math.max(count, instruction.number() + 1);
    }
    int offset = tape.workspace().take(floats);
    float[] scratch = tape.workspace().array();
    Instruction.Frame[] frames = new Instruction.Frame[count];
    for (Instruction.Framed instruction : framed) {
      frames[instruction.number()] = instruction.frame(backend, scratch, offset, positions);
    }
    return frames;
  }

  // ---- results --------------------------------------------------------------------------------

  private TapeTensor output(Sequence input) {
    Place place = compiled.output();
    int width = place.width();
    Shape shape =
        Shape.of(input.timesteps(), input.batch(), width).named("timesteps", "batch", "output");
    int from = first(place);
    if (rows.isPlain()) {
      return tape.view(shape, arrays[place.buffer()], from);
    }
    TapeTensor output = tape.result(shape, true);
    if (!tape.computes()) {
      return output;
    }
    Arrays.fill(output.data(), output.offset(), output.offset() + shape.count(), 0);
    int[] sources = rows.sourceRows();
    for (int row = 0; row < sources.length; row++) {
      System.arraycopy(
          arrays[place.buffer()],
          from + row * width,
          output.data(),
          output.offset() + sources[row] * width,
          width);
    }
    return output;
  }

  /** Values of all timesteps {@code [T, B, width]}, zeros at padding. */
  public float[] observed(Place place) {
    int width =
        compiled.buffers().all().get(place.buffer()) instanceof Buffer.Positions it
            ? positions(it)
            : place.width();
    int from = first(place);
    float[] all = new float[rows.timesteps() * rows.batch() * width];
    int[] sources = rows.sourceRows();
    for (int row = 0; row < sources.length; row++) {
      System.arraycopy(
          arrays[place.buffer()], from + row * width, all, sources[row] * width, width);
    }
    return all;
  }

  private TapeTensor lastState(StateSpec part) {
    List<Buffer> buffers = compiled.buffers().all();
    for (int i = 0; i < buffers.size(); i++) {
      if (buffers.get(i) instanceof Buffer.Past past && past.name().equals(part.name())) {
        return lastState(part, i, positions(past));
      }
    }
    Place place = compiled.states().get(part.name());
    if (place == null) {
      throw new IllegalStateException("no state " + part.name());
    }
    return lastState(part, place.buffer(), part.size());
  }

  private TapeTensor lastState(StateSpec part, int buffer, int width) {
    TapeTensor last = tape.result(Shape.of(rows.batch(), width).named("batch", part.name()), true);
    if (!tape.computes()) {
      return last;
    }
    for (int at = 0; at < rows.batch(); at++) {
      System.arraycopy(
          arrays[buffer],
          starts[buffer] + rows.lastRow(at) * width,
          last.data(),
          last.offset() + rows.rowAt(at) * width,
          width);
    }
    return last;
  }

  /**
   * Binds a gradient in stored order, or zeros if there is none.
   *
   * @param copied whether to bind a copy
   */
  void bindOutputCotangent(int buffer, int width, @Nullable TapeTensor gradient, boolean copied) {
    if (gradient != null && rows.isPlain() && !copied) {
      bind(buffer, gradient);
      return;
    }
    allocate(buffer, rows.total(), width);
    if (!tape.computes()) {
      return;
    }
    if (gradient == null) {
      Arrays.fill(arrays[buffer], starts[buffer], starts[buffer] + rows.total() * width, 0);
      return;
    }
    int[] sources = rows.sourceRows();
    for (int row = 0; row < sources.length; row++) {
      System.arraycopy(
          gradient.data(),
          gradient.offset() + sources[row] * width,
          arrays[buffer],
          starts[buffer] + row * width,
          width);
    }
  }
}
