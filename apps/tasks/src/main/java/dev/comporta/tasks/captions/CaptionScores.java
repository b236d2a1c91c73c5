package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.frame.Score;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.ImageCaption;
import dev.comporta.tasks.captions.Statement.Verdict;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * How often captions say exactly what is in pictures: of all pictures, and by the number of figures
 * in them. The baseline is the one caption that is right most often.
 */
final class CaptionScores {
  /** The figure that counts most. */
  static final String METRIC = "exact_meaning";

  private final Count all = new Count();
  private final Map<Integer, Count> byFigures = new TreeMap<>();
  private final double baseline;
  private int sentences;
  private double seconds;

  /**
   * A picture and what is known of it.
   *
   * @param picture draws or reads it
   * @param truth what is true of it
   * @param captions sentences that are right
   */
  record Example(Supplier<BufferedImage> picture, Statement truth, List<String> captions) {}

  /** Scores a model. */
  CaptionScores(Captioner model, BeamSettings search, List<Example> examples) {
    for (int from = 0; from < examples.size(); from += Pictures.AT_ONCE) {
      List<Example> some =
          examples.subList(from, Math.min(examples.size(), from + Pictures.AT_ONCE));
      List<BufferedImage> pictures = some.stream().map(it -> it.picture().get()).toList();
      long start = System.nanoTime();
      List<ImageCaption> captions = Pictures.caption(model, pictures, search);
      seconds += (System.nanoTime() - start) / 1e9;
      for (int i = 0; i < captions.size(); i++) {
        add(some.get(i), captions.get(i).text());
      }
    }
    baseline = (double) mostFrequent(examples) / examples.size();
  }

  private void add(Example example, String caption) {
    Verdict verdict = example.truth().verdict(caption);
    all.add(verdict);
    byFigures.computeIfAbsent(example.truth().figures().size(), _ -> new Count()).add(verdict);
    sentences += example.captions().contains(caption) ? 1 : 0;
  }

  /** The pictures for which one and the same caption is right: that of one of the pictures. */
  private static long mostFrequent(List<Example> examples) {
    Map<Set<Figure>, List<Example>> alike = new HashMap<>();
    for (Example example : examples) {
      alike.computeIfAbsent(example.truth().figureSet(), _ -> new ArrayList<>()).add(example);
    }
    return alike.values().stream()
        .flatMap(group ->
            group.stream()
                .map(it -> Objects.requireNonNull(Grammar.parse(it.captions().getFirst())))
                .distinct()
                .map(said ->
                    group.stream().filter(it -> it.truth().verdict(said) == Verdict.EXACT).count()))
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  /** The share of captions that say exactly what is there. */
  double exactMeaning() {
    return all.exact();
  }

  /** The share of captions that are, word by word, one of the captions known. */
  double exactSentence() {
    return (double) sentences / all.scenes;
  }

  double perSecond() {
    return all.scenes / seconds;
  }

  /** The counts of all pictures. */
  Map<String, Object> figures() {
    return all.figures();
  }

  /** The same for pictures of one, two and three figures. */
  List<Map<String, Object>> byFigures() {
    List<Map<String, Object>> rows = new ArrayList<>();
    byFigures.forEach((count, counted) -> {
      Map<String, Object> row = new LinkedHashMap<>(Map.of("figures", count));
      row.putAll(counted.figures());
      rows.add(row);
    });
    return rows;
  }

  /** A table by the number of figures, without a line break at the end. */
  String table() {
    StringBuilder text =
        new StringBuilder("figures  scenes   exact  wrong relation  wrong figures  no sentence");
    byFigures.forEach((count, counted) -> text.append(counted.line(String.valueOf(count))));
    return text.append(all.line("all")).toString();
  }

  /** These scores next to the baseline. */
  Score score(Map<String, Object> figures, String text) {
    return Score.higher(METRIC, figures, text).against("the most frequent caption", baseline);
  }

  /** Verdicts on some of the captions. */
  private static final class Count {
    private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    private int scenes;

    void add(Verdict verdict) {
      verdicts.merge(verdict, 1, Integer::sum);
      scenes++;
    }

    private int of(Verdict verdict) {
      return verdicts.getOrDefault(verdict, 0);
    }

    double exact() {
      return (double) of(Verdict.EXACT) / scenes;
    }

    Map<String, Object> figures() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("scenes", scenes);
      figures.put(METRIC, exact());
      for (Verdict verdict : Verdict.values()) {
        figures.put(verdict.name().toLowerCase(Locale.ROOT), of(verdict));
      }
      return figures;
    }

    String line(String name) {
      return formatted(
          "%n%-7s %7d %5.1f %% %15d %14d %12d",
          name,
          scenes,
          100 * exact(),
          of(Verdict.WRONG_RELATION),
          of(Verdict.WRONG_FIGURES),
          of(Verdict.NO_SENTENCE));
    }
  }
}
