package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.Fold;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.training.data.Shuffle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Texts to train on, and texts that are held out.
 *
 * @param training what a model is trained on
 * @param heldOut what it is validated and scored on
 */
record HeldOut(List<Text> training, List<Text> heldOut) {
  static final Option<Double> VALIDATION =
      TrainingOptions.VALIDATION.help(
          "fraction of the sequences of each label, chosen at random, held out for validation");

  /**
   * Holds out what the settings say: a part of {@code --folds}, the texts of {@code
   * --validation-data}, or the fraction {@code --validation}.
   *
   * @param settings with these options
   * @param all all texts
   * @param reader reads other texts
   * @param random chooses
   */
  static HeldOut of(
      Settings settings,
      List<Text> all,
      Function<Path, LabelledTexts> reader,
      RandomSource random) {
    settings.requireNotBoth(VALIDATION_DATA, VALIDATION);
    RepetitionOptions.requireUsable(settings, List.of(VALIDATION_DATA, VALIDATION));
    RandomSource split = random.stream("split");
    Optional<Fold> fold = Fold.of(settings);
    if (fold.isPresent()) {
      return fold(all, fold.get(), split);
    }
    return settings
        .find(VALIDATION_DATA)
        .map(path -> new HeldOut(all, reader.apply(path).texts()))
        .orElseGet(() -> fraction(all, settings.get(VALIDATION), split));
  }

  /**
   * Holds out one of several parts, which have as many texts, and as many of each label, as far as
   * possible.
   *
   * @param all all texts
   * @param fold which of them
   * @param random divides; the same for all parts
   * @throws ComportaException if there are fewer texts than parts, or a label has one text only
   */
  static HeldOut fold(List<Text> all, Fold fold, RandomSource random) {
    return divided(
        all,
        fold.heldOut(
            all.size(),
            "texts",
            () ->
                byLabel(all, random).values().stream()
                    .flatMap(List::stream)
                    .mapToInt(Integer::intValue)
                    .toArray()));
  }

  /** The places of each label's texts, in random order; each label has two or more. */
  private static Map<String, List<Integer>> byLabel(List<Text> all, RandomSource random) {
    Map<String, List<Integer>> byLabel = new LinkedHashMap<>();
    for (int i : Shuffle.order(all.size(), random)) {
      byLabel.computeIfAbsent(all.get(i).label(), _ -> new ArrayList<>()).add(i);
    }
    byLabel.forEach((label, members) -> {
      if (members.size() < 2) {
        Text only = all.get(members.getFirst());
        throw new ComportaException(
            formatted(
                "[labels] expected 2 texts or more with each label but '%s' occurs once, in %s; add texts, remove it, or give --validation-data",
                label, only.place()));
      }
    });
    return byLabel;
  }

  private static HeldOut divided(List<Text> all, boolean[] held) {
    List<Text> training = new ArrayList<>();
    List<Text> heldOut = new ArrayList<>();
    for (int i = 0; i < held.length; i++) {
      (held[i] ? heldOut : training).add(all.get(i));
    }
    return new HeldOut(training, heldOut);
  }

  /**
   * Holds out the same fraction of each label's texts, at least one of them, chosen at random.
   *
   * @param all all texts
   * @param fraction between 0 and 1
   * @param random chooses
   * @throws ComportaException if a label has one text only
   */
  static HeldOut fraction(List<Text> all, double fraction, RandomSource random) {
    boolean[] held = new boolean[all.size()];
    byLabel(all, random)
        .forEach((_, members) -> {
          long count = Math.clamp(Math.round(fraction * members.size()), 1, members.size() - 1);
          members.subList(0, (int) count).forEach(i -> held[i] = true);
        });
    return divided(all, held);
  }

  /**
   * {@return the labels to train on, sorted}
   *
   * @param known those of a model from which training continues; empty for a new model
   * @throws ComportaException if there is one only, or a text has another
   */
  List<String> labels(List<String> known) {
    List<String> labels =
        known.isEmpty() ? training.stream().map(Text::label).distinct().sorted().toList() : known;
    if (labels.size() < 2) {
      throw new ComportaException(
          formatted(
              "[labels] expected 2 labels or more to tell apart but all %d texts have the label '%s'",
              training.size(), labels.getFirst()));
    }
    require(labels, training);
    require(labels, heldOut);
    return labels;
  }

  /** The accuracy on what is held out of the label that most training texts have. */
  double mostFrequent() {
    Map<String, Long> counts =
        training.stream()
            .collect(Collectors.groupingBy(Text::label, TreeMap::new, Collectors.counting()));
    String label =
        counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    return heldOut.stream().filter(text -> text.label().equals(label)).count()
        / (double) heldOut.size();
  }

  /** Requires that texts have no labels but these. */
  static void require(List<String> labels, List<Text> texts) {
    for (Text text : texts) {
      if (!labels.contains(text.label())) {
        throw new ComportaException(
            formatted(
                "[labels] expected one of the labels %s in %s but got '%s', which the model was not trained on",
                shown(labels), text.place(), text.label()));
      }
    }
  }

  private static String shown(List<String> labels) {
    int most = 12;
    return labels.size() <= most
        ? labels.toString()
        : formatted("%s and %d others", labels.subList(0, most), labels.size() - most);
  }
}
