package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.training.data.Shuffle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Texts to train on, and texts that are held out.
 *
 * @param training what a model is trained on
 * @param heldOut what it is validated and scored on
 */
record HeldOut(List<Text> training, List<Text> heldOut) {
  /**
   * Holds out the same fraction of each label's texts, at least one of them, chosen at random.
   *
   * @param all all texts
   * @param fraction between 0 and 1
   * @param random chooses
   * @throws ComportaException if a label has one text only
   */
  static HeldOut fraction(List<Text> all, double fraction, RandomSource random) {
    Map<String, List<Integer>> byLabel = new LinkedHashMap<>();
    for (int i : Shuffle.order(all.size(), random)) {
      byLabel.computeIfAbsent(all.get(i).label(), _ -> new ArrayList<>()).add(i);
    }
    boolean[] held = new boolean[all.size()];
    byLabel.forEach((label, members) -> {
      if (members.size() < 2) {
        Text only = all.get(members.getFirst());
        throw new ComportaException(
            formatted(
                "[labels] expected 2 texts or more with each label but '%s' occurs once, in %s; add texts, remove it, or give --validation-data",
                label, only.place()));
      }
      long count = Math.clamp(Math.round(fraction * members.size()), 1, members.size() - 1);
      members.subList(0, (int) count).forEach(i -> held[i] = true);
    });
    List<Text> training = new ArrayList<>();
    List<Text> heldOut = new ArrayList<>();
    for (int i = 0; i < held.length; i++) {
      (held[i] ? heldOut : training).add(all.get(i));
    }
    return new HeldOut(training, heldOut);
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
