package dev.comporta.tasks.job;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Optimizer;
import dev.comporta.tasks.SpecText;
import dev.comporta.tasks.TaskOption;
import dev.comporta.training.Averaging;
import dev.comporta.training.ParameterGroup;
import dev.comporta.training.Penalties;
import dev.comporta.training.ValidationRules;
import dev.comporta.training.clipping.Clipping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * How a training learns, beside its optimizer, schedule and clip: what is accumulated, penalised,
 * averaged, measured and kept. All of it is off where nothing is given.
 *
 * @param clipBy what the clip limits, such as {@code norm}
 * @param warmup updates in which the learning rate grows, before the schedule; 0 for none
 * @param groups parameters with rules of their own, as they were typed; empty for none
 * @param accumulate chunks of one update
 * @param penalties what is made small beside the loss
 * @param average what is averaged, as it was typed
 * @param validateEvery updates from one validation to the next; 0 for the end of each epoch
 * @param patience validations without a gain after which training ends; 0 for no early end
 * @param gain how much lower a loss must be to be a gain
 * @param keepBest whether the model of the lowest validation loss is kept, not the last
 */
@API(status = API.Status.EXPERIMENTAL)
public record MethodSettings(
    String clipBy,
    int warmup,
    String groups,
    int accumulate,
    Penalties penalties,
    String average,
    int validateEvery,
    int patience,
    double gain,
    boolean keepBest) {
  private static final String NORM = "norm";

  private static final List<String> CLIPPINGS =
      List.of(NORM, "value", "per-layer", "parameter-norm");

  /** Nothing beside optimizer, schedule and clip. */
  public static final MethodSettings PLAIN =
      new MethodSettings(NORM, 0, "", 1, Penalties.NONE, "none", 0, 0, 0, false);

  /** What a resumed run may change. */
  static final Set<String> FREE_ON_RESUME = Set.of("patience", "min-gain");

  private static final String RATE_FACTOR = "learning-rate-factor";
  private static final String RATE = "learning-rate";
  private static final String FROZEN = "frozen";
  private static final List<String> KEPT = List.of("last", "best");

  /**
   * The options, for the help.
   *
   * @return in order
   */
  static List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(
        TaskOption.text("clip-by", NORM, "what clip limits: " + String.join(", ", CLIPPINGS)));
    options.add(
        TaskOption.whole("warmup", "0", "updates of growing learning rate before the schedule"));
    options.add(
        TaskOption.text(
            "groups",
            "",
            "parameters with own rules, as in \"*.b:weight-decay=0; layers.0.*:frozen=true\""));
    options.add(TaskOption.whole("accumulate", "1", "chunks of one update"));
    options.add(TaskOption.real("l1", "0", "weight of the sum of absolute kernel elements"));
    options.add(TaskOption.real("l2", "0", "weight of the sum of squared kernel elements"));
    options.add(
        TaskOption.real("activation-penalty", "0", "weight of the mean squared activation (AR)"));
    options.add(
        TaskOption.real(
            "temporal-activation-penalty",
            "0",
            "weight of the mean squared change of activations (TAR)"));
    options.add(
        TaskOption.text(
            "average",
            "none",
            "average of the weights: none, ema, swa or asgd, as in ema:decay=0.99"));
    options.add(
        TaskOption.whole(
            "validate-every", "each epoch", "updates from one validation to the next"));
    options.add(
        TaskOption.whole(
            "patience", "0", "end after so many validations without a gain; 0: never"));
    options.add(TaskOption.real("min-gain", "0", "how much lower a loss must be to be a gain"));
    options.add(
        TaskOption.text("keep", "last, best with patience", "the model to save: last or best"));
    return options;
  }

  /**
   * Reads these settings.
   *
   * @param options a reader of what was given
   * @return the settings
   * @throws InvalidOptionException if a value is out of range
   */
  static MethodSettings read(OptionReader options) {
    int patience = options.count("patience", 0, 0);
    return new MethodSettings(
        options.choice("clip-by", NORM, CLIPPINGS),
        options.count("warmup", 0, 0),
        options.text("groups", ""),
        options.count("accumulate", 1, 1),
        new Penalties(
            real(options, "l1"),
            real(options, "l2"),
            real(options, "activation-penalty"),
            real(options, "temporal-activation-penalty")),
        options.text("average", "none"),
        options.count("validate-every", 0, 0),
        patience,
        real(options, "min-gain"),
        options.choice("keep", patience > 0 ? "best" : "last", KEPT).equals("best"));
  }

  private static double real(OptionReader options, String option) {
    return options.real(option, 0, 0, Double.MAX_VALUE);
  }

  /** What the parameters depend on: those that are not off. */
  Spec keptIn(Spec kept) {
    Spec all = clipBy.equals(NORM) ? kept : kept.with("clip-by", clipBy);
    all = warmup == 0 ? all : all.with("warmup", warmup);
    all = groups.isEmpty() ? all : all.with("groups", groups);
    all = accumulate == 1 ? all : all.with("accumulate", accumulate);
    all = with(all, "l1", penalties.l1());
    all = with(all, "l2", penalties.l2());
    all = with(all, "activation-penalty", penalties.activation());
    all = with(all, "temporal-activation-penalty", penalties.temporal());
    all = average.equals("none") ? all : all.with("average", average);
    all = validateEvery == 0 ? all : all.with("validate-every", validateEvery);
    all = patience == 0 ? all : all.with("patience", patience);
    all = with(all, "min-gain", gain);
    return all.with(
        "keep", keepBest ? "best" : "last"); // its default follows patience, which may change
  }

  private static Spec with(Spec spec, String option, double value) {
    return value == 0 ? spec : spec.with(option, value);
  }

  /** The schedule after the warm-up. */
  Spec warmed(Spec schedule) {
    return warmup == 0
        ? schedule
        : Spec.of("linear-warmup")
            .with("length", warmup)
            .with("start", 1.0 / (warmup + 1.0))
            .with("then", schedule);
  }

  Clipping clipping(double limit) {
    return Clipping.of(limit == 0 ? Spec.of("none") : Spec.of(clipBy).with("limit", limit));
  }

  /** Refuses what cannot be made, before anything else is done. */
  void requireUsable(Spec optimizer, Catalog catalog) {
    averaging();
    parameterGroups(optimizer, catalog);
  }

  Averaging averaging() {
    return Averaging.of(SpecText.parse("--average", average));
  }

  ValidationRules validationRules() {
    return new ValidationRules(null, validateEvery, patience, gain, keepBest);
  }

  /** Refuses what needs validation data where there is none. */
  void requireValidation(boolean has) {
    if (!has && (keepBest || patience > 0)) {
      throw new InvalidOptionException(
          formatted(
              "--%s expected data for validation but there is none; keep a part of the data with --validation",
              patience > 0 ? "patience" : "keep best"));
    }
  }

  /**
   * The parameter groups: names with {@code |} between them, then {@code frozen}, {@code
   * learning-rate-factor} or any option of the optimizer.
   *
   * @param optimizer what all others are updated by
   * @param catalog where the optimizer is found
   */
  List<ParameterGroup> parameterGroups(Spec optimizer, Catalog catalog) {
    List<ParameterGroup> all = new ArrayList<>();
    if (!groups.isEmpty()) {
      for (Spec group : SpecText.parseAll("--groups", groups)) {
        all.add(group(group, optimizer, catalog));
      }
    }
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
    ParameterGroup group =
        ParameterGroup.of(
                Arrays.stream(given.name().split("\\|", -1))
                    .map(String::strip)
                    .toArray(String[]::new))
            .rateFactor(factor);
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
    String group = "[--groups " + given.name() + "] ";
    if (given.options().containsKey(RATE)) {
      throw new InvalidOptionException(
          group
              + "option '"
              + RATE
              + "' has no effect in a group; use "
              + RATE_FACTOR
              + ", which multiplies the learning rate of every update");
    }
    if (frozen && given.options().size() > 1) {
      throw new InvalidOptionException(
          group
              + "expected frozen=true alone but got "
              + String.join(", ", given.options().keySet())
              + "; a frozen parameter is never updated");
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
