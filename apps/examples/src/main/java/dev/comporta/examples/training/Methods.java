package dev.comporta.examples.training;

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
import dev.comporta.training.Averaging;
import dev.comporta.training.ParameterGroup;
import dev.comporta.training.Penalties;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingResult;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.ValidationRules;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.CharacterVocabulary;
import java.util.List;
import java.util.Locale;

/** A small character model, trained with most of the methods that the library offers. */
public final class Methods {
  private static final Catalog CATALOG = Catalog.load();
  private static final String TEXT =
      "the sluice gate opens and the water flows; the gate closes and the water waits. ";

  private Methods() {}

  /** Trains until early stopping ends the run, then prints the result. */
  public static void main(String[] arguments) {
    CharacterVocabulary vocabulary = CharacterVocabulary.of(TEXT);
    SequenceModel model = model(vocabulary.size());
    ModelRunner runner =
        new ModelRunner(model, CATALOG.backend("reference"), Workers.ALONE, Execution.PLAN);
    // @start region="streams"
    IdSequence text = IdSequence.of(vocabulary.encode(TEXT.repeat(6), "the text"));
    StreamBatcher training = new StreamBatcher(text, 4, 8, 20); // B, k1, k2
    StreamBatcher validation =
        new StreamBatcher(IdSequence.of(vocabulary.encode(TEXT, "the text")), 1, 79);
    // @end region="streams"
    // @start region="trainer"
    Trainer trainer =
        new Trainer(
                model,
                runner,
                Workers.ALONE,
                rules(),
                TrainingSettings.of(2000).learningRate(0.01),
                training,
                validation)
            .averaging(new Averaging.Exponential(0.9))
            .validating(new ValidationRules(null, 20, 3, 0.001, true));
    TrainingResult result = trainer.train();
    // @end region="trainer"
    System.out.printf(Locale.ROOT, "ended early: %s%n", result.early());
    System.out.printf(Locale.ROOT, "fewer than half of the updates: %s%n", result.steps() < 1000);
    System.out.printf(Locale.ROOT, "below 0.1 nats per character: %s%n", result.bestLoss() < 0.1);
    System.out.printf(
        Locale.ROOT,
        "the model is the best one: %s%n",
        result.validationLoss() == result.bestLoss());
  }

  private static SequenceModel model(int characters) {
    Spec spec =
        Spec.of("sequential")
            .with(
                "layers",
                List.of(
                    Spec.of("embedding").with("vocabulary", characters).with("size", 12),
                    Spec.of("recurrent").with("cell", Spec.of("gru")).with("hidden", 24),
                    Spec.of("dropout").with("rate", 0.1),
                    Spec.of("dense").with("units", characters)));
    SequenceModel model = SequenceModel.build(spec, CATALOG);
    model.initialize(CATALOG, new CounterRandom(1));
    return model;
  }

  private static TrainingRules rules() {
    // @start region="schedule"
    Spec warmup =
        Spec.of("linear-warmup")
            .with("length", 20)
            .with("then", Spec.of("cosine").with("minimum", 0.001));
    Schedule schedule = CATALOG.schedule(warmup);
    // @end region="schedule"
    // @start region="rules"
    Loss loss = CATALOG.loss(Spec.of("cross-entropy").with("label-smoothing", 0.001));
    TrainingRules rules =
        new TrainingRules(loss, optimizer(0.01), schedule, new Clipping.PerLayer(1))
            .withGroups(
                List.of(
                    ParameterGroup.of("*.b").optimizer(optimizer(0)),
                    ParameterGroup.of("layers.0.*").rateFactor(0.5)))
            .withPenalties(new Penalties(0, 0, 0.002, 0.001))
            .accumulating(2);
    // @end region="rules"
    return rules;
  }

  private static Optimizer optimizer(double weightDecay) {
    return CATALOG.optimizer(Spec.of("adamw").with("weight-decay", weightDecay));
  }
}
