package dev.comporta.cells.plan.stream;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Program;
import dev.comporta.cells.plan.program.Value;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The program of a single row, or of a share of its columns, in two forms with the same bits: for a
 * single timestep, and for one of many timesteps whose products of inputs were computed together.
 * Both use the same packed matrices.
 */
final class RowShare {
  private final Program alone;
  private final Program among;
  private final List<List<Place>> neighbours;
  private final List<Prepared> prepared = new ArrayList<>();
  private final Map<Block, PackedMatrix> matrices = new HashMap<>();
  private final @Nullable Place input;
  private int preparedWidth;

  /**
   * Fuses the program and packs its matrices.
   *
   * @param program the program, with products of inputs before others
   * @param input the place of the input, or null if the program does not read it
   * @param backend packs the matrices
   * @param values the values of parameters and constants
   */
  RowShare(
      Program program,
      @Nullable Place input,
      TensorBackend backend,
      Function<Value, TapeTensor> values) {
    this.input = input;
    RowFusion fusion = new RowFusion(backend, values);
    this.alone = fusion.fuse(program);
    this.neighbours = fusion.runs();
    for (Block block : alone.blocks()) {
      TapeTensor right = values.apply(block.value());
      int stride = right.shape().columns();
      matrices.put(
          block,
          backend.packFrozen(
              block.rows(),
              block.columns(),
              block.transposed(),
              right.data(),
              right.offset() + block.offset(stride),
              stride));
    }
    List<Program.Region> regions = new ArrayList<>();
    for (Program.Region region : alone.regions()) {
      List<Instruction> instructions = region.instructions().stream().map(this::amongMany).toList();
      regions.add(new Program.Region(instructions, region.products(), region.width()));
    }
    this.among = new Program(regions);
  }

  /**
   * Products of inputs that are computed for many timesteps at once.
   *
   * @param right the right operands, whose products are summed
   * @param bias the initial values of the sums
   * @param column the column of the sums in a prepared row
   */
  @SuppressWarnings("ArrayRecordComponent") // created once and never compared
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

  /** The right operands of products that were not merged. */
  Map<Block, PackedMatrix> matrices() {
    return matrices;
  }

  /** The program for a single timestep. */
  Program alone() {
    return alone;
  }

  /** The program for a timestep whose partial sums were computed by {@link #prepare}. */
  Program among() {
    return among;
  }

  /** Sequences of buffers that must be adjacent. */
  List<List<Place>> neighbours() {
    return neighbours;
  }

  /** The floats that {@link #prepare} writes per timestep. */
  int preparedWidth() {
    return preparedWidth;
  }

  /**
   * Computes the partial sums of many timesteps.
   *
   * @param from the inputs {@code [timesteps, size]}
   * @param size the size of an input
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
