package dev.comporta.cells.plan;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.tensor.DryTape;
import dev.comporta.tensor.Tape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cell's step, traced and compiled: runs whole sequences. A plan does not depend on the number of
 * timesteps or rows. It belongs to one runner, because it keeps the packed parameters.
 */
public final class CellPlan {
  private final Cell cell;
  private final Compiled compiled;
  private final List<String> observable;
  private final List<MemorySpec> memories;
  private final List<Plane.Block> hoistedBlocks;
  private final List<Plane.Block> forwardBlocks;
  private final List<Plane.Block> backwardBlocks;
  private final Map<Plane.Block, PackedMatrix> matrices = new HashMap<>();

  /** What {@link #matrices} hold, or null if nobody knows. */
  private @Nullable Packed packed;

  private CellPlan(
      Cell cell, Compiled compiled, List<String> observable, List<MemorySpec> memories) {
    this.cell = cell;
    this.observable = observable;
    this.memories = memories;
    this.compiled = compiled;
    this.hoistedBlocks =
        compiled.hoisted().stream()
            .flatMap(hoisted -> hoisted.sum().hoisted().stream())
            .map(Plane.HoistedProduct::right)
            .toList();
    this.forwardBlocks = compiled.forward().blocks();
    this.backwardBlocks = compiled.backward().blocks();
  }

  /**
   * Traces and compiles a step.
   *
   * @param cell the cell
   * @param training whether its masks are drawn
   * @param backward whether gradients will be asked for
   * @return the plan
   * @throws dev.comporta.api.tensor.UntraceableException if no plan can be made, with the reason
   */
  public static CellPlan of(Cell cell, boolean training, boolean backward) {
    return of(cell, training, backward, Set.of(), List.of());
  }

  /**
   * Traces and compiles a step whose observed values are asked for.
   *
   * @param cell the cell
   * @param training whether its masks are drawn
   * @param backward whether gradients will be asked for
   * @param observed names that the step gives to {@link dev.comporta.api.cell.StepContext#observe};
   *     others are passed over
   * @param memories the forms of the memories that the step reads
   * @return the plan
   * @throws dev.comporta.api.tensor.UntraceableException if no plan can be made, with the reason
   */
  public static CellPlan of(
      Cell cell,
      boolean training,
      boolean backward,
      Set<String> observed,
      List<MemorySpec> memories) {
    StepTrace trace = StepTrace.of(cell, training, memories);
    return new CellPlan(
        cell,
        Compiler.compile(trace, backward, observed),
        List.copyOf(trace.observed().keySet()),
        memories);
  }

  /**
   * What the step names.
   *
   * @return the names of all values that can be observed
   */
  public List<String> observable() {
    return observable;
  }

  /**
   * Which values of the parameters a plan has packed.
   *
   * @param prefix put before the names of the cell's parameters in the model: one cell may be part
   *     of several layers
   * @param version of the model's parameters
   */
  public record Packed(String prefix, long version) {}

  /**
   * Runs the plan over a batch of sequences.
   *
   * @param tape where results and gradients go
   * @param parameters the cell's parameters by name
   * @param random the stream of the masks
   * @param input features with lengths
   * @param initial the state before the first timestep
   * @param reverse from the last timestep of each row to its first
   * @param given the memories by name
   * @param wanted the parameters' values, to pack them once for many runs; null to pack them now,
   *     such as under a mask
   * @param observer given the observed values {@code [T, B, n]} by name, zeros at padding
   * @return outputs (zeros at padding) and the state after the last timestep of each row
   */
  public Layer.Output run(
      Tape tape,
      Function<String, Tensor> parameters,
      RandomSource random,
      Sequence input,
      CellState initial,
      boolean reverse,
      Map<String, Memory> given,
      @Nullable Packed wanted,
      BiConsumer<String, float[]> observer) {
    RowLayout rows = new RowLayout(input.timesteps(), input.batch(), input.lengths(), reverse);
    Positions positions = compiled.splitter().groups().positions();
    Memories remembered = new Memories(tape, positions, memories, given, rows);
    NodeValues values = new NodeValues(tape, parameters, input.values(), rows, random, remembered);
    SequenceRun run = new SequenceRun(this, tape, rows, values, remembered.reach());
    boolean pack = wanted == null || !wanted.equals(packed);
    packed = pack ? null : packed; // a run that fails may have packed some
    Layer.Output output = run.forward(input, initial, pack);
    packed = wanted;
    compiled.observed().forEach((name, place) -> observer.accept(name, run.observed(place)));
    return output;
  }

  /**
   * What the planner made of the step.
   *
   * @param inputGradient whether a gradient flows into the input
   * @return a description for readers
   */
  public PlanDescription describe(boolean inputGradient) {
    return new PlanDescriber(compiled).describe(inputGradient);
  }

  /**
   * Takes what {@link #run} takes, without computing.
   *
   * @param tape counts
   * @param parameters the cell's parameters by name
   * @param input features with lengths
   * @param initial the state before the first timestep
   * @param reverse from the last timestep of each row to its first
   * @param threads that share the work
   * @return outputs and the state after the last timestep
   */
  public Layer.Output forecast(
      DryTape tape,
      Function<String, Tensor> parameters,
      Sequence input,
      CellState initial,
      boolean reverse,
      int threads) {
    RowLayout rows = new RowLayout(input.timesteps(), input.batch(), input.lengths(), reverse);
    return new DryRun(this, tape, rows, parameters, input, threads).forward(initial);
  }

  /**
   * The floats of packed matrices that a training by this plan comes to hold.
   *
   * @param backend whose layout they have
   * @return floats, padding included
   */
  public long packedForecast(TensorBackend backend) {
    return PackedForecast.of(compiled, backend);
  }

  /**
   * The floats of packed matrices held now.
   *
   * @return floats, padding included
   */
  public long packedFloats() {
    long floats = 0;
    for (PackedMatrix matrix : matrices.values()) {
      floats += matrix.capacity();
    }
    return floats;
  }

  Cell cell() {
    return cell;
  }

  Compiled compiled() {
    return compiled;
  }

  /** The right operands of the products of inputs. */
  List<Plane.Block> hoistedBlocks() {
    return hoistedBlocks;
  }

  /** The right operands of the products of the forward program. */
  List<Plane.Block> forwardBlocks() {
    return forwardBlocks;
  }

  /** The right operands of the products of the backward program. */
  List<Plane.Block> backwardBlocks() {
    return backwardBlocks;
  }

  /** Room for a packed block, made once. */
  PackedMatrix matrix(Plane.Block block, TensorBackend backend) {
    @Nullable PackedMatrix present = matrices.get(block);
    if (present == null) {
      present = backend.packed(block.rows(), block.columns());
      matrices.put(block, present);
    }
    return present;
  }

  Map<Plane.Block, PackedMatrix> matrices() {
    return matrices;
  }
}
