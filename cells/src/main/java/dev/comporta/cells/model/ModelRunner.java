package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.LabelledLayer;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.layer.Source;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.LabelLoss;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model on a backend: forward, loss, backward. A runner belongs to one thread and reuses its
 * workspace from step to step; several runners may share one model for evaluation.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelRunner {
  private static final RandomSource NO_NOISE = new CounterRandom(0);

  private final SequenceModel model;
  private final Execution execution;
  private final Tape tape;
  private final Unroller unroller;
  private final BatchTransfer batches;
  private final CarryTransfer carries;
  private final float[] gradients;
  private final List<Sequence> outputs = new ArrayList<>();
  private final List<Sequence> encoded = new ArrayList<>();
  private final List<Slot> encoder = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();

  /**
   * A runner.
   *
   * @param model what to run
   * @param backend computes
   * @param workers share the work
   * @param execution by plan or by definition
   */
  public ModelRunner(
      SequenceModel model, TensorBackend backend, Workers workers, Execution execution) {
    this.model = model;
    this.execution = execution;
    this.tape = new Tape(backend, workers);
    this.batches = new BatchTransfer(tape);
    this.carries = new CarryTransfer(tape);
    this.unroller = Unroller.of(execution);
    this.gradients = new float[model.parameters().count()];
    for (int i = 0; i < model.encoder().size(); i++) {
      encoder.add(Slot.of(model, model.encoder().get(i), SequenceModel.encoderPrefix(i)));
    }
    for (int i = 0; i < model.layers().size(); i++) {
      slots.add(Slot.of(model, model.layers().get(i), SequenceModel.prefix(i)));
    }
  }

  /**
   * A loss as a sum with its weight.
   *
   * @param sum the sum
   * @param weight what to divide it by
   */
  public record LossResult(double sum, double weight) {
    /**
     * The mean.
     *
     * @return sum / weight, 0 where nothing counts
     */
    public double mean() {
      return weight == 0 ? 0 : sum / weight;
    }
  }

  /**
   * The state before the first timestep.
   *
   * @param batch B
   * @return a new carry, owned by the caller
   */
  public Carry newCarry(int batch) {
    return Carry.start(model, batch);
  }

  /**
   * The gradients of the last {@link #train}.
   *
   * @return live storage in the layout of the model's parameters
   */
  public float[] gradients() {
    return gradients;
  }

  /**
   * How recurrent cells are run.
   *
   * @return plan or definition
   */
  public Execution execution() {
    return execution;
  }

  /**
   * The tape that this runner computes on, for measurements of its workspace.
   *
   * @return the tape
   */
  public Tape tape() {
    return tape;
  }

  /**
   * The floats that this runner holds from step to step: its workspace, the packed matrices of its
   * plans and the gradients.
   *
   * @return floats; parameters, carries and an optimizer's slots come on top
   */
  public long heldFloats() {
    return tape.workspace().capacity() + unroller.packedFloats() + gradients.length;
  }

  /**
   * Forward and backward: afterwards {@link #gradients} holds the gradient of the mean loss, and
   * the carry the state after the chunk, cut from its history.
   *
   * @param batch input and target
   * @param loss what to make small
   * @param carry the state before the chunk, replaced by the state after it
   * @param random this step's stream, for dropout
   * @return the loss; if it is not finite, the gradients are zeros
   * @throws ComportaException if the batch does not fit the model or has no target
   */
  public LossResult train(Batch batch, Loss loss, Carry carry, RandomSource random) {
    return train(batch, loss, null, carry, random);
  }

  /**
   * Forward and backward with a term beside the loss.
   *
   * @param batch input and target
   * @param loss what to make small
   * @param penalty what else to make small, or null for nothing
   * @param carry the state before the chunk, replaced by the state after it
   * @param random this step's stream, for dropout
   * @return the loss alone; if it is not finite, the gradients are zeros
   * @throws ComportaException if the batch does not fit the model or has no target
   */
  public LossResult train(
      Batch batch, Loss loss, @Nullable OutputPenalty penalty, Carry carry, RandomSource random) {
    tape.reset();
    tape.setRecording(true);
    Arrays.fill(gradients, 0);
    Loss.Value value = value(batch, loss, penalty != null, carry, true, random);
    double sum = value.sum().toArray()[0];
    if (value.weight() > 0 && Double.isFinite(sum)) {
      Tensor mean = value.sum().times((float) (1 / value.weight()));
      tape.backward(penalty == null ? mean : mean.plus(penalty.of(List.copyOf(outputs))));
    }
    return new LossResult(sum, value.weight());
  }

  /**
   * Forward only, with the noise of training: to the state that {@link #train} passes through with
   * the same stream.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @param random the step's stream, for dropout
   */
  public void advance(Batch batch, Carry carry, RandomSource random) {
    tape.reset();
    tape.setRecording(false);
    forward(batch, carry, true, random);
  }

  /**
   * Forward only, without noise.
   *
   * @param batch input and target
   * @param loss what to measure
   * @param carry the state before the chunk, replaced by the state after it
   * @return the loss
   */
  public LossResult evaluate(Batch batch, Loss loss, Carry carry) {
    tape.reset();
    tape.setRecording(false);
    Loss.Value value = value(batch, loss, false, carry, false, NO_NOISE);
    return new LossResult(value.sum().toArray()[0], value.weight());
  }

  /**
   * The model's output, without noise.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @return {@code [T, B, outputSize]}
   */
  public float[] predict(Batch batch, Carry carry) {
    return forwardOnly(batch, carry).toArray();
  }

  /**
   * The model's output, without noise, into an array that the caller keeps: large answers are not
   * allocated anew for each call.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @param output receives {@code [T, B, outputSize]}
   * @throws ComportaException if there is no room for the output; the carry has then moved on
   */
  public void predict(Batch batch, Carry carry, float[] output) {
    TapeTensor values = forwardOnly(batch, carry);
    int count = values.shape().count();
    Ranges.require("model.predict", "output", count, output, 0);
    System.arraycopy(values.data(), values.offset(), output, 0, count);
  }

  /**
   * The class with the largest output at every timestep, without noise; the first one of several.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @return {@code [T, B]}
   */
  public Ids answers(Batch batch, Carry carry) {
    TapeTensor values = forwardOnly(batch, carry);
    int classes = values.shape().columns();
    int[] answers = new int[values.shape().rows()];
    for (int row = 0; row < answers.length; row++) {
      int from = values.offset() + row * classes;
      int best = from;
      for (int i = from + 1; i < from + classes; i++) {
        best = values.data()[i] > values.data()[best] ? i : best;
      }
      answers[row] = best - from;
    }
    return new Ids(values.shape().size(0), values.shape().size(1), answers);
  }

  private TapeTensor forwardOnly(Batch batch, Carry carry) {
    tape.reset();
    tape.setRecording(false);
    return (TapeTensor) forward(batch, carry, false, NO_NOISE).sequence().values();
  }

  /**
   * What broke first if the loss of the last {@link #train} was not finite.
   *
   * @return the first layer in order whose output holds a number that is not finite, and the
   *     number, such as {@code the output of layers.4 is NaN}; null if there is none
   */
  public @Nullable String firstBrokenOutput() {
    String broken = firstBroken(encoder, encoded);
    return broken == null ? firstBroken(slots, outputs) : broken;
  }

  private static @Nullable String firstBroken(List<Slot> layers, List<Sequence> given) {
    for (int i = 0; i < given.size(); i++) {
      for (float value : given.get(i).values().toArray()) {
        if (!Float.isFinite(value)) {
          String prefix = layers.get(i).prefix();
          return "the output of %s is %s"
              .formatted(prefix.substring(0, prefix.length() - 1), value);
        }
      }
    }
    return null;
  }

  /**
   * A prediction with the values of steps that led to it.
   *
   * @param output {@code [T, B, outputSize]}
   * @param values {@code [T, B, n]} by name, zeros at padding
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over to the caller
  public record Observed(float[] output, Map<String, float[]> values) {}

  /**
   * The model's output, without noise, and what cells name inside their steps: gates, candidates
   * and memories, by the same execution as {@link #predict}.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @param names what to observe: the layer, the direction if it has two, and the cell's own name,
   *     such as {@code layers.0.i} or {@code layers.1.backward.c}
   * @return the output and the observed values of every timestep
   * @throws dev.comporta.api.UnknownNameException if no cell of the model names such a value; the
   *     carry has then moved on
   */
  public Observed observe(Batch batch, Carry carry, String... names) {
    Observation observation = new Observation(List.of(names));
    tape.reset();
    tape.setRecording(false);
    float[] output =
        forward(batch, carry, false, NO_NOISE, observation).sequence().values().toArray();
    return new Observed(output, observation.values());
  }

  /**
   * Reads a source once, for any number of steps of the decoder: memories by layer, as plain floats
   * that no later call changes.
   *
   * @param source ids or features
   * @return what the decoder's layers made of it
   * @throws ComportaException if the model has no encoder or the batch does not fit it
   */
  public EncodedSource encode(Batch source) {
    tape.reset();
    tape.setRecording(false);
    return EncodedSource.of(remember(source, false, NO_NOISE, null));
  }

  /**
   * The output for a source that was read before, without noise.
   *
   * @param batch the decoder's input, without a source
   * @param carry the state before the chunk, replaced by the state after it
   * @param source what {@link #encode} gave, one row for each row of the batch
   * @return {@code [T, B, outputSize]}
   */
  public float[] predict(Batch batch, Carry carry, EncodedSource source) {
    return observe(batch, carry, source).output();
  }

  /**
   * The output for a source that was read before, without noise, and what cells name inside their
   * steps, such as {@code layers.1.weights}.
   *
   * @param batch the decoder's input, without a source
   * @param carry the state before the chunk, replaced by the state after it
   * @param source what {@link #encode} gave, one row for each row of the batch
   * @param names what to observe
   * @return the output and the observed values of every timestep
   */
  public Observed observe(Batch batch, Carry carry, EncodedSource source, String... names) {
    Observation observation = new Observation(List.of(names));
    tape.reset();
    tape.setRecording(false);
    outputs.clear();
    encoded.clear();
    float[] output =
        decode(slots, batch, carry, false, NO_NOISE, observation, source.on(tape))
            .sequence()
            .values()
            .toArray();
    return new Observed(output, observation.values());
  }

  private Layer.Output forward(Batch batch, Carry carry, boolean training, RandomSource random) {
    return forward(slots, batch, carry, training, random, null);
  }

  private Layer.Output forward(
      Batch batch,
      Carry carry,
      boolean training,
      RandomSource random,
      @Nullable Observation observation) {
    return forward(slots, batch, carry, training, random, observation);
  }

  /** Runs the first layers of the decoder, or of a model that has nothing else. */
  private Layer.Output forward(
      List<Slot> some,
      Batch batch,
      Carry carry,
      boolean training,
      RandomSource random,
      @Nullable Observation observation) {
    outputs.clear();
    encoded.clear();
    Batch source = batch.source();
    if (encoder.isEmpty()) {
      if (source != null) {
        throw new ComportaException(
            "[model] expected a batch without a source but got one; only a model '%s' reads it"
                .formatted(SequenceModel.ENCODER_DECODER));
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

  /** Runs the encoder; what each of the decoder's layers makes of the source. */
  private List<Map<String, Memory>> remember(
      Batch batch, boolean training, RandomSource random, @Nullable Observation observation) {
    if (encoder.isEmpty()) {
      throw new ComportaException(
          "[model] expected a model '%s' but this one has no encoder"
              .formatted(SequenceModel.ENCODER_DECODER));
    }
    Sequence sequence = batches.input(batch);
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
    return memories;
  }

  private RunContext context(
      Slot slot, boolean training, RandomSource random, @Nullable Observation observation) {
    unroller.parametersAt(model.parameters().version());
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
          "[model] expected a carry of %d rows, as many as the batch, but got %d"
              .formatted(batch.batch(), carry.batch()));
    }
    Sequence sequence = batches.input(batch);
    Tensor beginning = memories.isEmpty() ? null : carries.beginning(carry);
    Layer.Output output = new Layer.Output(sequence, CellState.of(Map.of()));
    for (int i = 0; i < some.size(); i++) {
      Slot slot = some.get(i);
      RunContext context = context(slot, training, random, observation);
      if (!memories.isEmpty()) {
        context.decoding(memories.get(i), beginning);
      }
      CellState before = carries.state(slot, carry, context);
      output = slot.layer().forward(output.sequence(), before, context);
      outputs.add(output.sequence());
      CarryTransfer.store(slot, output.carry(), carry);
    }
    CarryTransfer.markSeen(batch, carry);
    return output;
  }

  /**
   * The loss of a batch. A last layer that knows the labels is not asked for all classes, unless
   * all outputs are wanted.
   */
  private Loss.Value value(
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
      return value(loss, forward(batch, carry, training, random).sequence(), batch);
    }
    List<Slot> below = slots.subList(0, slots.size() - 1);
    Sequence features =
        BatchTransfer.counted(
            forward(below, batch, carry, training, random, null).sequence(), batch);
    RunContext context = context(last, training, random, null);
    return labelLoss.ofLabels(
        labels -> head.logProbabilities(features, labels, context),
        batches.target(batch, features.lengths()),
        Shape.of(features.timesteps(), features.batch(), head.outputSize()));
  }

  /** The loss of the timesteps that count. */
  private Loss.Value value(Loss loss, Sequence output, Batch batch) {
    Sequence counted = BatchTransfer.counted(output, batch);
    return loss.of(counted.values(), batches.target(batch, counted.lengths()));
  }

  private Map<String, Tensor> parameters(Slot slot) {
    float[] values = model.parameters().values();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    slot.parameters()
        .forEach((name, parameter) ->
            tensors.put(
                name,
                tape.variable(
                    parameter.shape(), values, parameter.offset(), gradients, parameter.offset())));
    return tensors;
  }
}
