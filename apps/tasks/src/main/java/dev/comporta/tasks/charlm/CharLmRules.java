package dev.comporta.tasks.charlm;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.training.MemoryEstimate;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.clipping.Clipping;

/** What settings name: looked up in the catalog, and how much memory it will need. */
final class CharLmRules {
  /**
   * The most matrices of H columns that a cell of the lectures has; others are taken to have as
   * many.
   */
  private static final int LSTM_GATES = 4;

  private CharLmRules() {}

  /** Refuses unknown names before anything else is done. */
  static void requireKnown(CharLmSettings settings, Catalog catalog) {
    catalog.find(Kind.CELL, settings.cell());
    catalog.find(Kind.OPTIMIZER, settings.optimizer());
    catalog.find(Kind.SCHEDULE, settings.schedule());
  }

  static Optimizer optimizer(CharLmSettings settings, Catalog catalog) {
    return catalog.build(
        Kind.OPTIMIZER,
        Spec.of(settings.optimizer()),
        (provider, options) -> provider.create(options));
  }

  static TrainingRules of(CharLmSettings settings, Catalog catalog) {
    Schedule schedule =
        catalog.build(
            Kind.SCHEDULE,
            Spec.of(settings.schedule()),
            (provider, options) -> provider.create(options));
    Clipping clipping =
        settings.clip() == 0 ? new Clipping.None() : new Clipping.GlobalNorm(settings.clip());
    return new TrainingRules(
        CharacterModel.loss(catalog), optimizer(settings, catalog), schedule, clipping);
  }

  static double learningRate(CharLmSettings settings, Optimizer optimizer) {
    return settings.learningRate() == CharLmSettings.OPTIMIZERS_OWN
        ? optimizer.defaultLearningRate()
        : settings.learningRate();
  }

  /** Refuses sizes that do not fit the JVM's memory, with the estimate. */
  static void requireMemory(CharLmSettings settings, int vocabulary, Catalog catalog) {
    estimate(settings, vocabulary, optimizer(settings, catalog).slots().size())
        .requireFits("this model", Runtime.getRuntime().maxMemory());
  }

  static MemoryEstimate estimate(CharLmSettings settings, double vocabulary, int slots) {
    double gates =
        switch (settings.cell()) {
          case "rnn" -> 1;
          case "gru" -> 3;
          default -> LSTM_GATES;
        };
    double hidden = settings.hidden();
    double embedding = settings.embedding();
    double deeper = settings.layers() - 1.0;
    double parameters =
        vocabulary * embedding
            + gates * hidden * (embedding + hidden + 1)
            + deeper * gates * hidden * (2 * hidden + 1)
            + (hidden + 1) * vocabulary;
    // Values and gradients: embedding; gates, states and outputs of each layer; output.
    double timestep = 2 * embedding + settings.layers() * hidden * (2 * gates + 6) + 3 * vocabulary;
    double byDefinition = settings.execution().equals("definition") ? 3 : 1;
    double activations = (double) settings.chunk() * settings.batch() * timestep * byDefinition;
    return new MemoryEstimate(parameters, slots, activations);
  }
}
