package dev.comporta.tasks.captions;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.tasks.captions.Statement.Verdict;
import dev.comporta.tensor.CounterRandom;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * How often a model's captions say exactly what is in scenes that it has not seen: it names all
 * figures and no others, and what it states of them is so. The scenes are of the test's share,
 * whose combinations no training has seen.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CaptionEvaluation {
  private final CaptionModel model;
  private final BeamSettings settings;
  private final int scenes;
  private final long seed;

  /**
   * An evaluation.
   *
   * @param model what is measured
   * @param settings of the search
   * @param scenes how many are drawn
   * @param seed of the scenes
   * @throws InvalidOptionException if there are no scenes
   */
  public CaptionEvaluation(CaptionModel model, BeamSettings settings, int scenes, long seed) {
    if (scenes < 1) {
      throw new InvalidOptionException(
          "--scenes expected a whole number of 1 or more but got " + scenes);
    }
    this.model = model;
    this.settings = settings;
    this.scenes = scenes;
    this.seed = seed;
  }

  /** The n-th scene of a seed that no training has seen. */
  static Scene scene(long seed, long n) {
    RandomSource random = new CounterRandom(seed).stream("unseen scenes").stream(n);
    return SceneLayout.of(Scene.Share.TEST, random);
  }

  /** Captions and how they compare with their scenes. */
  private static final class Count {
    private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    private int all;

    void add(Verdict verdict) {
      verdicts.merge(verdict, 1, Integer::sum);
      all++;
    }

    int of(Verdict verdict) {
      return verdicts.getOrDefault(verdict, 0);
    }

    double exact() {
      return (double) of(Verdict.EXACT) / all;
    }

    Map<String, Object> figures() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("scenes", all);
      figures.put("exact_meaning", exact());
      for (Verdict verdict : Verdict.values()) {
        figures.put(verdict.name().toLowerCase(Locale.ROOT), of(verdict));
      }
      return figures;
    }
  }

  /**
   * Measures the model.
   *
   * @param runner runs this model
   * @return the figures by name: {@code scenes}, {@code exact_meaning} (a share), how many captions
   *     are {@code exact}, {@code wrong_relation}, {@code wrong_figures} and {@code no_sentence},
   *     {@code beam}, {@code seed}, {@code scenes_per_second}, and {@code by_figures}, a list of
   *     the same for scenes of one, two and three figures
   */
  public Map<String, Object> measure(ModelRunner runner) {
    Count all = new Count();
    Map<Integer, Count> byFigures = new TreeMap<>();
    long nanos = 0;
    for (int from = 0; from < scenes; from += CaptionModel.AT_ONCE) {
      List<Scene> drawn = new ArrayList<>();
      List<BufferedImage> pictures = new ArrayList<>();
      for (int i = from; i < Math.min(scenes, from + CaptionModel.AT_ONCE); i++) {
        drawn.add(scene(seed, i));
        pictures.add(SceneDrawing.of(drawn.getLast(), model.side()));
      }
      long start = System.nanoTime();
      List<Caption> captions = model.caption(pictures, settings, runner);
      nanos += System.nanoTime() - start;
      for (int i = 0; i < captions.size(); i++) {
        Scene scene = drawn.get(i);
        Verdict verdict = Statement.verdict(captions.get(i).best(), scene);
        all.add(verdict);
        byFigures.computeIfAbsent(scene.things().size(), _ -> new Count()).add(verdict);
      }
    }
    Map<String, Object> figures = new LinkedHashMap<>(all.figures());
    figures.put("beam", settings.beam());
    figures.put("seed", seed);
    figures.put("scenes_per_second", scenes / (nanos / 1e9));
    List<Map<String, Object>> rows = new ArrayList<>();
    byFigures.forEach((count, counted) -> {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("figures", count);
      row.putAll(counted.figures());
      rows.add(row);
    });
    figures.put("by_figures", rows);
    return figures;
  }

  /**
   * The figures as lines for people.
   *
   * @param figures what {@link #measure} gave
   * @return a table by the number of figures, and one sentence
   */
  public static String text(Map<String, Object> figures) {
    StringBuilder text = new StringBuilder();
    text.append(
        "figures  scenes   exact  wrong relation  wrong figures  no sentence%n".formatted());
    if (figures.get("by_figures") instanceof List<?> rows) {
      for (Object row : rows) {
        if (row instanceof Map<?, ?> count) {
          line(text, String.valueOf(count.get("figures")), count);
        }
      }
    }
    line(text, "all", figures);
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Map<?, ?> figures) {
    double exact = figures.get("exact_meaning") instanceof Double share ? share : Double.NaN;
    text.append(
        String.format(
            Locale.ROOT,
            "%-7s %7s %5.1f %% %15s %14s %12s%n",
            name,
            figures.get("scenes"),
            100 * exact,
            figures.get("wrong_relation"),
            figures.get("wrong_figures"),
            figures.get("no_sentence")));
  }
}
