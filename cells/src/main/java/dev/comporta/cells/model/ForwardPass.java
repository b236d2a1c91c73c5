package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.ProviderException;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.LabelledLayer;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.layer.Source;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.LabelLoss;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import dev.comporta.tensor.Tape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of a model on a tape: the encoder if there is one, the layers after it, and the
 * loss.
 */
final class ForwardPass {
  private final SequenceModel model;
  private final Tape tape;
  private final Unroller unroller;
  private final Supplier<float[]> gradients;
  private final BatchTransfer batches;
  private final CarryTransfer carries;
  private final List<Sequence> outputs = new ArrayList<>();
  private final List<Sequence> encoded = new ArrayList<>();
  private final List<Slot> encoder;
  private final List<Slot> slots;
  private final Watcher watcher;

  /** Told how far a pass has come. */
  interface Watcher {
    /** What follows is computed for a layer; more than once for one that reads a source. */
    void beforeLayer(Slot slot);

    /** What follows is the loss. */
    void beforeLoss();

    /** Does nothing. */
    Watcher NONE =
        new Watcher() {
          @Override
          public void beforeLayer(Slot slot) {}

          @Override
          public void beforeLoss() {}
        };
  }

  /**
   * Prepares a forward pass. While the tape records, gradients of the parameters are added to an
   * array with the same layout; otherwise it is not asked for.
   */
  ForwardPass(SequenceModel model, Tape tape, Unroller unroller, Supplier<float[]> gradients) {
    this(model, tape, unroller, gradients, Watcher.NONE);
  }

  ForwardPass(
      SequenceModel model,
      Tape tape,
      Unroller unroller,
      Supplier<float[]> gradients,
      Watcher watcher) {
    this.watcher = watcher;
    this.model = model;
    this.tape = tape;
    this.unroller = unroller;
    this.gradients = gradients;
    this.batches = new BatchTransfer(tape);
    this.carries = new CarryTransfer(tape);
    this.encoder = Slot.of(model, model.encoder(), SequenceModel::encoderPrefix);
    this.slots = Slot.of(model, model.layers(), SequenceModel::prefix);
  }

  /** The output of each layer, without those of the encoder. */
  List<Sequence> outputs() {
    return List.copyOf(outputs);
  }

  /** A description of the first layer with a non-finite output, or null. */
  @Nullable String firstBrokenOutput() {
    String broken = firstBroken(encoder, encoded);
    return broken == null ? firstBroken(slots, outputs) : broken;
  }

  private static @Nullable String firstBroken(List<Slot> layers, List<Sequence> given) {
    for (int i = 0; i < given.size(); i++) {
      for (float value : given.get(i).values().toArray()) {
        if (!Float.isFinite(value)) {
          String prefix = layers.get(i).prefix();
          return formatted(
              "the output of %s is %s", prefix.substring(0, prefix.length() - 1), value);
        }
      }
    }
    return null;
  }

  /** What of the data of this pass is too large to compute with, or null. */
  @Nullable BrokenDataException tooLarge() {
    return batches.tooLarge();
  }

  private void begin() {
    batches.begin();
    outputs.clear();
    encoded.clear();
  }

  /** Runs all layers. */
  Layer.Output forward(
      Batch batch,
      Carry carry,
      boolean training,
      RandomSource random,
      @Nullable Observation observation) {
    return forward(slots, batch, carry, training, random, observation);
  }

  /** Runs the layers after the encoder on encoded sources. */
  Layer.Output decode(
      Batch batch,
      Carry carry,
      RandomSource random,
      @Nullable Observation observation,
      List<Map<String, Memory>> memories) {
    begin();
    return decode(slots, batch, carry, false, random, observation, memories);
  }

  /** Runs the decoder, or the layers of a model without an encoder. */
  private Layer.Output forward(
      List<Slot> some,
      Batch batch,
      Carry carry,
      boolean training,
      RandomSource random,
      @Nullable Observation observation) {
    begin();
    Batch source = batch.source();
    if (encoder.isEmpty()) {
      if (source != null) {
        throw new ComportaException(
            formatted(
                "[model] expected a batch without a source but got one; only a model '%s' reads a source",
                SequenceModel.ENCODER_DECODER));
      }
      return decode(some, batch, carry, training, random, observation, List.of());
    }
    if (source == null) {
      throw new ComportaException(
          "[model] expected a batch with a source for the encoder but got none; see Batch.source");
    }
    return decode(
        some,
        batch,
        carry,
        training,
        random,
        observation,
        remember(source, training, random, observation));
  }

  /** Runs the encoder alone, for later calls of {@link #decode}. */
  List<Map<String, Memory>> encode(Batch source, RandomSource random) {
    begin();
    return remember(source, false, random, null);
  }

  /** Runs the encoder; what each of the decoder's layers makes of the source. */
  private List<Map<String, Memory>> remember(
      Batch batch, boolean training, RandomSource random, @Nullable Observation observation) {
    if (encoder.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[model] expected a model '%s' but this one has no encoder",
              SequenceModel.ENCODER_DECODER));
    }
    Sequence sequence = batches.input("source", batch);
    Tensor summary = null;
    for (Slot slot : encoder) {
      RunContext context = context(slot, training, random, observation);
      Layer.Output output =
          slot.layer().forward(sequence, carries.start(slot, batch.batch(), context), context);
      sequence = output.sequence();
      encoded.add(sequence);
      summary = slot.carry().isEmpty() ? summary : Summaries.joined(slot.carry(), output.carry());
    }
    Source source =
        new Source(sequence, summary == null ? Summaries.mean(tape, sequence) : summary);
    List<Map<String, Memory>> memories = new ArrayList<>();
    for (Slot slot : slots) {
      RunContext context = context(slot, training, random, observation);
      memories.add(slot.layer().memories(source, context));
    }
    if (memories.stream().allMatch(Map::isEmpty)) {
      throw new ComportaException(
          "[model] expected a layer that reads the encoder's output, such as attention-decoder, but there is none");
    }
    return memories;
  }

  private RunContext context(
      Slot slot, boolean training, RandomSource random, @Nullable Observation observation) {
    unroller.parametersAt(model.parameters().version());
    watcher.beforeLayer(slot);
    return new RunContext(
        tape,
        unroller,
        parameters(slot),
        training,
        random.stream(slot.prefix()),
        observation,
        slot.prefix());
  }

  private Layer.Output decode(
      List<Slot> some,
      Batch batch,
      Carry carry,
      boolean training,
      RandomSource random,
      @Nullable Observation observation,
      List<Map<String, Memory>> memories) {
    if (carry.batch() != batch.batch()) {
      throw new ShapeException(
          formatted(
              "[model] expected a carry of %d rows, as many as the batch, but got %d",
              batch.batch(), carry.batch()));
    }
    Sequence sequence = batches.input("input", batch);
    Tensor beginning = memories.isEmpty() ? null : carries.beginning(carry);
    Layer.Output output = new Layer.Output(sequence, CellState.of(Map.of()));
    for (int i = 0; i < some.size(); i++) {
      Slot slot = some.get(i);
      RunContext context = context(slot, training, random, observation);
      if (!memories.isEmpty()) {
        context.decoding(memories.get(i), slot.reversed() ? null : beginning);
      }
      CellState before = carries.state(slot, carry, context);
      output =
          ProviderException.returned(
              slot.layer(), slot.layer().forward(output.sequence(), before, context), "forward()");
      outputs.add(output.sequence());
      carries.store(slot, output.carry(), carry);
    }
    CarryTransfer.markSeen(batch, carry);
    return output;
  }

  /**
   * The loss of a batch. A labelled last layer computes only the log-probabilities of the labels,
   * unless all outputs are needed.
   */
  Loss.Value value(
      Batch batch,
      Loss loss,
      boolean allOutputs,
      Carry carry,
      boolean training,
      RandomSource random) {
    Slot last = slots.getLast();
    if (allOutputs
        || batch.countedLabels() == null
        || !(last.layer() instanceof LabelledLayer head)
        || !(loss instanceof LabelLoss labelLoss)) {
      return value(loss, forward(batch, carry, training, random, null).sequence(), batch);
    }
    List<Slot> below = slots.subList(0, slots.size() - 1);
    Sequence features =
        BatchTransfer.counted(
            forward(below, batch, carry, training, random, null).sequence(), batch);
    RunContext context = context(last, training, random, null);
    Loss.Value value =
        labelLoss.ofLabels(
            labels -> head.logProbabilities(features, labels, context),
            batches.target(batch, features, head.outputSize(), loss),
            Shape.of(features.timesteps(), features.batch(), head.outputSize()));
    watcher.beforeLoss(); // of which the layer has computed its part
    return value;
  }

  /** The loss of the timesteps after the context. */
  private Loss.Value value(Loss loss, Sequence output, Batch batch) {
    watcher.beforeLoss();
    Sequence counted = BatchTransfer.counted(output, batch);
    int classes = counted.values().shape().columns();
    Target target = batches.target(batch, counted, classes, loss);
    return ProviderException.returned(loss, loss.of(counted.values(), target), "of()");
  }

  private Map<String, Tensor> parameters(Slot slot) {
    float[] values = tape.computes() ? model.parameters().values() : new float[0];
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    slot.parameters()
        .forEach((name, parameter) -> {
          Shape shape = parameter.shape();
          int offset = parameter.offset();
          tensors.put(
              name,
              tape.recording()
                  ? tape.variable(shape, values, offset, gradients.get(), offset)
                  : tape.constant(shape, values, offset));
        });
    return tensors;
  }
}
