package dev.comporta.cells.plan;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.tensor.DryTape;
import dev.comporta.tensor.DryTensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Takes the same pieces from the workspace as {@link SequenceRun} and {@link BackwardRun}, in the
 * same order, without computing.
 */
final class DryRun {
  private final CellPlan plan;
  private final Compiled compiled;
  private final DryTape tape;
  private final RowLayout rows;
  private final Function<String, Tensor> parameters;
  private final Sequence input;
  private final int tile;
  private final int tasks;
  private final Map<Node, DryTensor> values = new HashMap<>();
  private final PlanDescription description;

  DryRun(
      CellPlan plan,
      DryTape tape,
      RowLayout rows,
      Function<String, Tensor> parameters,
      Sequence input,
      int threads) {
    this.plan = plan;
    this.compiled = plan.compiled();
    this.tape = tape;
    this.rows = rows;
    this.parameters = parameters;
    this.input = input;
    this.tasks = LoopTiles.count(compiled, rows, Reach.NONE, threads);
    this.tile = (rows.batch() + tasks - 1) / Math.max(1, tasks);
    this.description = plan.describe(((DryTensor) input.values()).differentiable());
  }

  Layer.Output forward(CellState initial) {
    for (Buffers.Buffer buffer : compiled.buffers().all()) {
      switch (buffer.kind()) {
        case TIMESTEPS -> take(rows.total(), buffer.width());
        case STATE -> tape.take(((long) rows.total() + rows.batch()) * buffer.width());
        case BEFORE, SEQUENCE_MASK, VECTOR -> value((Node) buffer.key());
        case STATE_COTANGENT -> take(rows.batch(), buffer.width());
        case MEMORY,
            MEMORY_GRADIENT,
            ROW_GRADIENT,
            POSITIONS,
            PAST,
            PAST_COTANGENT,
            PAST_COTANGENT_NEXT ->
            throw new IllegalStateException("no estimate for steps that read memories");
        case OUTPUT_COTANGENT, TILE, PIECE -> {}
      }
    }
    packed(compiled.forward());
    for (Compiled.Hoisted hoisted : compiled.hoisted()) {
      for (Plane.HoistedProduct product : hoisted.sum().hoisted()) {
        value(product.left());
        value(product.right().node());
      }
      hoisted.sum().vectors().forEach(vector -> value(vector.node()));
    }
    scratch(compiled.forward());
    tape.count(description.forward().total() * rows.total());
    Shape shape = Shape.of(input.timesteps(), input.batch(), compiled.output().width());
    DryTensor output = rows.isPlain() ? tape.view(shape) : tape.result(shape, true);
    Map<String, Tensor> after = new LinkedHashMap<>();
    for (StateSpec part : plan.cell().state()) {
      after.put(part.name(), tape.result(Shape.of(rows.batch(), part.size()), true));
    }
    tape.record(() -> backward(output, initial));
    return new Layer.Output(input.withValues(output), CellState.of(after));
  }

  private void take(int count, int width) {
    tape.take((long) count * width);
  }

  private void packed(Program program) {
    for (Program.Region region : program.regions()) {
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof Instruction.Products products) {
          products.right().forEach(block -> value(block.node()));
        }
      }
    }
  }

  /** Takes the scratch memory of all tasks of a loop. */
  private void scratch(Program program) {
    int piece = program.mostPieceRows(tile);
    long size = 0;
    for (Buffers.Buffer buffer : compiled.buffers().all()) {
      switch (buffer.kind()) {
        case TILE -> size += (long) tile * buffer.width();
        case PIECE -> size += (long) piece * buffer.width();
        default -> {}
      }
    }
    for (int i = 0; i < tasks; i++) {
      tape.take(size);
    }
  }

  // ---- backward -------------------------------------------------------------------------------

  private void backward(DryTensor output, CellState initial) {
    int outputs = compiled.buffers().keys(Buffers.Kind.OUTPUT_COTANGENT).size();
    for (int i = 0; i < outputs; i++) {
      if (output.gradient() == null || !rows.isPlain()) {
        take(rows.total(), output.shape().columns());
      }
    }
    packed(compiled.backward());
    scratch(compiled.backward());
    tape.count(description.backward().total() * rows.total());
    Compiled.Sinks sinks = compiled.sinks();
    for (Compiled.WeightSink sink : sinks.weights()) {
      aligned(sink.left());
      aligned(sink.cotangent());
      weights(sink.right());
    }
    for (Compiled.HoistedSink sink : sinks.hoisted()) {
      aligned(sink.cotangent());
      weights(sink.right());
    }
    for (Compiled.HoistedSink sink : sinks.hoisted()) {
      aligned(sink.cotangent());
      target(sink.left());
    }
    for (Compiled.VectorSink sink : sinks.vectors()) {
      aligned(sink.cotangent());
      target(sink.vector());
    }
    for (Compiled.BeforeSink sink : sinks.before()) {
      aligned(sink.cotangent());
      target(sink.node());
    }
    compiled
        .buffers()
        .keys(Buffers.Kind.STATE_COTANGENT)
        .keySet()
        .forEach(name -> initial((DryTensor) initial.get((String) name)));
  }

  /** Takes a copy of the states before the timestep, aligned with the rows of a ragged batch. */
  private void aligned(Plane plane) {
    Place place = compiled.sinks().places().get(plane);
    if (place != null && place.rows() == Place.Rows.BEFORE && !rows.isPlain()) {
      take(rows.total(), place.width());
    }
  }

  private void weights(Plane.Block block) {
    if (rows.total() > 0) {
      target(block.node());
    }
  }

  private void target(Node node) {
    DryTensor value = value(node);
    if (value.differentiable()) {
      value.gradientTarget();
    }
  }

  private void initial(DryTensor before) {
    if (before.differentiable()) {
      tape.accumulate(before, tape.result(before.shape(), false));
    }
  }

  // ---- values before the loop -----------------------------------------------------------------

  private DryTensor value(Node node) {
    DryTensor present = values.get(node);
    if (present == null) {
      present = compute(node);
      values.put(node, present);
    }
    return present;
  }

  private DryTensor compute(Node node) {
    Op op = node.op();
    if (op != null) {
      List<DryTensor> operands = node.operands().stream().map(this::value).toList();
      return operands
          .getFirst()
          .apply(
              NodeValues.forRows(op, rows.total()),
              operands.subList(1, operands.size()).toArray(Tensor[]::new));
    }
    return switch (node.leaf()) {
      case PARAMETER -> (DryTensor) parameters.apply(node.name());
      case INPUT -> stored(input.values());
      case CONSTANT -> tape.result(NodeValues.forRows(node.shape(), rows.total()), false);
      case STEP_MASK -> tape.result(Shape.of(rows.total(), node.width()), false);
      case PARAMETER_MASK -> tape.result(node.shape(), false);
      case SEQUENCE_MASK -> tape.result(Shape.of(rows.batch(), node.width()), false);
      case null, default -> throw new IllegalStateException("not known before the loop: " + node);
    };
  }

  private DryTensor stored(Tensor sequence) {
    int columns = sequence.shape().columns();
    Tensor table = sequence.reshape(sequence.shape().rows(), columns);
    if (!rows.isPlain()) {
      Ids ids = new Ids(rows.total(), 1, rows.sourceRows());
      table = table.apply(new Op.Gather(ids)).reshape(rows.total(), columns);
    }
    return (DryTensor) table;
  }
}
