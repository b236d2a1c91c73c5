package dev.comporta.cells.plan.stream;

import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.plan.compile.Compiler;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Products;
import dev.comporta.cells.plan.program.Program;
import dev.comporta.cells.plan.program.Value;
import dev.comporta.cells.plan.run.Memories;
import dev.comporta.cells.plan.run.RowLayout;
import dev.comporta.cells.plan.run.TapeValues;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One timestep of one layer, compiled for inference, with packed parameters. Thread-safe: any
 * number of streams on any number of threads may share it.
 */
final class StreamLayer {
  /**
   * The number of multiply-adds of a timestep from which its columns are divided into shares for
   * several threads; below it, synchronisation costs more than it saves.
   */
  static final int LEAST_SHARED = 48_000;

  /** The number of multiply-adds from which one thread runs a timestep as a sequence of shares. */
  private static final int LEAST_APART = 200_000;

  private final TensorBackend backend;
  private final Compiled compiled;
  private final int inputSize;

  /** The program for several rows. */
  private final Program group;

  private final TapeValues values;

  /** The matrices of {@link #group}, packed when a group of streams first runs. */
  private final Map<Block, PackedMatrix> matrices = new HashMap<>();

  private final Map<Value, TapeTensor> vectors = new HashMap<>();

  /** Values that depend on parameters and constants only, with one equal row per stream. */
  private final Map<Value, TapeTensor> repeated = new HashMap<>();

  private final Map<String, float[]> initial = new LinkedHashMap<>();
  private final List<RowShare> shares = new ArrayList<>();

  /**
   * The program of the whole row; null for a large layer with shares, whose matrices it would
   * duplicate.
   */
  private final @Nullable RowShare single;

  private final long work;

  /**
   * Traces and compiles a layer.
   *
   * @param prefix the prefix of its parameters and states
   * @param layer the layer
   * @param inputSize the number of input features
   * @param parameters the model's parameters
   * @param frozen the copy of their values that streams use
   * @param backend computes the primitives
   * @param threads the number of threads that may share a timestep
   * @throws dev.comporta.api.tensor.UntraceableException if it needs more than one timestep
   */
  StreamLayer(
      String prefix,
      Layer layer,
      int inputSize,
      Parameters parameters,
      float[] frozen,
      TensorBackend backend,
      int threads) {
    this.backend = backend;
    this.inputSize = inputSize;
    this.compiled = Compiler.compile(Map.of(prefix, layer), inputSize);
    Tape tape = new Tape(backend, Workers.ALONE);
    tape.setRecording(false);
    RowLayout row = new RowLayout(1, 1, null, false);
    this.values =
        new TapeValues(
            tape,
            name -> {
              Parameter parameter = parameters.get(name);
              return tape.constant(parameter.shape(), frozen, parameter.offset());
            },
            tape.filled(Shape.of(1, 1, inputSize), 0),
            row,
            new CounterRandom(0),
            Memories.none(tape, row));
    Place input = input();
    this.group = inputsFirst(compiled.forward(), input);
    this.work = work(group);
    for (Program program : cut(work < LEAST_SHARED ? 1 : threads)) {
      shares.add(new RowShare(program, input, backend, values::of));
    }
    this.single =
        shares.isEmpty() || work < LEAST_APART
            ? new RowShare(group, input, backend, values::of)
            : null;
    compiled
        .buffers()
        .each(Buffer.Vector.class, (it, number) -> vectors.put(it.value(), values.of(it.value())));
    compiled
        .buffers()
        .each(
            Buffer.Before.class,
            (it, number) -> {
              if (!it.value().isInput()) {
                repeated.put(it.value(), values.of(it.value()));
              }
            });
    for (StateSpec part : layer.carry()) {
      String learned = part.initial();
      initial.put(
          prefix + part.name(),
          learned == null ? new float[part.size()] : parameters.copy(prefix + learned));
    }
  }

  private @Nullable Place input() {
    List<Buffer> buffers = compiled.buffers().all();
    for (int i = 0; i < buffers.size(); i++) {
      if (buffers.get(i) instanceof Buffer.Before before && before.value().isInput()) {
        return new Place(i, Place.Rows.TIMESTEP, inputSize, 0);
      }
    }
    return null;
  }

  /** The shares of the single row's program; empty if it is not divided. */
  private List<Program> cut(int count) {
    List<Program> programs = new ArrayList<>();
    for (int share = 0; count > 1 && share < count; share++) {
      Program program = Shares.of(compiled.buffers(), group, share, count);
      if (program == null) {
        return List.of();
      }
      programs.add(program);
    }
    return programs;
  }

  /** The number of multiply-adds per row. */
  private static long work(Program program) {
    long products = 0;
    for (Program.Region region : program.regions()) {
      for (Instruction instruction : region.instructions()) {
        if (!instruction.blocks().isEmpty()) {
          products += instruction.cost(region.width(), new int[0]);
        }
      }
    }
    return products;
  }

  /**
   * Moves the products of the input to the start of each sum, so that they can be computed for many
   * timesteps at once.
   */
  private static Program inputsFirst(Program program, @Nullable Place input) {
    if (input == null) {
      return program;
    }
    List<Program.Region> regions = new ArrayList<>();
    for (Program.Region region : program.regions()) {
      List<Instruction> instructions = new ArrayList<>();
      for (Instruction instruction : region.instructions()) {
        instructions.add(
            instruction instanceof Products products
                ? inputsFirst(products, input, instructions)
                : instruction);
      }
      regions.add(new Program.Region(instructions, region.products(), region.width()));
    }
    return new Program(regions);
  }

  private static Products inputsFirst(Products it, Place input, List<Instruction> before) {
    List<Place> left = new ArrayList<>();
    List<Block> right = new ArrayList<>();
    for (boolean first : new boolean[] {true, false}) {
      for (int i = 0; i < it.left().size(); i++) {
        if (it.left().get(i).equals(input) == first) {
          left.add(it.left().get(i));
          right.add(it.right().get(i));
        }
      }
    }
    return new Products(
        left,
        right,
        it.bias(),
        it.biasVector(),
        it.accumulate(),
        Products.endWith(before, left.getFirst()),
        it.y());
  }

  TensorBackend backend() {
    return backend;
  }

  Compiled compiled() {
    return compiled;
  }

  int inputSize() {
    return inputSize;
  }

  int outputSize() {
    return compiled.output().width();
  }

  /** The program for several rows. */
  Program group() {
    return group;
  }

  /** The right operands of the program for several rows. */
  synchronized Map<Block, PackedMatrix> matrices() {
    if (matrices.isEmpty()) {
      for (Block block : group.blocks()) {
        TapeTensor right = values.of(block.value());
        PackedMatrix matrix = backend.packed(block.rows(), block.columns());
        int stride = right.shape().columns();
        int from = right.offset() + block.offset(stride);
        backend.pack(matrix, block.transposed(), right.data(), from, stride);
        matrices.put(block, matrix);
      }
    }
    return matrices;
  }

  /** The program for one row in shares of its columns for several threads; may be empty. */
  List<RowShare> shares() {
    return shares;
  }

  /** The program for one row, or null if only its shares are kept. */
  @Nullable RowShare single() {
    return single;
  }

  /** The number of multiply-adds of one row. */
  long work() {
    return work;
  }

  /** The initial states by name. */
  Map<String, float[]> initial() {
    return initial;
  }

  /** The buffers of the states that are left operands of products. */
  List<Integer> multipliedStates() {
    List<Integer> found = new ArrayList<>();
    for (Program.Region region : group.regions()) {
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof Products products) {
          for (Place place : products.left()) {
            if (place.rows() == Place.Rows.BEFORE && !found.contains(place.buffer())) {
              found.add(place.buffer());
            }
          }
        }
      }
    }
    return found;
  }

  TapeTensor vector(Buffer.Vector buffer) {
    return known(vectors.get(buffer.value()), buffer);
  }

  TapeTensor repeated(Buffer.Before buffer) {
    return known(repeated.get(buffer.value()), buffer);
  }

  private static TapeTensor known(@Nullable TapeTensor value, Buffer buffer) {
    if (value == null) {
      throw new IllegalStateException("no value for " + buffer);
    }
    return value;
  }
}
