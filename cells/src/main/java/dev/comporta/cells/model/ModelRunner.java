package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Exclusive;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model on a backend: forward, loss, backward. A runner reuses its workspace from step to
 * step and is for one thread at a time: a second one that calls while the first is at work is
 * refused. Several runners may share one model for evaluation.
 *
 * <p>The chunks of a long sequence hand their state on in a {@link Carry}. Cells that run against
 * time start anew in every chunk.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelRunner {
  private static final RandomSource NO_NOISE = new CounterRandom(0);

  private final SequenceModel model;
  private final Execution execution;
  private final Tape tape;
  private final Unroller unroller;

  /** Allocated by whatever needs it first: a runner that only predicts has none. */
  private float @Nullable [] gradients;

  private final ForwardPass pass;
  private final Exclusive use =
      new Exclusive("model", "give each thread a runner of its own, which may share the model");

  /**
   * Creates a runner.
   *
   * @param model the model
   * @param backend computes the primitives
   * @param workers the threads that share the work
   * @param execution whether cells run by plan or by definition
   */
  public ModelRunner(
      SequenceModel model, TensorBackend backend, Workers workers, Execution execution) {
    this.model = model;
    this.execution = execution;
    this.tape = new Tape(backend, workers);
    this.unroller = Unroller.of(execution);
    this.pass = new ForwardPass(model, tape, unroller, this::gradients);
  }

  /**
   * A loss as a sum and a weight.
   *
   * @param sum the sum
   * @param weight the divisor of the mean
   */
  public record LossResult(double sum, double weight) {
    /**
     * The mean.
     *
     * @return sum / weight, 0 where nothing counts; not finite if the sum is not
     */
    public double mean() {
      return weight == 0 && Double.isFinite(sum) ? 0 : sum / weight;
    }
  }

  /**
   * The state before the first timestep.
   *
   * @param batch B
   * @return a new carry, owned by the caller
   * @throws ComportaException if batch is negative
   */
  public Carry newCarry(int batch) {
    Ranges.requireCount("model.newCarry", "rows", batch, 0);
    return Carry.start(model, batch);
  }

  /**
   * The gradients of the last {@link #train}. A runner that never trains has no storage for them
   * until this method is called.
   *
   * @return live storage in the layout of the model's parameters
   */
  public float[] gradients() {
    float[] storage = gradients;
    if (storage == null) {
      storage = new float[model.parameters().count()];
      gradients = storage;
    }
    return storage;
  }

  /**
   * How recurrent cells are executed.
   *
   * @return by plan or by definition
   */
  public Execution execution() {
    return execution;
  }

  /**
   * The tape of this runner, for inspecting its workspace.
   *
   * @return the tape
   */
  public Tape tape() {
    return tape;
  }

  /**
   * The memory that this runner keeps from step to step: its workspace, the packed matrices of its
   * plans and, once it has trained, the gradients.
   *
   * @return the number of floats, without parameters, carries and an optimizer's slots
   */
  public long heldFloats() {
    float[] storage = gradients;
    return tape.workspace().capacity()
        + unroller.packedFloats()
        + (storage == null ? 0 : storage.length);
  }

  /**
   * Runs the forward and the backward pass. Afterwards {@link #gradients} holds the gradient of the
   * mean loss, and the carry holds the state after the chunk, detached from its history.
   *
   * @param batch the input and target
   * @param loss the objective to minimise
   * @param carry the state before the chunk, replaced by the state after it
   * @param random the random stream of this step, for dropout
   * @return the loss; if it is not finite, the gradients are zeros
   * @throws ComportaException if the batch does not match the model or has no target
   */
  public LossResult train(Batch batch, Loss loss, Carry carry, RandomSource random) {
    return train(batch, loss, null, carry, random);
  }

  /**
   * Runs the forward and the backward pass with an additional penalty.
   *
   * @param batch the input and target
   * @param loss the objective to minimise
   * @param penalty a term that is added to the objective, or null
   * @param carry the state before the chunk, replaced by the state after it
   * @param random the random stream of this step, for dropout
   * @return the loss without the penalty; if it is not finite, the gradients are zeros
   * @throws ComportaException if the batch does not match the model or has no target
   */
  public LossResult train(
      Batch batch, Loss loss, @Nullable OutputPenalty penalty, Carry carry, RandomSource random) {
    enter(carry);
    try {
      tape.reset();
      tape.setRecording(true);
      Arrays.fill(gradients(), 0);
      Loss.Value value = pass.value(batch, loss, penalty != null, carry, true, random);
      double sum = value.sum().toArray()[0];
      if (value.weight() > 0 && Double.isFinite(sum)) {
        Tensor mean = value.sum().times((float) (1 / value.weight()));
        tape.backward(penalty == null ? mean : mean.plus(penalty.of(pass.outputs())));
      }
      return new LossResult(sum, value.weight());
    } finally {
      leave(carry);
    }
  }

  /**
   * Runs the forward pass with dropout, which leads to the same state as {@link #train} with the
   * same random stream.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @param random the random stream of this step, for dropout
   */
  public void advance(Batch batch, Carry carry, RandomSource random) {
    enter(carry);
    try {
      tape.reset();
      tape.setRecording(false);
      pass.forward(batch, carry, true, random, null);
    } finally {
      leave(carry);
    }
  }

  /**
   * The backend.
   *
   * @return the backend, shared and stateless
   */
  public TensorBackend backend() {
    return tape.backend();
  }

  /**
   * Computes the loss without dropout and without gradients.
   *
   * @param batch the input and target
   * @param loss the loss
   * @param carry the state before the chunk, replaced by the state after it
   * @return the loss
   */
  public LossResult evaluate(Batch batch, Loss loss, Carry carry) {
    enter(carry);
    try {
      tape.reset();
      tape.setRecording(false);
      Loss.Value value = pass.value(batch, loss, false, carry, false, NO_NOISE);
      return new LossResult(value.sum().toArray()[0], value.weight());
    } finally {
      leave(carry);
    }
  }

  /**
   * Computes the model's output, without dropout.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @return {@code [T, B, outputSize]}
   */
  public float[] predict(Batch batch, Carry carry) {
    enter(carry);
    try {
      return forwardOnly(batch, carry).toArray();
    } finally {
      leave(carry);
    }
  }

  /**
   * Computes the model's output, without dropout, into an array of the caller, which avoids an
   * allocation for each call.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @param output receives {@code [T, B, outputSize]}
   * @throws ComportaException if the array is too small; the carry has been updated nevertheless
   */
  public void predict(Batch batch, Carry carry, float[] output) {
    enter(carry);
    try {
      TapeTensor values = forwardOnly(batch, carry);
      int count = values.shape().count();
      Ranges.require("model.predict", "output", count, output, 0);
      System.arraycopy(values.data(), values.offset(), output, 0, count);
    } finally {
      leave(carry);
    }
  }

  /**
   * The output of a batch with its size, which need not have the timesteps of the input: layers may
   * reduce them, down to one for each row.
   *
   * @param timesteps T of the output
   * @param batch B
   * @param values {@code [T, B, outputSize]}
   * @param lengths one length for each row, or null if no row is padded
   */
  @API(status = API.Status.EXPERIMENTAL)
  @SuppressWarnings("ArrayRecordComponent") // owned by the caller
  public record Outputs(int timesteps, int batch, float[] values, int @Nullable [] lengths) {}

  /**
   * Computes the model's output, without dropout, with its number of timesteps and its lengths.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @return the output, owned by the caller
   */
  public Outputs outputs(Batch batch, Carry carry) {
    enter(carry);
    try {
      tape.reset();
      tape.setRecording(false);
      Sequence output = pass.forward(batch, carry, false, NO_NOISE, null).sequence();
      int[] lengths = output.lengths();
      return new Outputs(
          output.timesteps(),
          output.batch(),
          output.values().toArray(),
          lengths == null ? null : lengths.clone());
    } finally {
      leave(carry);
    }
  }

  /**
   * The class with the largest output at every timestep (argmax), without dropout; the first one on
   * a tie.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @return {@code [T, B]}
   */
  public Ids answers(Batch batch, Carry carry) {
    enter(carry);
    try {
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
    } finally {
      leave(carry);
    }
  }

  private void enter() {
    use.enter();
  }

  private void leave() {
    use.leave();
  }

  /** One call at a time for this runner, and for the carry that it changes. */
  private void enter(Carry carry) {
    use.enter();
    boolean entered = false;
    try {
      carry.use().enter();
      entered = true;
    } finally {
      if (!entered) {
        use.leave();
      }
    }
  }

  private void leave(Carry carry) {
    carry.use().leave();
    use.leave();
  }

  private TapeTensor forwardOnly(Batch batch, Carry carry) {
    tape.reset();
    tape.setRecording(false);
    return (TapeTensor) pass.forward(batch, carry, false, NO_NOISE, null).sequence().values();
  }

  /**
   * The source of a non-finite loss in the last {@link #train}.
   *
   * @return the first layer with a non-finite output and its value, such as {@code the output of
   *     layers.4 is NaN}; null if there is none
   */
  public @Nullable String firstBrokenOutput() {
    enter();
    try {
      return pass.firstBrokenOutput();
    } finally {
      leave();
    }
  }

  /**
   * What of the data of the last {@link #train} or {@link #evaluate} is finite but too large for
   * float32 arithmetic, where the loss or its gradients were not finite.
   *
   * @return an error that names the first such number, or null if there is none
   */
  public @Nullable BrokenDataException tooLargeData() {
    return pass.tooLarge();
  }

  /**
   * A prediction with observed values of the cells' steps.
   *
   * @param output {@code [T, B, outputSize]}
   * @param values {@code [T, B, n]} by name, zeros at padding
   */
  @SuppressWarnings("ArrayRecordComponent") // owned by the caller
  public record Observed(float[] output, Map<String, float[]> values) {}

  /**
   * Computes the model's output, without dropout, and values that cells observe inside their steps,
   * such as gates, candidates and states, with the same execution as {@link #predict}.
   *
   * @param batch the input
   * @param carry the state before the chunk, replaced by the state after it
   * @param names the values to observe: the layer, the direction if it has two, and the cell's name
   *     for the value, such as {@code layers.0.i} or {@code layers.1.backward.c}
   * @return the output and the observed values of every timestep
   * @throws dev.comporta.api.UnknownNameException if no cell of the model observes such a value;
   *     the carry has been updated nevertheless
   */
  public Observed observe(Batch batch, Carry carry, String... names) {
    enter(carry);
    try {
      Observation observation = new Observation(List.of(names));
      tape.reset();
      tape.setRecording(false);
      float[] output =
          pass.forward(batch, carry, false, NO_NOISE, observation).sequence().values().toArray();
      return new Observed(output, observation.values());
    } finally {
      leave(carry);
    }
  }

  /**
   * Encodes a source once, for any number of steps of the decoder. Later calls do not change the
   * result.
   *
   * @param source ids or features
   * @return the memories of the decoder's layers
   * @throws ComportaException if the model has no encoder or the batch does not match it
   */
  public EncodedSource encode(Batch source) {
    enter();
    try {
      tape.reset();
      tape.setRecording(false);
      return EncodedSource.of(pass.encode(source, NO_NOISE));
    } finally {
      leave();
    }
  }

  /**
   * Computes the output for an encoded source, without dropout.
   *
   * @param batch the decoder's input, without a source
   * @param carry the state before the chunk, replaced by the state after it
   * @param source the result of {@link #encode}, one row for each row of the batch
   * @return {@code [T, B, outputSize]}
   */
  public float[] predict(Batch batch, Carry carry, EncodedSource source) {
    return observe(batch, carry, source).output();
  }

  /**
   * Computes the output for an encoded source, without dropout, and observed values such as {@code
   * layers.1.weights}.
   *
   * @param batch the decoder's input, without a source
   * @param carry the state before the chunk, replaced by the state after it
   * @param source the result of {@link #encode}, one row for each row of the batch
   * @param names the values to observe
   * @return the output and the observed values of every timestep
   */
  public Observed observe(Batch batch, Carry carry, EncodedSource source, String... names) {
    enter(carry);
    try {
      Observation observation = new Observation(List.of(names));
      tape.reset();
      tape.setRecording(false);
      tape.packOnce(model.parameters().values(), model.parameters().version());
      float[] output =
          pass.decode(batch, carry, NO_NOISE, observation, source.on(tape))
              .sequence()
              .values()
              .toArray();
      return new Observed(output, observation.values());
    } finally {
      leave(carry);
    }
  }
}
