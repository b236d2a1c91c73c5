package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Progress;
import dev.comporta.cells.model.BrokenDataException;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Exclusive;
import dev.comporta.training.data.ChunkSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Truncated back-propagation through time (Williams and Peng 1990): an update for each chunk or for
 * several, the state carried from chunk to chunk and cut from its history. How often and how far
 * back is what the chunks say: {@link dev.comporta.training.data.StreamBatcher}, {@link
 * dev.comporta.training.data.TruncatedSequences}. Cells that run against time start anew in every
 * chunk.
 *
 * <p>An update consists of forward and backward passes over its chunks, penalties, clipping, the
 * learning rate from the schedule, the optimizer step and the parameter average. The carry is reset
 * at the end of each epoch. Training is deterministic: the same seed and data give the same bits,
 * for any number of threads and across {@link #resume}.
 *
 * <p>After the last update the model has the best parameters if they are kept, else the averaged
 * ones if there is an average, else the last ones; checkpoints always contain the last ones.
 *
 * <p>A chunk in which nothing counts advances the state and has a loss and gradients of zero: its
 * update is that of the optimizer for such gradients. An epoch of such chunks is refused.
 *
 * <p>A loss, gradient or parameter that is not finite stops training before it reaches a
 * checkpoint. If a listener, a validation or the writer of the best model fails, a checkpoint is
 * written before the failure is thrown, unless the run is {@linkplain Distribution distributed}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Trainer {
  /** The number of losses that {@link TrainingResult#trainLoss} averages. */
  public static final int RECENT = 100;

  private static final long NO_CHECKPOINT = -1;

  private final SequenceModel model;
  private final ModelRunner runner;
  private final Workers workers;
  private final TrainingRules rules;
  private final TrainingSettings settings;
  private final ChunkSource training;
  private final ParameterUpdate update;
  private final ChunkGradients gradients;
  private final List<Parameter> learned;
  private final Validations validations;
  private final RecentLosses recent = new RecentLosses();

  private final GuardedListener listening = new GuardedListener();
  private @Nullable CheckpointWriter checkpoints;
  private BooleanSupplier stop = () -> false;
  private Distribution distribution = Distribution.ALONE;
  private RankSum sum;
  private OuterUpdate outer;

  private long step;
  private int epoch;
  private int chunk;
  private long tokens;
  private long checkpointed = NO_CHECKPOINT;
  private boolean epochCounts;
  private boolean startOffered;
  private boolean ended;
  private final Exclusive use = new Exclusive("trainer", "a training runs once at a time");

  /**
   * Creates a trainer at update 0.
   *
   * @param model the model to train, with initialised parameters
   * @param runner runs this model
   * @param workers threads for clipping and the optimizer
   * @param rules loss, optimizer, schedule, clipping and the other parts of an update
   * @param settings the number of updates, learning rate, seed and checkpoint interval
   * @param training the training data
   * @param validation the validation data, or null
   * @throws ComportaException if a parameter group matches no parameter or all parameters are
   *     frozen
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
    this.workers = workers;
    this.rules = rules;
    this.settings = settings;
    this.training = training;
    this.update =
        new ParameterUpdate(rules.optimizer(), rules.groups(), model.parameters(), workers);
    this.learned = update.learned();
    this.gradients =
        new ChunkGradients(
            runner,
            rules,
            rules.penalties().onOutputs(model.layers()),
            training,
            new CounterRandom(settings.seed()).stream("training"));
    this.sum = new RankSum(distribution, model.parameters().count());
    this.outer = new OuterUpdate(distribution, sum, model.parameters());
    this.validations = new Validations(runner, model.parameters(), rules.loss(), validation);
  }

  /**
   * Makes this one of the trainers of a data-parallel run. All get the same model, data and
   * settings; each computes its own chunks, and all write the same checkpoints unless {@linkplain
   * Distribution#hasOnePartPerRank each has a state of its own}. Call this before {@link #resume}.
   *
   * @param division how the chunks of an update are divided; the default is {@link
   *     Distribution#ALONE}
   * @return this trainer
   */
  public Trainer distributed(Distribution division) {
    this.distribution = division;
    this.sum = new RankSum(division, model.parameters().count());
    this.outer = new OuterUpdate(division, sum, model.parameters());
    gradients.setDistribution(division, sum);
    return this;
  }

  /**
   * Sets the listener of training events.
   *
   * @param listener called on the trainer's thread
   * @return this trainer
   */
  public Trainer listener(TrainingListener listener) {
    listening.set(listener);
    return this;
  }

  /**
   * Sets the writer of checkpoints.
   *
   * @param writer called every {@link TrainingSettings#checkpointEvery} updates and at the end
   * @return this trainer
   */
  public Trainer checkpoints(CheckpointWriter writer) {
    this.checkpoints = writer;
    return this;
  }

  /**
   * Sets the writer of the best model.
   *
   * @param writer called whenever a validation loss is the lowest so far
   * @return this trainer
   */
  public Trainer bestModels(BestWriter writer) {
    validations.setWriter(writer);
    return this;
  }

  /**
   * Sets a stop condition.
   *
   * @param stop evaluated before every update; once true, a checkpoint is written and training ends
   * @return this trainer
   */
  public Trainer stopWhen(BooleanSupplier stop) {
    this.stop = stop;
    return this;
  }

  /**
   * Sets when the model is validated, early stopping and whether the best parameters are kept. Call
   * this before {@link #resume}.
   *
   * @param validationRules the rules; the default is {@link ValidationRules#EVERY_EPOCH}
   * @return this trainer
   * @throws ComportaException if the rules need validation data and the trainer has none
   */
  public Trainer validating(ValidationRules validationRules) {
    validations.setRules(validationRules);
    return this;
  }

  /**
   * Sets the averaging of parameters; none by default. Call this before {@link #resume}.
   *
   * @param averaging the rule
   * @return this trainer
   */
  public Trainer averaging(Averaging averaging) {
    validations.setAveraging(averaging);
    return this;
  }

  /**
   * Sets scheduled sampling, which replaces some of a decoder's inputs by its own predictions.
   *
   * @param rule the rule; the default is {@link ScheduledSampling#NONE}
   * @return this trainer
   */
  public Trainer sampling(ScheduledSampling rule) {
    gradients.setSampling(rule, settings.steps());
    return this;
  }

  /**
   * Sets whether the parameters before the first update are validated as well, and may be the best
   * ones; not by default. Their loss counts neither for early stopping nor for schedules.
   *
   * @param offered true if they may be the best ones, such as those of a least-squares fit
   * @return this trainer
   */
  public Trainer offeringStart(boolean offered) {
    this.startOffered = offered;
    return this;
  }

  /**
   * Restores the state of an earlier run; the model must already have that run's parameters. If the
   * state does not fit, nothing is changed.
   *
   * @param state the state
   * @return this trainer
   * @throws ComportaException if the state does not fit the model, the optimizer or the data, or
   *     has more updates than this run
   */
  public Trainer resume(TrainingState state) {
    use.enter();
    try {
      takeOver(state);
    } finally {
      use.leave();
    }
    return this;
  }

  private void takeOver(TrainingState state) {
    state.requirePossible(settings.steps(), training.chunks(), rules.accumulate());
    state.requireKnown(
        Set.of(ParameterAverage.NAME, BestParameters.NAME, OuterUpdate.NAME, RankSum.NAME),
        Set.of(ParameterAverage.COUNT, BestParameters.LOSS, BestParameters.STEP, Validations.LAST));
    update.check(state.slots(), state.scalars());
    Carries.check(gradients.carries(), state.carry(), state.fresh());
    state.requireWeights(OuterUpdate.NAME, "the momentum of outer updates", outer.momentum());
    state.requireWeights(RankSum.NAME, "what compression left out", sum.left());
    validations.check(state);

    update.restore(state.slots(), state.scalars());
    Carries.restore(gradients.carries(), state.carry(), state.fresh());
    outer.restore(state);
    sum.restore(state);
    validations.restore(state);
    step = state.step();
    epoch = state.epoch();
    chunk = state.chunk();
    tokens = state.tokens();
    recent.restore(state.recentLosses());
    epochCounts = chunk > 0; // what its first chunks were is not known
    checkpointed = step;
  }

  /**
   * Trains until all updates are done, early stopping ends the run or the stop condition holds.
   *
   * @return how it ended
   * @throws DivergenceException if something is no longer finite
   * @throws ComportaException if an epoch has nothing that counts, the data hold NaN, a listener
   *     failed, or training had ended before
   */
  public TrainingResult train() {
    use.enter();
    try {
      return trainToTheEnd();
    } finally {
      use.leave();
    }
  }

  private TrainingResult trainToTheEnd() {
    if (ended) {
      throw new ComportaException(
          "[trainer] expected an unfinished training run but this one has ended; resume from its checkpoint with more updates");
    }
    distribution.require(training, rules.accumulate(), settings, validations);
    int updates = Math.ceilDiv(training.chunks(), rules.accumulate());
    outer.begin();
    listening.begin();
    listening.tell(new TrainingEvent.Started(step, settings.steps(), updates));
    endAfterFailure();
    if (startOffered && step == 0 && validations.hasData()) {
      listening.run(() -> validations.measure(step, epoch, listening));
      listening.run(() -> validations.offer(step));
      endAfterFailure();
    }
    while (step < settings.steps() && !validations.exhausted()) {
      if (stop.getAsBoolean()) {
        checkpoint();
        listening.tell(new TrainingEvent.Stopped(step));
        endAfterFailure();
        return result(validations.last(), true);
      }
      step();
      endAfterFailure();
      if (settings.checkpointEvery() > 0
          && step % settings.checkpointEvery() == 0
          && step < settings.steps()) {
        checkpoint();
      }
    }
    if (Double.isNaN(validations.last())) {
      listening.run(() -> validations.measure(step, epoch, listening)); // off schedule
      endAfterFailure();
    }
    checkpoint();
    // After the last checkpoint: a resumed, longer run must not know of a measurement off schedule.
    listening.run(() -> validations.offer(step));
    endAfterFailure();
    ended = true;
    double left = validations.leaveParameters();
    listening.tell(new TrainingEvent.Finished(step));
    endAfterFailure();
    return result(left, false);
  }

  private void step() {
    int chunks = gradients.chunksFrom(chunk);
    ChunkGradients.Result chunkResult = gradients.of(step, epoch, chunk);
    double loss = chunkResult.loss().mean();
    float[] values = model.parameters().values();
    if (!Double.isFinite(loss)) {
      requireUsableData(values);
      throw diverged(
          step + 1, NonFinite.behindLoss(loss, values, model.parameters().all(), runner));
    }
    rules.penalties().addTo(runner.gradients(), values, learned);
    double norm = rules.clipping().clip(runner.gradients(), learned, workers);
    if (!Double.isFinite(norm)) {
      requireUsableData(values);
      throw diverged(step + 1, NonFinite.behindNorm(norm, runner.gradients(), learned));
    }
    double rate = rules.schedule().learningRate(settings.learningRate(), progress());
    update.apply(step + 1, requireRate(rate), runner.gradients());
    boolean counts = chunkResult.loss().weight() > 0;
    if (counts) {
      recent.add(loss);
    }
    epochCounts |= counts;
    step++;
    tokens += chunkResult.count();
    validations.forget();
    listening.tell(new TrainingEvent.Stepped(step, epoch, loss, norm, rate, chunkResult.count()));
    if (distribution.sumsGradients()) {
      listening.tell(sum.event(step));
    }
    chunk += chunks;
    boolean endOfEpoch = chunk == training.chunks();
    validations.average(this::progress, endOfEpoch);
    if (outer.ends(step, endOfEpoch || step == settings.steps())) {
      outer.apply();
      listening.tell(sum.event(step));
    }
    if (endOfEpoch) {
      requireCounts();
      epochCounts = false;
      chunk = 0;
      epoch++;
      gradients.reset();
    }
    if (validations.isDue(step, endOfEpoch)) {
      listening.run(() -> validations.measureOnSchedule(step, epoch, listening));
    }
  }

  /** Blames the data if a number is too large for float32 and no parameter was broken before. */
  private void requireUsableData(float[] values) {
    BrokenDataException tooLarge = runner.tooLargeData();
    if (tooLarge != null && NonFinite.first(values, model.parameters().all()).isEmpty()) {
      throw tooLarge.in(gradients.lastChunk());
    }
  }

  private void requireCounts() {
    if (!epochCounts) {
      throw new ComportaException(
          formatted(
              "[trainer] expected a timestep that counts in epoch %d but in all of its %d chunks there are only padding and ignored labels",
              epoch, training.chunks()));
    }
  }

  private Progress progress() {
    return new Progress(step, settings.steps(), epoch, validations.losses());
  }

  private double requireRate(double rate) {
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new ComportaException(
          formatted(
              "[trainer] expected a learning rate of 0 or more from the schedule but got %s for update %d",
              rate, step + 1));
    }
    return rate;
  }

  private void checkpoint() {
    writeCheckpoint();
    endAfterFailure();
  }

  private void writeCheckpoint() {
    NonFinite.first(model.parameters().values(), model.parameters().all())
        .ifPresent(found -> {
          throw diverged(step, "parameter " + found);
        });
    listening.tell(new TrainingEvent.Checkpointing(step));
    if (distribution.sumsGradients()) {
      gradients.gatherCarries();
    }
    if (checkpoints != null) {
      checkpoints.write(state());
      checkpointed = step;
    }
    listening.tell(new TrainingEvent.Checkpointed(step));
  }

  /**
   * What a checkpoint of this moment holds.
   *
   * @return a copy
   */
  public TrainingState state() {
    Map<String, float[]> weights = new LinkedHashMap<>();
    Map<String, Double> numbers = new LinkedHashMap<>();
    validations.save(weights, numbers);
    outer.save(weights);
    sum.save(weights);
    return new TrainingState(
        step,
        epoch,
        chunk,
        tokens,
        update.slots(),
        update.scalars(),
        Carries.copy(gradients.carries()),
        Carries.fresh(gradients.carries()),
        recent.values(),
        validations.losses().stream().mapToDouble(Double::doubleValue).toArray(),
        weights,
        numbers);
  }

  private DivergenceException diverged(long at, String what) {
    return new DivergenceException(at, what, checkpointed != NO_CHECKPOINT);
  }

  /** Throws what a listener threw, once the updates so far are in a checkpoint. */
  private void endAfterFailure() {
    RuntimeException failure = listening.failure();
    if (failure == null) {
      return;
    }
    String kept = "";
    if (checkpoints != null && distribution.exchange().ranks() == 1) {
      kept = ", and the checkpoint of that update is kept";
      try {
        if (checkpointed != step) {
          writeCheckpoint();
        }
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
        kept =
            ", whose checkpoint could not be written: "
                + e.getMessage()
                + (checkpointed == NO_CHECKPOINT
                    ? ""
                    : "; the checkpoint of update " + checkpointed + " is kept");
      }
    }
    if (step == 0 || !(failure instanceof ComportaException)) {
      throw failure;
    }
    throw new ComportaException(
        failure.getMessage() + "; training stopped after update " + step + kept, failure);
  }

  private TrainingResult result(double validationLoss, boolean stopped) {
    boolean early = !stopped && step < settings.steps();
    return new TrainingResult(
        step,
        epoch,
        tokens,
        recent.mean(),
        validationLoss,
        validations.best().loss(),
        validations.best().step(),
        stopped,
        early);
  }
}
