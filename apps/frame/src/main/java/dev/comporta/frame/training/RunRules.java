package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.TrainingOptions.ACCUMULATE;
import static dev.comporta.frame.training.TrainingOptions.ACTIVATION_PENALTY;
import static dev.comporta.frame.training.TrainingOptions.AVERAGE;
import static dev.comporta.frame.training.TrainingOptions.CLIP;
import static dev.comporta.frame.training.TrainingOptions.CLIP_BY;
import static dev.comporta.frame.training.TrainingOptions.GROUPS;
import static dev.comporta.frame.training.TrainingOptions.KEEP;
import static dev.comporta.frame.training.TrainingOptions.L1;
import static dev.comporta.frame.training.TrainingOptions.L2;
import static dev.comporta.frame.training.TrainingOptions.LEARNING_RATE;
import static dev.comporta.frame.training.TrainingOptions.MIN_GAIN;
import static dev.comporta.frame.training.TrainingOptions.OPTIMIZER;
import static dev.comporta.frame.training.TrainingOptions.PATIENCE;
import static dev.comporta.frame.training.TrainingOptions.SCHEDULE;
import static dev.comporta.frame.training.TrainingOptions.TEMPORAL_ACTIVATION_PENALTY;
import static dev.comporta.frame.training.TrainingOptions.VALIDATE_EVERY;
import static dev.comporta.frame.training.TrainingOptions.WARMUP;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.model.SpecText;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.options.Settings;
import dev.comporta.training.Averaging;
import dev.comporta.training.ParameterGroup;
import dev.comporta.training.Penalties;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.ValidationRules;
import dev.comporta.training.clipping.Clipping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the settings make of the trainer's rules. */
final class RunRules {
  private static final String RATE_FACTOR = "learning-rate-factor";
  private static final String RATE = "learning-rate";
  private static final String FROZEN = "frozen";

  private final Settings settings;
  private final Recipe recipe;
  private final Catalog catalog;

  RunRules(Settings settings, Recipe recipe, Catalog catalog) {
    this.settings = settings;
    this.recipe = recipe;
    this.catalog = catalog;
  }

  /** Refuses names and options that are not in the catalog, before data are opened. */
  static void requireUsable(Settings settings, Catalog catalog) {
    optimizer(settings, catalog);
    schedule(settings, settings.get(SCHEDULE), catalog);
    groups(settings, catalog);
    averaging(settings);
    settings.find(TrainingOptions.LOSS).ifPresent(catalog::loss);
    settings.requireNotBoth(TrainingOptions.EPOCHS, TrainingOptions.STEPS);
    settings.requireNotBoth(TrainingOptions.FIND_LEARNING_RATE, LEARNING_RATE);
    if (settings.get(OPTIMIZER).options().containsKey(RATE)) {
      settings.requireEffective(LEARNING_RATE, "an --optimizer without a learning rate", false);
      settings.requireEffective(
          TrainingOptions.FIND_LEARNING_RATE, "an --optimizer without a learning rate", false);
    }
    if (settings.get(TrainingOptions.FIND_LEARNING_RATE) == 1) {
      throw new InvalidOptionException(
          "--find-learning-rate expected 0 or at least 2 updates but got 1");
    }
  }

  static Optimizer optimizer(Settings settings, Catalog catalog) {
    return catalog.optimizer(settings.get(OPTIMIZER));
  }

  private static Schedule schedule(Settings settings, Spec spec, Catalog catalog) {
    int warmup = settings.get(WARMUP);
    Spec warmed =
        warmup == 0
            ? spec
            : Spec.of("linear-warmup")
                .with("length", warmup)
                .with("start", 1.0 / (warmup + 1.0))
                .with("then", spec);
    return catalog.schedule(warmed);
  }

  /** The rules of an update. */
  TrainingRules training() {
    double limit = settings.get(CLIP) / recipe.summedOver();
    Spec clipping =
        limit == 0 ? Spec.of("none") : Spec.of(settings.get(CLIP_BY)).with("limit", limit);
    Penalties penalties =
        new Penalties(
            settings.get(L1),
            settings.get(L2),
            settings.get(ACTIVATION_PENALTY),
            settings.get(TEMPORAL_ACTIVATION_PENALTY));
    return new TrainingRules(
            catalog.loss(recipe.objective()),
            optimizer(settings, catalog),
            schedule(settings, recipe.schedule(settings.get(SCHEDULE)), catalog),
            Clipping.of(clipping))
        .withGroups(groups(settings, catalog))
        .withPenalties(penalties)
        .accumulating(settings.get(ACCUMULATE));
  }

  /** When the model is validated, when training stops early, and which model is kept. */
  ValidationRules validation() {
    return new ValidationRules(
            null,
            settings.get(VALIDATE_EVERY),
            settings.get(PATIENCE),
            settings.get(MIN_GAIN),
            keepsBest(settings))
        .measuring(catalog.loss(recipe.loss()));
  }

  /** Whether the best model is kept and saved, not the last. */
  static boolean keepsBest(Settings settings) {
    return settings.get(KEEP).equals("best");
  }

  /** Refuses what needs validation data if there are none. */
  static void requireValidation(Settings settings, boolean has) {
    if (!has && (keepsBest(settings) || settings.get(PATIENCE) > 0)) {
      throw new InvalidOptionException(
          formatted(
              "--%s expected validation data but there are none; %s",
              settings.get(PATIENCE) > 0 ? "patience" : "keep best",
              settings.options().has(TrainingOptions.VALIDATION_DATA)
                  ? "give --validation-data, or keep a part of the data with --validation"
                  : "leave it out, because this task has no validation"));
    }
  }

  static Averaging averaging(Settings settings) {
    return Averaging.of(SpecText.parse("--average", settings.get(AVERAGE)));
  }

  /** The base learning rate for the mean loss. */
  double baseRate() {
    return settings
        .find(LEARNING_RATE)
        .map(rate -> rate * recipe.summedOver())
        .orElseGet(() -> optimizer(settings, catalog).defaultLearningRate());
  }

  /**
   * The parameter groups: names with {@code |} between them, then {@code frozen}, {@code
   * learning-rate-factor} or any option of the optimizer.
   */
  private static List<ParameterGroup> groups(Settings settings, Catalog catalog) {
    List<ParameterGroup> all = new ArrayList<>();
    settings
        .find(GROUPS)
        .ifPresent(text -> {
          for (Spec group : SpecText.parseAll("--groups", text)) {
            all.add(group(group, settings.get(OPTIMIZER), catalog));
          }
        });
    return all;
  }

  private static ParameterGroup group(Spec given, Spec optimizer, Catalog catalog) {
    OptionReader options = given.reader();
    double factor = options.positive(RATE_FACTOR, 1);
    boolean frozen = options.flag(FROZEN, false);
    requireEffect(given, frozen);
    Spec rule = optimizer;
    for (var option : given.options().entrySet()) {
      if (!option.getKey().equals(RATE_FACTOR) && !option.getKey().equals(FROZEN)) {
        rule = rule.with(option.getKey(), option.getValue());
      }
    }
    String[] patterns =
        Arrays.stream(given.name().split("\\|", -1)).map(String::strip).toArray(String[]::new);
    ParameterGroup group = ParameterGroup.of(patterns).rateFactor(factor);
    if (!rule.equals(optimizer)) {
      group =
          group.optimizer(
              catalog.build(
                  Kind.OPTIMIZER,
                  rule,
                  (provider, reader) -> {
                    Optimizer made = provider.create(reader);
                    requireKnown(given, reader);
                    return made;
                  }));
    }
    return frozen ? group.freeze() : group;
  }

  /** Refuses options that a group accepts and never uses. */
  private static void requireEffect(Spec given, boolean frozen) {
    if (given.options().containsKey(RATE)) {
      throw new InvalidOptionException(
          formatted(
              "[--groups %s] option '%s' has no effect in a group; use %s, which multiplies the learning rate of every update",
              given.name(), RATE, RATE_FACTOR));
    }
    if (frozen && given.options().size() > 1) {
      throw new InvalidOptionException(
          formatted(
              "[--groups %s] expected frozen=true alone but got %s; a frozen parameter is never updated",
              given.name(), String.join(", ", given.options().keySet())));
    }
  }

  private static void requireKnown(Spec given, OptionReader optimizer) {
    List<String> known = new ArrayList<>(optimizer.known());
    known.remove(RATE);
    known.add(RATE_FACTOR);
    known.add(FROZEN);
    for (String option : given.options().keySet()) {
      if (!known.contains(option)) {
        throw new UnknownNameException("option of the group " + given.name(), option, known);
      }
    }
  }
}
