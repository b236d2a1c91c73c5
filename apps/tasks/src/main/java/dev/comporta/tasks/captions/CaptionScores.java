package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.tasks.captions.Statement.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/** How captions compare with their scenes: of all scenes, and by the number of figures in them. */
@API(status = API.Status.EXPERIMENTAL)
public final class CaptionScores {
  private final Count all = new Count();
  private final Map<Integer, Count> byFigures = new TreeMap<>();
  private final int beam;
  private final long seed;
  private double seconds;

  CaptionScores(int beam, long seed) {
    this.beam = beam;
    this.seed = seed;
  }

  void add(Scene scene, Caption caption) {
    Verdict verdict = Statement.verdict(caption.best(), scene);
    all.add(verdict);
    byFigures.computeIfAbsent(scene.things().size(), _ -> new Count()).add(verdict);
  }

  void took(double time) {
    seconds = time;
  }

  /**
   * The share of captions that say exactly what is there.
   *
   * @return from 0 to 1
   */
  public double exactMeaning() {
    return all.exact();
  }

  /**
   * The scores as JSON has them.
   *
   * @return {@code scenes}, {@code exact_meaning} (a share), how many captions are {@code exact},
   *     {@code wrong_relation}, {@code wrong_figures} and {@code no_sentence}, {@code beam}, {@code
   *     seed}, {@code scenes_per_second}, and {@code by_figures}, a list of the same for scenes of
   *     one, two and three figures
   */
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>(all.figures());
    figures.put("beam", beam);
    figures.put("seed", seed);
    figures.put("scenes_per_second", all.scenes / seconds);
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
   * The scores as lines for people.
   *
   * @return a table by the number of figures
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(formatted("figures  scenes   exact  wrong relation  wrong figures  no sentence%n"));
    byFigures.forEach((count, counted) -> text.append(counted.line(String.valueOf(count))));
    return text.append(all.line("all")).toString();
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
      figures.put("exact_meaning", exact());
      for (Verdict verdict : Verdict.values()) {
        figures.put(verdict.name().toLowerCase(Locale.ROOT), of(verdict));
      }
      return figures;
    }

    String line(String name) {
      return String.format(
          Locale.ROOT,
          "%-7s %7d %5.1f %% %15d %14d %12d%n",
          name,
          scenes,
          100 * exact(),
          of(Verdict.WRONG_RELATION),
          of(Verdict.WRONG_FIGURES),
          of(Verdict.NO_SENTENCE));
    }
  }
}
