package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Ids;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.frame.Score;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.TranslationSettings;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.ParallelText.Pair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How well a model predicts the output of programs: the share of outputs that are right as a whole,
 * and the share of characters that are right where those generated before them are given, as
 * Zaremba and Sutskever count them. The end of an output is no character.
 */
final class ExecuteScores {
  private static final String METRIC = "character_accuracy";
  private static final int BATCH = 64;
  private static final int SAMPLES = 3;

  private final List<Pair> programs;
  private final List<String> outputs;
  private final Count all = new Count();
  private final Map<Integer, Count> byDigits = new TreeMap<>();

  /** Programs, and how many of their characters are right. */
  private static final class Count {
    private int programs;
    private int exact;
    private int characters;
    private int right;

    Map<String, Object> figures() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("programs", programs);
      figures.put("exact", exact());
      figures.put(METRIC, accuracy());
      return figures;
    }

    double exact() {
      return exact / (double) programs;
    }

    double accuracy() {
      return right / (double) characters;
    }

    String line(String name) {
      return formatted(
          "%n%-10s  %8s  %8s  %18s",
          name,
          formatted("%,d", programs),
          formatted("%.2f %%", 100 * exact()),
          formatted("%.2f %%", 100 * accuracy()));
    }
  }

  /**
   * Scores a model.
   *
   * @param reversed whether the model generates outputs from the last character to the first
   * @param programs with their outputs
   */
  ExecuteScores(LoadedModel model, boolean reversed, List<Pair> programs) {
    ProgramCodec codec = new ProgramCodec(model.translator().codecs(), reversed);
    this.programs = programs;
    this.outputs =
        model
            .translator()
            .translate(
                programs.stream().map(Pair::source).toList(),
                new TranslationSettings(BeamSettings.GREEDY, OptionalInt.empty(), BATCH))
            .stream()
            .map(it -> codec.ordered(it.text()))
            .toList();
    for (int from = 0; from < programs.size(); from += BATCH) {
      List<Pair> some = programs.subList(from, Math.min(from + BATCH, programs.size()));
      int first = from;
      model.with(runner -> {
        add(some, first, codec, runner);
        return some;
      });
    }
  }

  /** Counts the characters of some programs, each after the right ones before it. */
  private void add(List<Pair> some, int first, ProgramCodec codec, ModelRunner runner) {
    List<PairExamples.Pair> ids = some.stream().map(codec::ids).toList();
    int end = codec.sides().target().end();
    Ids given =
        runner.answers(PairExamples.of(ids, end, some.size()), runner.newCarry(some.size()));
    for (int row = 0; row < some.size(); row++) {
      int[] target = ids.get(row).target();
      int right = 0;
      for (int t = 0; t < target.length - 1; t++) {
        right += given.values()[t * some.size() + row] == target[t] ? 1 : 0;
      }
      String expected = some.get(row).target();
      boolean exact = outputs.get(first + row).equals(expected);
      int digits = expected.startsWith("-") ? expected.length() - 1 : expected.length();
      for (Count count : List.of(all, byDigits.computeIfAbsent(digits, _ -> new Count()))) {
        count.programs++;
        count.exact += exact ? 1 : 0;
        count.characters += expected.length();
        count.right += right;
      }
    }
  }

  /** The character that outputs have most often. */
  static char mostFrequent(List<Pair> programs) {
    Map<Integer, Integer> counts = new TreeMap<>();
    programs.forEach(it -> it.target().chars().forEach(c -> counts.merge(c, 1, Integer::sum)));
    return (char)
        counts.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .orElseThrow()
            .getKey()
            .intValue();
  }

  /**
   * The score, next to a baseline.
   *
   * @param guess the character that the baseline always guesses
   * @param samples whether some programs are shown with their outputs
   */
  Score score(char guess, boolean samples) {
    Map<String, Object> figures = new LinkedHashMap<>(all.figures());
    List<Map<String, Object>> rows = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; samples && i < Math.min(SAMPLES, programs.size()); i++) {
      String expected = programs.get(i).target();
      String output = outputs.get(i);
      String verdict = output.equals(expected) ? "right" : "it prints " + expected;
      text.append(formatted("%s%n# %s: %s%n%n", programs.get(i).source(), output, verdict));
    }
    text.append("digits      programs     exact  character accuracy");
    byDigits.forEach((digits, count) -> {
      text.append(count.line(Integer.toString(digits)));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("digits", digits);
      row.putAll(count.figures());
      rows.add(row);
    });
    text.append(all.line("all"));
    figures.put("by_digits", rows);
    long guessed =
        programs.stream().flatMapToInt(it -> it.target().chars()).filter(it -> it == guess).count();
    return Score.higher(METRIC, figures, text.toString())
        .against("the most frequent digit", guessed / (double) all.characters);
  }
}
