package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.WorkerPool;
import dev.comporta.training.TrainingEvent.Checkpointed;
import dev.comporta.training.TrainingEvent.Checkpointing;
import dev.comporta.training.TrainingEvent.Exchanged;
import dev.comporta.training.TrainingEvent.Finished;
import dev.comporta.training.TrainingEvent.Started;
import dev.comporta.training.TrainingEvent.Stepped;
import dev.comporta.training.TrainingEvent.Stopped;
import dev.comporta.training.TrainingEvent.Validated;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.StreamBatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final int SYMBOLS = 4;
  private static final int[] TEXT = text(203);
  private static final int[] VALIDATION = text(41);

  private static int[] text(int length) {
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = (i * i + i / 3) % SYMBOLS;
    }
    return ids;
  }

  /** A small model with dropout, its trainer, and its recorded events and checkpoints. */
  private static final class Run {
    private final SequenceModel model;
    private final ModelRunner runner;
    private final Trainer trainer;
    private final List<TrainingEvent> events = new ArrayList<>();
    private final List<TrainingState> states = new ArrayList<>();
    private final List<float[]> parameters = new ArrayList<>();

    Run(Settings settings, Workers workers) {
      Spec spec =
          Spec.of("sequential")
              .with(
                  "layers",
                  List.of(
                      Spec.of("embedding").with("vocabulary", SYMBOLS).with("size", 5),
                      Spec.of("dropout").with("rate", 0.2),
                      Spec.of("recurrent").with("cell", Spec.of("lstm")).with("hidden", 7),
                      Spec.of("dense").with("units", SYMBOLS)));
      model = SequenceModel.build(spec, CATALOG);
      model.initialize(CATALOG, new CounterRandom(1).stream("parameters"));
      runner = new ModelRunner(model, CATALOG.backend("reference"), workers, Execution.DEFINITION);
      Loss loss = loss();
      Optimizer optimizer = CATALOG.optimizer(Spec.of(settings.optimizer));
      Schedule schedule = CATALOG.schedule(Spec.of("constant"));
      trainer =
          new Trainer(
                  model,
                  runner,
                  workers,
                  new TrainingRules(loss, optimizer, schedule, new Clipping.GlobalNorm(1)),
                  TrainingSettings.of(settings.steps)
                      .learningRate(settings.rate)
                      .checkpointEvery(settings.every),
                  new StreamBatcher(TEXT, 3, 10),
                  new StreamBatcher(VALIDATION, 2, 10))
              .listener(events::add)
              .checkpoints(state -> {
                states.add(state);
                parameters.add(model.parameters().values().clone());
              });
    }

    void restore(Run earlier, int checkpoint) {
      System.arraycopy(
          earlier.parameters.get(checkpoint),
          0,
          model.parameters().values(),
          0,
          model.parameters().count());
      model.parameters().changed();
      trainer.resume(earlier.states.get(checkpoint));
    }
  }

  private record Settings(String optimizer, long steps, double rate, long every) {
    static Settings of(long steps, long every) {
      return new Settings("adam", steps, 0.02, every);
    }
  }

  private static Loss loss() {
    return CATALOG.loss(Spec.of("cross-entropy"));
  }

  @Test
  void learnsWhatCanBeLearned() {
    Run run = new Run(Settings.of(140, 0), Workers.ALONE);
    TrainingResult result = run.trainer.train();
    double first = ((Stepped) run.events.get(1)).loss();
    assertThat(first).isCloseTo(Math.log(SYMBOLS), within(0.3));
    assertThat(result.validationLoss()).isLessThan(0.6 * first);
    assertThat(result.trainLoss()).isLessThan(first);
    assertThat(result.epochs()).isEqualTo(20);
    assertThat(result.tokens()).isEqualTo(20L * 202);
    assertThat(result.stopped()).isFalse();
  }

  @Test
  void tellsWhatItDoesInOrder() {
    Run run = new Run(Settings.of(9, 4), Workers.ALONE); // an epoch has 7 chunks
    run.trainer.train();
    List<String> told = new ArrayList<>();
    for (TrainingEvent event : run.events) {
      told.add(
          switch (event) {
            case Started started ->
                "started %d of %d, epochs of %d"
                    .formatted(started.step(), started.totalSteps(), started.chunksPerEpoch());
            case Stepped stepped -> "%d/%d".formatted(stepped.epoch(), stepped.step());
            case Validated validated -> "validated epoch " + validated.epoch();
            case Checkpointing checkpointing -> "writes " + checkpointing.step();
            case Checkpointed checkpointed -> "checkpoint " + checkpointed.step();
            case Exchanged exchanged -> "exchanged " + exchanged.step();
            case Finished finished -> "finished " + finished.step();
            case Stopped stopped -> "stopped " + stopped.step();
          });
    }
    assertThat(told)
        .containsExactly(
            "started 0 of 9, epochs of 7",
            "0/1",
            "0/2",
            "0/3",
            "0/4",
            "writes 4",
            "checkpoint 4",
            "0/5",
            "0/6",
            "0/7",
            "validated epoch 1",
            "1/8",
            "writes 8",
            "checkpoint 8",
            "1/9",
            "validated epoch 1",
            "writes 9",
            "checkpoint 9",
            "finished 9");
  }

  @ParameterizedTest
  @CsvSource({"adam,0", "adam,1", "adam,2", "sgd,1", "nadam,1"})
  void aResumedRunEndsInTheSameBits(String optimizer, int checkpoint) {
    Run whole = new Run(new Settings(optimizer, 17, 0.02, 5), Workers.ALONE);
    whole.trainer.train();
    Run resumed = new Run(new Settings(optimizer, 17, 0.02, 5), Workers.ALONE);
    resumed.restore(whole, checkpoint);
    TrainingResult result = resumed.trainer.train();

    assertThat(result.steps()).isEqualTo(17);
    assertThat(resumed.model.parameters().values()).isEqualTo(whole.model.parameters().values());
    TrainingState end = whole.states.getLast();
    TrainingState resumedEnd = resumed.states.getLast();
    assertThat(resumedEnd).usingRecursiveComparison().isEqualTo(end);
    assertThat(resumed.events.getLast()).isEqualTo(whole.events.getLast());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void theNumberOfThreadsChangesNoBit(int threads) {
    Run alone = new Run(Settings.of(10, 0), Workers.ALONE);
    alone.trainer.train();
    try (WorkerPool pool = new WorkerPool(threads)) {
      Run shared = new Run(Settings.of(10, 0), pool);
      shared.trainer.train();
      assertThat(shared.model.parameters().values()).isEqualTo(alone.model.parameters().values());
    }
  }

  @Test
  void aRequestToStopEndsTheStepAndKeepsACheckpoint() {
    Run whole = new Run(Settings.of(12, 0), Workers.ALONE);
    whole.trainer.train();
    Run stopped = new Run(Settings.of(12, 0), Workers.ALONE);
    stopped.trainer.stopWhen(() -> stopped.events.size() > 5); // started and five steps
    TrainingResult result = stopped.trainer.train();
    assertThat(result.stopped()).isTrue();
    assertThat(result.steps()).isEqualTo(5);
    assertThat(stopped.events.getLast()).isEqualTo(new Stopped(5));
    assertThat(stopped.states).hasSize(1);

    Run resumed = new Run(Settings.of(12, 0), Workers.ALONE);
    resumed.restore(stopped, 0);
    resumed.trainer.train();
    assertThat(resumed.model.parameters().values()).isEqualTo(whole.model.parameters().values());
  }

  @Test
  void divergenceNamesTheStepAndTheParameterAndKeepsTheCheckpointBefore() {
    Run run = new Run(new Settings("sgd", 20, 1e38, 1), Workers.ALONE);
    assertThatThrownBy(run.trainer::train)
        .isInstanceOf(DivergenceException.class)
        .hasMessageMatching(
            "\\[trainer\\] training diverged at step \\d+: (parameter|the gradient of parameter|the output of layers|the loss).*(NaN|Infinity); the last checkpoint was kept; try a lower learning rate or stronger clipping");
    for (float[] kept : run.parameters) {
      for (float value : kept) {
        assertThat(value).isFinite();
      }
    }
  }

  @Test
  void aBrokenParameterIsNamed() {
    Run run = new Run(Settings.of(3, 0), Workers.ALONE);
    int offset = run.model.parameters().get("layers.2.cell.W").offset();
    run.model.parameters().values()[offset + 2] = Float.NaN;
    assertThatThrownBy(run.trainer::train)
        .isInstanceOf(DivergenceException.class)
        .hasMessageStartingWith(
            "[trainer] training diverged at step 1: parameter layers.2.cell.W is NaN");
    assertThat(run.states).isEmpty();
  }

  @Test
  void aBrokenOutputIsNamedWhereAllParametersAreFinite() {
    Run run = new Run(Settings.of(3, 0), Workers.ALONE);
    Parameter bias = run.model.parameters().all().getLast();
    Arrays.fill(run.model.parameters().values(), 1e38f);
    assertThatThrownBy(run.trainer::train)
        .isInstanceOf(DivergenceException.class)
        .hasMessageMatching(
            "\\[trainer\\] training diverged at step 1: the output of %s is (NaN|Infinity);.*"
                .formatted(bias.name().substring(0, bias.name().lastIndexOf('.'))));
    assertThat(run.states).isEmpty();
  }

  @Test
  void aCheckpointBeyondTheEndIsRefused() {
    Run far = new Run(Settings.of(5, 0), Workers.ALONE);
    far.trainer.train();
    Run shorter = new Run(Settings.of(4, 0), Workers.ALONE);
    assertThatThrownBy(() -> shorter.restore(far, 0))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[resume] expected a checkpoint of at most 4 updates, the length of this run, but it has 5; set more steps or epochs");
  }

  @Test
  void aCheckpointOfOtherSettingsIsRefused() {
    Run adam = new Run(Settings.of(5, 0), Workers.ALONE);
    adam.trainer.train();
    Run sgd = new Run(new Settings("sgd", 5, 0.02, 0), Workers.ALONE);
    assertThatThrownBy(() -> sgd.restore(adam, 0))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[resume] expected 0 arrays and 0 numbers of optimizer state but the checkpoint has 2 and 0; it was written for another optimizer");
  }

  @Test
  void evaluationDoesNotDependOnTheChunks() {
    Run run = new Run(Settings.of(30, 0), Workers.ALONE);
    run.trainer.train();
    double whole = Evaluation.of(run.runner, loss(), new StreamBatcher(VALIDATION, 1, 40)).mean();
    double cut = Evaluation.of(run.runner, loss(), new StreamBatcher(VALIDATION, 1, 7)).mean();
    assertThat(cut).isCloseTo(whole, within(1e-6));
    assertThat(Evaluation.of(run.runner, loss(), new StreamBatcher(VALIDATION, 1, 7)).weight())
        .isEqualTo(40);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> TrainingSettings.of(0).learningRate(1))
        .hasMessage("[trainer] expected 1 or more steps but got 0");
    assertThatThrownBy(() -> TrainingSettings.of(1).learningRate(Double.NaN))
        .hasMessage("[trainer] expected a learning rate above 0 but got NaN");
    assertThatThrownBy(() -> TrainingSettings.of(1).learningRate(1).checkpointEvery(-1))
        .hasMessage("[trainer] expected 0 or more steps between checkpoints but got -1");
  }

  @Test
  void anEstimateThatDoesNotFitIsRefusedWithItsSize() {
    MemoryEstimate estimate = new MemoryEstimate(4e12, 2, 1e9);
    assertThatThrownBy(() -> estimate.requireFits("the model", 2L << 30))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[memory] the model needs about 128.1 TiB (4000000.0 million parameters) but the JVM may use only 2.0 GiB; choose smaller sizes or raise the limit (-Xmx)");
    new MemoryEstimate(1e6, 2, 1e6).requireFits("the model", 1L << 30);
  }

  @Test
  void recentLossesAreKeptInOrder() {
    Run run = new Run(Settings.of(Trainer.RECENT + 9, 0), Workers.ALONE);
    run.trainer.train();
    double[] losses =
        run.events.stream()
            .filter(Stepped.class::isInstance)
            .mapToDouble(event -> ((Stepped) event).loss())
            .toArray();
    assertThat(run.states.getLast().recentLosses())
        .isEqualTo(Arrays.copyOfRange(losses, 9, losses.length));
  }

  @Test
  void aTrainingThatRunsRefusesASecondCall() {
    List<String> refused = new ArrayList<>();
    SmallTraining[] small = new SmallTraining[1];
    small[0] =
        SmallTraining.of(
            SmallTraining.rules("sgd"),
            3,
            0,
            trainer ->
                trainer.stopWhen(() -> {
                  try {
                    small[0].trainer.train();
                  } catch (ComportaException e) {
                    refused.add(e.getMessage());
                  }
                  return false;
                }));
    small[0].trainer.train();
    assertThat(refused)
        .hasSize(3)
        .allMatch(
            message -> message.startsWith("[trainer] expected one call at a time but thread "));
  }
}
