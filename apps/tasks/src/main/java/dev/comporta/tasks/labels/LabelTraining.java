package dev.comporta.tasks.labels;

import dev.comporta.api.model.Spec;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Options for rare labels, early stopping on the accuracy, and calibrated probabilities. */
final class LabelTraining {
  private static final Option<String> CLASS_WEIGHTS =
      Option.choice("class-weights", "equal", "balanced")
          .in(Group.TRAINING)
          .or("equal")
          .keptIfGiven()
          .help("weight of each label in the objective: equal, or balanced, by 1 / its frequency");
  private static final Option<Double> FOCAL =
      Option.real("focal", 0, 20)
          .in(Group.TRAINING)
          .or(0.0)
          .keptIfGiven()
          .help("exponent of the focal loss; 0 for cross-entropy");
  private static final Option<Boolean> OVERSAMPLE =
      Option.flag("oversample")
          .in(Group.TRAINING)
          .keptIfGiven()
          .help("repeat examples of rare labels until all labels have as many");
  private static final Option<String> MONITOR =
      Option.choice("monitor", "loss", "accuracy")
          .in(Group.EVALUATION)
          .or("loss")
          .keptIfGiven()
          .help(
              "what --patience and --keep best look at: the loss of the validation data, or the accuracy; the validation loss that is printed is then 1 - accuracy");
  private static final Option<Boolean> CALIBRATE =
      Option.flag("calibrate")
          .in(Group.EVALUATION)
          .keptIfGiven()
          .help(
              "after training, fit the probabilities to the held-out examples by one temperature");

  private LabelTraining() {}

  static Options options() {
    return Options.of(CLASS_WEIGHTS, FOCAL, OVERSAMPLE, MONITOR, CALIBRATE);
  }

  /**
   * The recipe of a classifier.
   *
   * @param settings with {@link #options}
   * @param model its layers
   * @param labels the labels of the model
   * @param training the examples
   * @param heldOut what probabilities are fitted to
   */
  static Recipe recipe(
      Settings settings,
      Spec model,
      List<String> labels,
      List<Text> training,
      ChunkSource heldOut) {
    settings.requireNotBoth(TrainingOptions.LOSS, CLASS_WEIGHTS);
    settings.requireNotBoth(TrainingOptions.LOSS, FOCAL);
    boolean accuracy = settings.get(MONITOR).equals("accuracy");
    settings.requireEffective(
        MONITOR,
        "--patience or --keep best",
        settings.get(TrainingOptions.KEEP).equals("best")
            || settings.get(TrainingOptions.PATIENCE) > 0);
    double gamma = settings.get(FOCAL);
    Spec objective = gamma > 0 ? Spec.of("focal").with("gamma", gamma) : Spec.of("cross-entropy");
    if (settings.get(CLASS_WEIGHTS).equals("balanced")) {
      objective = objective.with("class-weights", weights(labels, training));
    }
    Recipe recipe =
        Recipe.of(model, Spec.of(accuracy ? "error-rate" : "cross-entropy")).minimising(objective);
    return settings.get(CALIBRATE)
        ? recipe.finishedBy(
            Calibration::require,
            (trained, runner) -> Calibration.apply(trained, runner, heldOut).text())
        : recipe;
  }

  /**
   * The weight of each label: examples / (labels * examples with this label), so that all labels
   * weigh the same in the sum; 0 for a label that no example has.
   */
  static List<Double> weights(List<String> labels, List<Text> training) {
    Map<String, Integer> counts = new HashMap<>();
    training.forEach(text -> counts.merge(text.label(), 1, Integer::sum));
    return labels.stream()
        .map(label -> {
          int count = counts.getOrDefault(label, 0);
          return count == 0 ? 0.0 : training.size() / ((double) counts.size() * count);
        })
        .toList();
  }

  /** The examples to train on: with --oversample, rare labels as often as the most frequent. */
  static List<Text> examples(Settings settings, List<Text> training) {
    return settings.get(OVERSAMPLE) ? oversampled(training) : training;
  }

  /** Repeats the examples of each label in their order until it has as many as the largest. */
  static List<Text> oversampled(List<Text> training) {
    Map<String, List<Text>> byLabel = new TreeMap<>(); // always in the same order
    training.forEach(
        text -> byLabel.computeIfAbsent(text.label(), _ -> new ArrayList<>()).add(text));
    int most = Collections.max(byLabel.values().stream().map(List::size).toList());
    List<Text> all = new ArrayList<>(training);
    byLabel.forEach((_, own) -> {
      for (int i = own.size(); i < most; i++) {
        all.add(own.get(i % own.size()));
      }
    });
    return all;
  }
}
