package dev.comporta.cells.plan.run;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.plan.program.Value;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Computes the values that a run needs before its loop, for all stored rows at once, on the tape,
 * which also propagates their gradients.
 */
public final class TapeValues {
  private final Tape tape;
  private final Function<String, Tensor> parameters;
  private final Tensor input;
  private final RowLayout rows;
  private final RandomSource random;
  private final Memories memories;
  private final Map<Value, TapeTensor> values = new HashMap<>();

  public TapeValues(
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

  public TapeTensor of(Value value) {
    TapeTensor present = values.get(value);
    if (present == null) {
      present = compute(value);
      values.put(value, present);
    }
    return present;
  }

  private TapeTensor compute(Value value) {
    return switch (value.source()) {
      case Value.Parameter it -> (TapeTensor) parameters.apply(it.name());
      case Value.Input _ -> stored(input);
      case Value.Constant it -> constant(value, it, rows.total());
      case Value.Memory it -> memories.values(it.name());
      case Value.MemoryMask it -> memories.mask(it.axis());
      case Value.Dropout it ->
          switch (it.sampled()) {
            case EACH_TIMESTEP -> stepMask(it, value.width());
            case EACH_SEQUENCE -> sequenceMask(it, value.width());
            case ONCE -> parameterMask(it, value);
          };
      case Value.Operation it -> operation(value, it);
    };
  }

  private TapeTensor operation(Value value, Value.Operation it) {
    int count = it.ofMemories() ? rows.batch() : rows.total();
    Tensor first = operand(it, it.operands().getFirst());
    Tensor[] others = new Tensor[it.operands().size() - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = operand(it, it.operands().get(i + 1));
    }
    return (TapeTensor) first.apply(value.op(it, count, memories.sizes()), others);
  }

  /**
   * An operand that is combined with memories has one row per row of the batch, not per timestep.
   */
  private TapeTensor operand(Value.Operation operation, Value operand) {
    return operand.source() instanceof Value.Constant it && operation.ofMemories()
        ? constant(operand, it, rows.batch())
        : of(operand);
  }

  private TapeTensor constant(Value value, Value.Constant it, int count) {
    return tape.filled(value.sizes().at(count, memories.sizes()), it.number());
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

  private TapeTensor stepMask(Value.Dropout it, int size) {
    TapeTensor mask = tape.result(Shape.of(rows.total(), size), false);
    RandomSource stream = random.stream(it.name());
    tape.workers()
        .run(
            rows.timesteps(),
            s -> {
              for (int place = 0; place < rows.active(s); place++) {
                DropoutMasks.fill(
                    mask.data(),
                    mask.offset() + (rows.timestepStart(s) + place) * size,
                    size,
                    it.rate(),
                    stream,
                    (long) rows.sourceRow(s, place) * size);
              }
            });
    return mask;
  }

  private TapeTensor sequenceMask(Value.Dropout it, int size) {
    TapeTensor mask = tape.result(Shape.of(rows.batch(), size), false);
    RandomSource stream = random.stream(it.name());
    for (int place = 0; place < rows.batch() && tape.computes(); place++) {
      DropoutMasks.fill(
          mask.data(),
          mask.offset() + place * size,
          size,
          it.rate(),
          stream,
          (long) rows.rowAt(place) * size);
    }
    return mask;
  }

  private TapeTensor parameterMask(Value.Dropout it, Value value) {
    Shape shape = value.sizes().traced();
    TapeTensor mask = tape.result(shape, false);
    DropoutMasks.fill(
        mask.data(),
        mask.offset(),
        shape.count(),
        it.rate(),
        random.stream(it.name()),
        tape.workers());
    return mask;
  }
}
