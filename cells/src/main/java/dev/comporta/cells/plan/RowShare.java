package dev.comporta.cells.plan;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The program of a single row, or of a share of its columns, in two forms that give the same bits:
 * for a timestep by itself, and for one of many whose products of inputs were done for all of them
 * at once. Both multiply by the same packed matrices.
 */
final class RowShare {
  private final Program alone;
  private final Program among;
  private final List<List<Place>> neighbours;
  private final List<Prepared> prepared = new ArrayList<>();
  private final Map<Plane.Block, PackedMatrix> matrices = new HashMap<>();
  private final @Nullable Place input;
  private int preparedWidth;

  /**
   * Fuses and packs.
   *
   * @param program what to compute, products of inputs before others
   * @param input where the input lies, or null if the program does not read it
   * @param backend packs
   * @param values of parameters and constants
   */
  RowShare(
      Program program,
      @Nullable Place input,
      TensorBackend backend,
      Function<Node, TapeTensor> values) {
    this.input = input;
    RowFusion fusion = new RowFusion(backend, values);
    this.alone = fusion.fuse(program);
    this.neighbours = fusion.runs();
    for (Plane.Block block : alone.blocks()) {
      matrices.put(block, pack(block, backend, values.apply(block.node())));
    }
    List<Program.Region> regions = new ArrayList<>();
    for (Program.Region region : alone.regions()) {
      List<Instruction> instructions = region.instructions().stream().map(this::amongMany).toList();
      regions.add(new Program.Region(instructions, region.products(), region.width()));
    }
    this.among = new Program(regions);
  }

  /**
   * Products of inputs that are done for many timesteps at once.
   *
   * @param right the right operands, summed
   * @param bias where the sums start
   * @param column where the sums go in a prepared row
   */
  @SuppressWarnings("ArrayRecordComponent") // made once, never compared
  private record Prepared(List<PackedMatrix> right, float[] bias, int column) {}

  private Instruction amongMany(Instruction instruction) {
    if (!(instruction instanceof RowFusion.Merged merged)) {
      return instruction;
    }
    int inputs = 0;
    while (inputs < merged.left().size() && merged.left().get(inputs).equals(input)) {
      inputs++;
    }
    if (inputs == 0) {
      return instruction;
    }
    int column = preparedWidth;
    preparedWidth += merged.width();
    prepared.add(new Prepared(merged.right().subList(0, inputs), merged.bias(), column));
    return new RowFusion.Continued(
        List.copyOf(merged.left().subList(inputs, merged.left().size())),
        List.copyOf(merged.right().subList(inputs, merged.right().size())),
        column,
        merged.y(),
        merged.width());
  }

  /** A right operand by itself. */
  static PackedMatrix pack(Plane.Block block, TensorBackend backend, TapeTensor right) {
    PackedMatrix matrix = backend.packed(block.rows(), block.columns());
    backend.pack(
        matrix,
        block.transposed(),
        right.data(),
        right.offset() + block.offset(right.shape().columns()),
        right.shape().columns());
    return matrix;
  }

  /** The right operands of products that were not merged. */
  Map<Plane.Block, PackedMatrix> matrices() {
    return matrices;
  }

  /** For a timestep by itself. */
  Program alone() {
    return alone;
  }

  /** For a timestep whose sums were begun by {@link #prepare}. */
  Program among() {
    return among;
  }

  /** Runs of buffers that must lie side by side. */
  List<List<Place>> neighbours() {
    return neighbours;
  }

  /** Floats that {@link #prepare} writes for each timestep. */
  int preparedWidth() {
    return preparedWidth;
  }

  /**
   * Begins the sums of many timesteps.
   *
   * @param from inputs {@code [timesteps, size]}
   * @param size of an input
   * @param to receives {@code [timesteps, preparedWidth]}
   */
  void prepare(
      TensorBackend backend, float[] from, int fromOffset, int size, int timesteps, float[] to) {
    for (int i = 0; i < prepared.size(); i++) {
      Prepared sums = prepared.get(i);
      for (int j = 0; j < sums.right().size(); j++) {
        backend.multiplyPacked(
            false,
            i > 0 || j > 0,
            timesteps,
            from,
            fromOffset,
            size,
            sums.right().get(j),
            j == 0 ? sums.bias() : null,
            0,
            j > 0,
            to,
            sums.column(),
            preparedWidth);
      }
    }
  }
}
