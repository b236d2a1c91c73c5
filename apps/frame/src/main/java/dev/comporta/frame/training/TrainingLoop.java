package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.TrainingOptions.CHECKPOINT_EVERY;
import static dev.comporta.frame.training.TrainingOptions.FIND_LEARNING_RATE;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.compute.Compute;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingResult;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import org.jspecify.annotations.Nullable;

/** Runs the trainer by the settings of a run, and records its course. */
final class TrainingLoop {
  private final Settings settings;
  private final Recipe recipe;
  private final Experiment experiment;
  private final Compute compute;
  private final ModelOutput output;
  private final Recording recording;
  private final TaskContext context;
  private final RunRules rules;
  private boolean reached;

  /**
   * How training ended.
   *
   * @param result losses and counts
   * @param seconds that it took
   * @param tokens timesteps trained on in this run
   * @param stopped whether it was interrupted before its end
   */
  record Outcome(TrainingResult result, double seconds, long tokens, boolean stopped) {}

  TrainingLoop(
      Settings settings,
      Recipe recipe,
      Experiment experiment,
      Compute compute,
      ModelOutput output,
      Recording recording,
      TaskContext context) {
    this.settings = settings;
    this.recipe = recipe;
    this.experiment = experiment;
    this.compute = compute;
    this.output = output;
    this.recording = recording;
    this.context = context;
    this.rules = new RunRules(settings, recipe, context.catalog());
  }

  /** Trains to the end, to the goal, or until an interruption. */
  Outcome train(SequenceModel model, ModelRunner runner, @Nullable Checkpoint checkpoint) {
    TrainingRules training = rules.training();
    long updates = Math.ceilDiv(experiment.training().chunks(), training.accumulate());
    long steps =
        settings
            .find(TrainingOptions.STEPS)
            .map(Integer::longValue)
            .orElseGet(() -> settings.get(TrainingOptions.EPOCHS) * updates);
    double rate = checkpoint == null ? searchedRate(model, runner, training) : rules.baseRate();
    Trainer trainer =
        new Trainer(
                model,
                runner,
                compute.workers(),
                training,
                TrainingSettings.of(steps)
                    .learningRate(rate)
                    .seed(settings.get(SEED))
                    .checkpointEvery(settings.get(CHECKPOINT_EVERY)),
                experiment.training(),
                experiment.validation())
            .distributed(context.distribution())
            .checkpoints(state -> output.saveCheckpoint(model, state))
            .validating(rules.validation())
            .averaging(RunRules.averaging(settings))
            .sampling(recipe.sampling())
            .offeringStart(!recipe.start().isEmpty() && RunRules.keepsBest(settings))
            .bestModels((step, loss) -> {
              if (RunRules.keepsBest(settings)) {
                output.saveBest(model, loss);
              }
            })
            .stopWhen(() -> reached || context.interruption().requested());
    long before = 0;
    if (checkpoint != null) {
      var state = TrainingStates.fromCheckpoint(checkpoint);
      before = state.tokens();
      trainer.resume(state);
    }
    output.rehearse(model, trainer.state());
    long begun = System.nanoTime();
    TrainingResult result;
    try (Recording.Open open = recording.open(model.parameters(), settings.kept(), steps)) {
      trainer.listener(event -> {
        context.listener().on(event);
        open.on(event);
        reached |= event instanceof TrainingEvent.Validated at && at.loss() < recipe.goal();
      });
      result = context.interruption().heeding(trainer::train);
    }
    if (result.early()) {
      context.log(
          formatted(
              "stopped early after step %d: no improvement in %d validations; the lowest loss was %.4f after step %d",
              result.steps(),
              settings.get(TrainingOptions.PATIENCE),
              result.bestLoss(),
              result.bestStep()));
    }
    return new Outcome(
        result,
        (System.nanoTime() - begun) / 1e9,
        result.tokens() - before,
        result.stopped() && !reached);
  }

  /** The base learning rate: as set, or as found, and then stored like one that was set. */
  private double searchedRate(SequenceModel model, ModelRunner runner, TrainingRules training) {
    double usual = rules.baseRate();
    int updates = settings.get(FIND_LEARNING_RATE);
    if (updates == 0) {
      return usual;
    }
    double found =
        new RateSearch(updates, recipe.summedOver())
            .find(
                model,
                runner,
                compute.workers(),
                training,
                experiment.training(),
                usual,
                settings.get(SEED),
                context.log());
    output.found(found);
    return found * recipe.summedOver();
  }
}
