package dev.comporta.cells.plan;

import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One timestep of a stack of layers, compiled for inference, with its parameters copied and packed.
 * Immutable: any number of streams on any number of threads share it.
 */
public final class StreamPlan {
  private final TensorBackend backend;
  private final Compiled compiled;
  private final Map<Plane.Block, PackedMatrix> matrices = new HashMap<>();
  private final Map<Node, TapeTensor> vectors = new HashMap<>();

  /** Values of parameters and constants alone that have one row for each stream, all equal. */
  private final Map<Node, TapeTensor> repeated = new HashMap<>();

  private final Map<String, float[]> initial = new LinkedHashMap<>();
  private final int inputSize;

  /** The program for a single stream, and the buffers that it wants side by side. */
  private final Program single;

  private final List<List<Place>> neighbours;

  /**
   * Traces and compiles a stack, and copies its parameters.
   *
   * @param layers the layers by the prefix of their parameters and states
   * @param inputSize the features of the first layer's input
   * @param parameters the model's parameters
   * @param backend computes
   * @throws dev.comporta.api.tensor.UntraceableException if a layer needs more than the timestep
   */
  public StreamPlan(
      Map<String, Layer> layers, int inputSize, Parameters parameters, TensorBackend backend) {
    this.backend = backend;
    this.inputSize = inputSize;
    this.compiled = Compiler.compile(StreamTrace.of(layers, inputSize), false);
    float[] frozen = parameters.values().clone();
    Tape tape = new Tape(backend, Workers.ALONE);
    tape.setRecording(false);
    RowLayout rows = new RowLayout(1, 1, null, false);
    NodeValues values =
        new NodeValues(
            tape,
            name -> {
              Parameter parameter = parameters.get(name);
              return tape.constant(parameter.shape(), frozen, parameter.offset());
            },
            tape.filled(Shape.of(1, 1, inputSize), 0),
            rows,
            new CounterRandom(0),
            Memories.none(tape, rows));
    pack(values);
    RowFusion fusion = new RowFusion(backend, values::of);
    this.single = fusion.fuse(compiled.forward());
    this.neighbours = fusion.runs();
    for (Map.Entry<Object, Integer> entry :
        compiled.buffers().keys(Buffers.Kind.VECTOR).entrySet()) {
      Node node = (Node) entry.getKey();
      vectors.put(node, values.of(node));
    }
    for (Object key : compiled.buffers().keys(Buffers.Kind.BEFORE).keySet()) {
      Node node = (Node) key;
      if (node.leaf() != Node.Leaf.INPUT) {
        repeated.put(node, values.of(node));
      }
    }
    layers.forEach((prefix, layer) -> addInitial(prefix, layer, parameters));
  }

  private void pack(NodeValues values) {
    for (Program.Region region : compiled.forward().regions()) {
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof Instruction.Products products) {
          for (Plane.Block block : products.right()) {
            matrices.computeIfAbsent(block, absent -> packed(block, values.of(block.node())));
          }
        }
      }
    }
  }

  private PackedMatrix packed(Plane.Block block, TapeTensor right) {
    PackedMatrix matrix = backend.packed(block.rows(), block.columns());
    backend.pack(
        matrix,
        block.transposed(),
        right.data(),
        right.offset() + block.offset(right.shape().columns()),
        right.shape().columns());
    return matrix;
  }

  private void addInitial(String prefix, Layer layer, Parameters parameters) {
    for (StateSpec part : layer.carry()) {
      String learned = part.initial();
      initial.put(
          prefix + part.name(),
          learned == null ? new float[part.size()] : parameters.copy(prefix + learned));
    }
  }

  /**
   * A stream, at its start.
   *
   * @param rows how many streams are stepped together
   * @return the streams' state, for one thread at a time
   */
  public Stream stream(int rows) {
    return new Stream(rows);
  }

  /**
   * The size of a timestep's input.
   *
   * @return features
   */
  public int inputSize() {
    return inputSize;
  }

  /**
   * The size of a timestep's output.
   *
   * @return features
   */
  public int outputSize() {
    return compiled.output().width();
  }

  private static boolean isInput(Buffers.Buffer buffer) {
    return ((Node) buffer.key()).leaf() == Node.Leaf.INPUT;
  }

  /** The state of some streams and the scratch to step them. */
  public final class Stream {
    private final int rows;
    private final Program program;
    private final float[][] arrays;
    private final int[] starts;
    private final Cursor cursor;
    private final int input;
    private final Place output;
    private final Map<String, Integer> states = new LinkedHashMap<>();
    private int current;

    private Stream(int rows) {
      this.rows = rows;
      this.program = rows == 1 ? single : compiled.forward();
      int count = compiled.buffers().all().size();
      this.arrays = new float[count][];
      this.starts = new int[count];
      int[] scratchStart = new int[count];
      float[] arena = new float[layOut(scratchStart)];
      int inputBuffer = -1;
      for (int i = 0; i < count; i++) {
        Buffers.Buffer buffer = compiled.buffers().all().get(i);
        arrays[i] = arena;
        starts[i] = scratchStart[i];
        switch (buffer.kind()) {
          case STATE -> states.put((String) buffer.key(), i);
          case BEFORE -> {
            if (isInput(buffer)) {
              inputBuffer = i;
            } else {
              repeat(i, repeated.get((Node) buffer.key()));
            }
          }
          case VECTOR -> bind(i, vectors.get((Node) buffer.key()));
          default -> {}
        }
      }
      this.input = inputBuffer;
      this.output = compiled.output();
      this.cursor =
          new Cursor(backend, new Cursor.Binding(arrays, starts, matrices), arena, scratchStart);
      reset();
    }

    private void bind(int buffer, @Nullable TapeTensor tensor) {
      if (tensor == null) {
        throw new IllegalStateException("no value for buffer " + buffer);
      }
      arrays[buffer] = tensor.data();
      starts[buffer] = tensor.offset();
    }

    private void repeat(int buffer, @Nullable TapeTensor row) {
      if (row == null) {
        throw new IllegalStateException("no value for buffer " + buffer);
      }
      int width = row.shape().count();
      for (int i = 0; i < rows; i++) {
        System.arraycopy(
            row.data(), row.offset(), arrays[buffer], starts[buffer] + i * width, width);
      }
    }

    /** Room for every buffer, in one array with slack for a vector at its end. */
    private int layOut(int[] offsets) {
      int piece = program.mostPieceRows(rows);
      int size = 0;
      boolean[] placed = new boolean[offsets.length];
      if (rows == 1) {
        for (List<Place> run : neighbours) {
          for (Place place : run) {
            offsets[place.buffer()] = size;
            placed[place.buffer()] = true;
            size += RowFusion.aligned(place.width());
          }
        }
      }
      for (int i = 0; i < offsets.length; i++) {
        if (placed[i]) {
          continue;
        }
        Buffers.Buffer buffer = compiled.buffers().all().get(i);
        offsets[i] = size;
        size +=
            switch (buffer.kind()) {
              case TIMESTEPS, TILE -> rows * buffer.width();
              case STATE -> 2 * rows * buffer.width();
              case PIECE -> piece * buffer.width();
              case BEFORE -> isInput(buffer) ? 0 : rows * buffer.width();
              default -> 0;
            };
        size = RowFusion.aligned(size);
      }
      return size + RowFusion.ALIGNMENT;
    }

    /** Back to the start. */
    public void reset() {
      current = 0;
      states.forEach((name, buffer) -> {
        float[] start = initial.get(name);
        if (start != null) {
          for (int row = 0; row < rows; row++) {
            int at = starts[buffer] + row * start.length;
            System.arraycopy(start, 0, arrays[buffer], at, start.length);
          }
        }
      });
    }

    /**
     * One timestep.
     *
     * @param from the input {@code [rows, inputSize]}
     * @param fromOffset where it starts
     * @param to the output {@code [rows, outputSize]}
     * @param toOffset where it starts
     */
    public void step(float[] from, int fromOffset, float[] to, int toOffset) {
      if (input >= 0) {
        arrays[input] = from;
        starts[input] = fromOffset;
      }
      cursor.moveTo(0, current * rows, (1 - current) * rows, 0);
      program.run(cursor, 0, rows);
      System.arraycopy(
          cursor.array(output), cursor.at(output, 0), to, toOffset, rows * output.width());
      current = 1 - current;
    }

    /**
     * Floats of a snapshot.
     *
     * @return rows times the sizes of all states
     */
    public int stateSize() {
      int size = 0;
      for (int buffer : states.values()) {
        size += rows * compiled.buffers().all().get(buffer).width();
      }
      return size;
    }

    /**
     * Copies the state out.
     *
     * @param to {@link #stateSize} floats
     */
    public void save(float[] to) {
      int at = 0;
      for (int buffer : states.values()) {
        int count = rows * compiled.buffers().all().get(buffer).width();
        System.arraycopy(arrays[buffer], starts[buffer] + current * count, to, at, count);
        at += count;
      }
    }

    /**
     * Copies the state in.
     *
     * @param from {@link #stateSize} floats
     */
    public void restore(float[] from) {
      int at = 0;
      for (int buffer : states.values()) {
        int count = rows * compiled.buffers().all().get(buffer).width();
        System.arraycopy(from, at, arrays[buffer], starts[buffer] + current * count, count);
        at += count;
      }
    }
  }
}
