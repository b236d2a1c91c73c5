package dev.comporta.training;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.StreamBatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A model of a few symbols with dropout, its trainer, and its recorded events and checkpoints. */
final class SmallTraining {
  static final Catalog CATALOG = Catalog.load();
  static final int SYMBOLS = 4;
  static final int CHUNKS = 7; // per epoch

  final SequenceModel model;
  final ModelRunner runner;
  final Trainer trainer;
  final List<TrainingEvent> events = new ArrayList<>();
  final List<TrainingState> states = new ArrayList<>();
  final List<float[]> parameters = new ArrayList<>();
  final List<float[]> bestModels = new ArrayList<>();

  SmallTraining(
      TrainingRules rules,
      TrainingSettings settings,
      ChunkSource training,
      UnaryOperator<Trainer> more) {
    this(rules, settings, training, 0.2, more);
  }

  SmallTraining(
      TrainingRules rules,
      TrainingSettings settings,
      ChunkSource training,
      double dropout,
      UnaryOperator<Trainer> more) {
    model = model(dropout);
    runner =
        new ModelRunner(model, CATALOG.backend("reference"), Workers.ALONE, Execution.DEFINITION);
    trainer =
        more.apply(
            new Trainer(model, runner, Workers.ALONE, rules, settings, training, validation())
                .listener(events::add)
                .bestModels((step, loss) -> bestModels.add(model.parameters().values().clone()))
                .checkpoints(state -> {
                  states.add(state);
                  parameters.add(model.parameters().values().clone());
                }));
  }

  static SmallTraining of(
      TrainingRules rules, long steps, long every, UnaryOperator<Trainer> more) {
    return new SmallTraining(
        rules,
        TrainingSettings.of(steps).learningRate(0.02).checkpointEvery(every),
        stream(),
        more);
  }

  static SequenceModel model(double dropout) {
    Spec spec =
        Spec.of("sequential")
            .with(
                "layers",
                List.of(
                    Spec.of("embedding").with("vocabulary", SYMBOLS).with("size", 5),
                    Spec.of("dropout").with("rate", dropout),
                    Spec.of("recurrent").with("cell", Spec.of("lstm")).with("hidden", 7),
                    Spec.of("dense").with("units", SYMBOLS)));
    SequenceModel model = SequenceModel.build(spec, CATALOG);
    model.initialize(CATALOG, new CounterRandom(1).stream("parameters"));
    return model;
  }

  static StreamBatcher stream() {
    return new StreamBatcher(text(203), 3, 10);
  }

  static StreamBatcher validation() {
    return new StreamBatcher(text(41), 2, 10);
  }

  static int[] text(int length) {
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = (i * i + i / 3) % SYMBOLS;
    }
    return ids;
  }

  static TrainingRules rules(String optimizer) {
    return new TrainingRules(
        loss(Spec.of("cross-entropy")),
        optimizer(Spec.of(optimizer)),
        schedule(Spec.of("constant")),
        new Clipping.GlobalNorm(1));
  }

  static Loss loss(Spec spec) {
    return CATALOG.loss(spec);
  }

  static Optimizer optimizer(Spec spec) {
    return CATALOG.optimizer(spec);
  }

  static Schedule schedule(Spec spec) {
    return CATALOG.schedule(spec);
  }

  /** Resumes from a checkpoint of another run. */
  SmallTraining restore(SmallTraining earlier, int checkpoint) {
    float[] saved = earlier.parameters.get(checkpoint);
    System.arraycopy(saved, 0, model.parameters().values(), 0, saved.length);
    model.parameters().changed();
    trainer.resume(earlier.states.get(checkpoint));
    return this;
  }

  float[] values() {
    return model.parameters().values();
  }

  double validationLoss() {
    return Evaluation.of(runner, loss(Spec.of("cross-entropy")), validation()).mean();
  }

  double[] stepLosses() {
    return events.stream()
        .filter(TrainingEvent.Stepped.class::isInstance)
        .mapToDouble(event -> ((TrainingEvent.Stepped) event).loss())
        .toArray();
  }

  double[] validationLosses() {
    return events.stream()
        .filter(TrainingEvent.Validated.class::isInstance)
        .mapToDouble(event -> ((TrainingEvent.Validated) event).loss())
        .toArray();
  }
}
