package dev.comporta.cells.plan.run;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.Trace;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Computes the values that a run needs before its loop, for all stored rows at once, on the tape,
 * which also propagates their gradients.
 */
public final class NodeValues {
  private final Tape tape;
  private final Function<String, Tensor> parameters;
  private final Tensor input;
  private final RowLayout rows;
  private final RandomSource random;
  private final Memories memories;
  private final Map<Node, TapeTensor> values = new HashMap<>();

  public NodeValues(
      Tape tape,
      Function<String, Tensor> parameters,
      Tensor input,
      RowLayout rows,
      RandomSource random,
      Memories memories) {
    this.tape = tape;
    this.parameters = parameters;
    this.input = input;
    this.rows = rows;
    this.random = random;
    this.memories = memories;
  }

  /** The input of the sequence. */
  TapeTensor input() {
    return (TapeTensor) input;
  }

  public TapeTensor of(Node node) {
    TapeTensor present = values.get(node);
    if (present == null) {
      present = compute(node);
      values.put(node, present);
    }
    return present;
  }

  private TapeTensor compute(Node node) {
    Op op = node.op();
    if (op != null) {
      Tensor first = operand(node, node.operands().getFirst());
      Tensor[] others = new Tensor[node.operands().size() - 1];
      for (int i = 0; i < others.length; i++) {
        others[i] = operand(node, node.operands().get(i + 1));
      }
      Op real = node.dependence() == Node.Dependence.MEMORY ? memories.real(op) : forRows(op);
      return (TapeTensor) first.apply(real, others);
    }
    return switch (node.leaf()) {
      case PARAMETER -> (TapeTensor) parameters.apply(node.name());
      case INPUT -> stored(input);
      case CONSTANT -> tape.filled(memories.real(forRows(node.shape())), node.number());
      case MEMORY -> memories.values(node.name());
      case MEMORY_MASK -> memories.mask((int) node.number());
      case STEP_MASK -> stepMask(node);
      case SEQUENCE_MASK -> sequenceMask(node);
      case PARAMETER_MASK -> parameterMask(node);
      case null, default -> throw new IllegalStateException("not known before the loop: " + node);
    };
  }

  /**
   * An operand that is combined with memories has one row per row of the batch, not per timestep.
   */
  private TapeTensor operand(Node node, Node operand) {
    return operand.isConstant() && node.dependence() == Node.Dependence.MEMORY
        ? tape.filled(memories.real(operand.shape()), operand.number())
        : of(operand);
  }

  private TapeTensor stored(Tensor sequence) {
    int columns = sequence.shape().columns();
    Tensor table = sequence.reshape(sequence.shape().rows(), columns);
    if (!rows.isPlain()) {
      Ids ids = new Ids(rows.total(), 1, rows.sourceRows());
      table = table.apply(new Op.Gather(ids)).reshape(rows.total(), columns);
    }
    return (TapeTensor) table;
  }

  private TapeTensor stepMask(Node node) {
    int size = node.width();
    TapeTensor mask = tape.result(Shape.of(rows.total(), size), false);
    RandomSource stream = random.stream(node.name());
    tape.workers()
        .run(
            rows.timesteps(),
            s -> {
              for (int place = 0; place < rows.active(s); place++) {
                DropoutMasks.fill(
                    mask.data(),
                    mask.offset() + (rows.timestepStart(s) + place) * size,
                    size,
                    node.number(),
                    stream,
                    (long) rows.sourceRow(s, place) * size);
              }
            });
    return mask;
  }

  private TapeTensor sequenceMask(Node node) {
    int size = node.width();
    TapeTensor mask = tape.result(Shape.of(rows.batch(), size), false);
    RandomSource stream = random.stream(node.name());
    for (int place = 0; place < rows.batch() && tape.computes(); place++) {
      DropoutMasks.fill(
          mask.data(),
          mask.offset() + place * size,
          size,
          node.number(),
          stream,
          (long) rows.rowAt(place) * size);
    }
    return mask;
  }

  private TapeTensor parameterMask(Node node) {
    TapeTensor mask = tape.result(node.shape(), false);
    DropoutMasks.fill(
        mask.data(),
        mask.offset(),
        node.shape().count(),
        node.number(),
        random.stream(node.name()),
        tape.workers());
    return mask;
  }

  private Op forRows(Op op) {
    return forRows(op, rows.total());
  }

  private Shape forRows(Shape shape) {
    return forRows(shape, rows.total());
  }

  /** Replaces the traced batch size by the number of stored rows. */
  static Op forRows(Op op, int total) {
    return switch (op) {
      case Op.SumTo sum -> new Op.SumTo(forRows(sum.target(), total));
      case Op.BroadcastTo broadcast -> new Op.BroadcastTo(forRows(broadcast.target(), total));
      case Op.Reshape reshape -> new Op.Reshape(forRows(reshape.target(), total));
      default -> op;
    };
  }

  static Shape forRows(Shape shape, int total) {
    return shape.rank() > 0 && shape.size(0) == Trace.BATCH ? shape.with(0, total) : shape;
  }
}
