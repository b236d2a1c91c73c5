package dev.comporta.training;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Progress;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Truncated back-propagation through time (Williams and Peng 1990): one update for each chunk, the
 * state carried from chunk to chunk and cut from its history.
 *
 * <p>An update: forward and backward over the chunk, clip, learning rate from the schedule,
 * optimizer. After the last chunk of an epoch the carry is reset and the validation data measured.
 * The same seed and data give the same bits, for any number of threads and across {@link #resume}.
 *
 * <p>A loss, gradient or parameter that is not finite stops training before it reaches a
 * checkpoint.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Trainer {
  /** How many losses {@link TrainingResult#trainLoss} averages. */
  public static final int RECENT = 100;

  private final SequenceModel model;
  private final ModelRunner runner;
  private final TrainingRules rules;
  private final TrainingSettings settings;
  private final ChunkSource training;
  private final @Nullable ChunkSource validation;
  private final ParameterUpdate update;
  private final RandomSource random;
  private final List<Parameter> parameters;
  private final Carry carry;
  private final List<Double> validationLosses = new ArrayList<>();
  private final double[] recent = new double[RECENT];

  private TrainingListener listener = event -> {};
  private CheckpointWriter checkpoints = state -> {};
  private BooleanSupplier stop = () -> false;

  private long step;
  private int epoch;
  private int chunk;
  private long tokens;
  private double lastValidation = Double.NaN;

  /**
   * A trainer that has done no update.
   *
   * @param model what to train, its parameters initialised
   * @param runner runs this model
   * @param workers share the optimizer's work
   * @param rules loss, optimizer, schedule, clipping
   * @param settings the numbers
   * @param training the data to learn from
   * @param validation the data to measure with at the end of each epoch, or null
   */
  public Trainer(
      SequenceModel model,
      ModelRunner runner,
      Workers workers,
      TrainingRules rules,
      TrainingSettings settings,
      ChunkSource training,
      @Nullable ChunkSource validation) {
    this.model = model;
    this.runner = runner;
    this.rules = rules;
    this.settings = settings;
    this.training = training;
    this.validation = validation;
    this.update = new ParameterUpdate(rules.optimizer(), model.parameters(), workers);
    this.random = new CounterRandom(settings.seed()).stream("training");
    this.parameters = model.parameters().all();
    this.carry = runner.newCarry(training.rows());
  }

  /**
   * Sets who hears the events.
   *
   * @param listener called on the trainer's thread
   * @return this trainer
   */
  public Trainer listener(TrainingListener listener) {
    this.listener = listener;
    return this;
  }

  /**
   * Sets who keeps the checkpoints.
   *
   * @param writer called every {@link TrainingSettings#checkpointEvery} updates and at the end
   * @return this trainer
   */
  public Trainer checkpoints(CheckpointWriter writer) {
    this.checkpoints = writer;
    return this;
  }

  /**
   * Sets who may stop the training.
   *
   * @param stop asked before every update; once true, a checkpoint is written and training ends
   * @return this trainer
   */
  public Trainer stopWhen(BooleanSupplier stop) {
    this.stop = stop;
    return this;
  }

  /**
   * Takes over the state of an earlier run; the model's parameters must already be that run's.
   *
   * @param state the state
   * @return this trainer
   * @throws ComportaException if it does not fit the model, the optimizer or the data
   */
  public Trainer resume(TrainingState state) {
    if (state.chunk() >= training.chunks() || state.recentLosses().length > RECENT) {
      throw new ComportaException(
          "[resume] the checkpoint stands at chunk %d with %d recent losses, but the data has %d chunks; it was written for other data or settings"
              .formatted(state.chunk(), state.recentLosses().length, training.chunks()));
    }
    update.restore(state.slots(), state.scalars());
    Carries.restore(carry, state.carry(), state.fresh());
    step = state.step();
    epoch = state.epoch();
    chunk = state.chunk();
    tokens = state.tokens();
    validationLosses.clear();
    Arrays.stream(state.validationLosses()).forEach(validationLosses::add);
    long first = step - state.recentLosses().length;
    for (int i = 0; i < state.recentLosses().length; i++) {
      recent[(int) ((first + i) % RECENT)] = state.recentLosses()[i];
    }
    return this;
  }

  /**
   * Trains until all updates are done or a stop is asked for.
   *
   * @return how it ended
   * @throws DivergenceException if something is no longer finite
   */
  public TrainingResult train() {
    listener.on(new TrainingEvent.Started(step, settings.steps(), training.chunks()));
    while (step < settings.steps()) {
      if (stop.getAsBoolean()) {
        checkpoint();
        listener.on(new TrainingEvent.Stopped(step));
        return result(true);
      }
      step();
      if (settings.checkpointEvery() > 0
          && step % settings.checkpointEvery() == 0
          && step < settings.steps()) {
        checkpoint();
      }
    }
    if (Double.isNaN(lastValidation)) {
      validate(); // the last epoch is not complete, or was completed before a resume
    }
    checkpoint();
    listener.on(new TrainingEvent.Finished(step));
    return result(false);
  }

  private void step() {
    if (!training.continues(chunk)) {
      carry.reset();
    }
    Batch batch = training.batch(epoch, chunk);
    LossResult loss = runner.train(batch, rules.loss(), carry, random.stream(step));
    if (!Double.isFinite(loss.sum())) {
      throw new DivergenceException(step + 1, brokenLoss(loss.mean()));
    }
    double norm = rules.clipping().clip(runner.gradients(), parameters);
    if (!Double.isFinite(norm)) {
      throw new DivergenceException(step + 1, brokenGradient(norm));
    }
    Progress progress = new Progress(step, settings.steps(), epoch, validationLosses);
    double rate = rules.schedule().learningRate(settings.learningRate(), progress);
    update.apply(step + 1, rate, runner.gradients());
    recent[(int) (step % RECENT)] = loss.mean();
    step++;
    tokens += batch.count();
    lastValidation = Double.NaN;
    listener.on(new TrainingEvent.Stepped(step, epoch, loss.mean(), norm, rate, batch.count()));
    chunk++;
    if (chunk == training.chunks()) {
      chunk = 0;
      epoch++;
      carry.reset();
      validate();
      if (validation != null) {
        validationLosses.add(lastValidation);
      }
    }
  }

  private void validate() {
    if (validation != null) {
      lastValidation = Evaluation.of(runner, rules.loss(), validation).mean();
      listener.on(new TrainingEvent.Validated(step, epoch, lastValidation));
    }
  }

  private void checkpoint() {
    NonFinite.first(model.parameters().values(), parameters)
        .ifPresent(found -> {
          throw new DivergenceException(step, "parameter " + found);
        });
    checkpoints.write(
        new TrainingState(
            step,
            epoch,
            chunk,
            tokens,
            update.slots(),
            update.scalars(),
            Carries.copy(carry),
            carry.fresh().clone(),
            recentLosses(),
            validationLosses.stream().mapToDouble(Double::doubleValue).toArray()));
    listener.on(new TrainingEvent.Checkpointed(step));
  }

  /** A parameter that an earlier update broke, else a layer's output, else the loss itself. */
  private String brokenLoss(double loss) {
    return NonFinite.first(model.parameters().values(), parameters)
        .map(found -> "parameter " + found)
        .orElseGet(
            () -> Objects.requireNonNullElse(runner.firstBrokenOutput(), "the loss is " + loss));
  }

  private String brokenGradient(double norm) {
    return NonFinite.first(runner.gradients(), parameters)
        .map(found -> "the gradient of parameter " + found)
        .orElse("the norm of the gradients is " + norm);
  }

  private double[] recentLosses() {
    int count = (int) Math.min(step, RECENT);
    double[] losses = new double[count];
    for (int i = 0; i < count; i++) {
      losses[i] = recent[(int) ((step - count + i) % RECENT)];
    }
    return losses;
  }

  private TrainingResult result(boolean stopped) {
    double mean = Arrays.stream(recentLosses()).average().orElse(Double.NaN);
    return new TrainingResult(step, epoch, tokens, mean, lastValidation, stopped);
  }
}
