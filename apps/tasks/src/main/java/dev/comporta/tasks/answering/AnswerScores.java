package dev.comporta.tasks.answering;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.PairedBootstrap;
import dev.comporta.frame.Score;
import dev.comporta.inference.Classification;
import dev.comporta.inference.QuestionAnswerer;
import dev.comporta.tasks.answering.Stories.Asked;
import dev.comporta.tasks.labels.Confusion;
import dev.comporta.training.metrics.ConfusionMatrix;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The accuracy of answers, overall and for each kind of question, next to a baseline. */
final class AnswerScores extends Confusion implements PairedBootstrap.Outcomes {
  /** The most kinds in the table of the text. */
  private static final int MOST_KINDS = 30;

  private final double[] right;
  private final Map<String, Kind> kinds = new TreeMap<>();
  private final Map<String, String> frequent;
  private final String mostFrequent;

  /** The questions of a kind. */
  private static final class Kind {
    private int count;
    private int right;
    private int baseline;

    private Map<String, Object> figures() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("count", count);
      figures.put("accuracy", right / (double) count);
      figures.put("baseline", baseline / (double) count);
      return figures;
    }
  }

  /**
   * Scores a model.
   *
   * @param model answers
   * @param scored the questions, whose answers must be among the model's
   * @param fitted the stories with the most frequent answers
   */
  AnswerScores(QuestionAnswerer model, Stories scored, Stories fitted) {
    super(model.answers());
    List<Asked> questions = scored.requireAnswers(labels()).questions();
    List<Classification> answers = scored.answers(model);
    List<Asked> known = fitted.questions();
    this.mostFrequent = frequent(known, _ -> "").values().iterator().next();
    this.frequent = frequent(known, it -> it.question().kind());
    this.right = new double[questions.size()];
    for (int i = 0; i < right.length; i++) {
      String wanted = questions.get(i).question().answer();
      String kind = questions.get(i).question().kind();
      right[i] = answers.get(i).label().equals(wanted) ? 1 : 0;
      add(wanted, answers.get(i).label());
      Kind own = kinds.computeIfAbsent(kind, _ -> new Kind());
      own.count++;
      own.right += (int) right[i];
      own.baseline += frequent.getOrDefault(kind, mostFrequent).equals(wanted) ? 1 : 0;
    }
  }

  /** The most frequent answer of each group of questions. */
  private static Map<String, String> frequent(
      List<Asked> questions, Function<Asked, String> group) {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    questions.forEach(it ->
        counts
            .computeIfAbsent(group.apply(it), _ -> new TreeMap<>())
            .merge(it.question().answer(), 1, Integer::sum));
    Map<String, String> most = new TreeMap<>();
    counts.forEach((name, answers) ->
        most.put(name, Collections.max(answers.entrySet(), Map.Entry.comparingByValue()).getKey()));
    return most;
  }

  @Override
  public double[] outcomes() {
    return right.clone();
  }

  private double share(ToIntFunction<Kind> of) {
    return kinds.values().stream().mapToInt(of).sum() / (double) right.length;
  }

  /**
   * The score; {@code accuracy} counts most.
   *
   * @param baseline whether the answers of the baseline are those of the training part
   */
  Score score(boolean baseline) {
    ConfusionMatrix matrix = matrix();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("accuracy", matrix.accuracy());
    figures.put("count", matrix.total());
    Map<String, Object> each = new LinkedHashMap<>();
    kinds.forEach((kind, own) -> each.put(kind, own.figures()));
    figures.put("kinds", each);
    int label = labels().indexOf(mostFrequent);
    figures.put("most_frequent", label < 0 ? 0 : matrix.actual(label) / (double) matrix.total());
    int width = Math.max(8, kinds.keySet().stream().mapToInt(String::length).max().orElse(0));
    String line = "%n%-" + width + "s  %9s  %8s  %20s";
    StringBuilder text = new StringBuilder();
    text.append(
        formatted(
            "%.2f %% of %,d questions are answered right",
            100 * matrix.accuracy(), matrix.total()));
    text.append(formatted(line, "question", "questions", "accuracy", "most frequent answer"));
    kinds.entrySet().stream()
        .sorted(Comparator.comparingInt(it -> -it.getValue().count))
        .limit(MOST_KINDS)
        .sorted(Map.Entry.comparingByKey())
        .forEach(it -> {
          Kind own = it.getValue();
          text.append(
              formatted(
                  line,
                  it.getKey(),
                  formatted("%,d", own.count),
                  formatted("%.2f %%", 100.0 * own.right / own.count),
                  formatted("%.2f %%", 100.0 * own.baseline / own.count)));
        });
    if (kinds.size() > MOST_KINDS) {
      text.append(formatted("%nand %,d other kinds", kinds.size() - MOST_KINDS));
    }
    return Score.higher("accuracy", figures, text.toString())
        .against(
            baseline
                ? "the most frequent answer of each kind of question"
                : "the most frequent answer of each kind of question in these data",
            share(own -> own.baseline))
        .with(this);
  }
}
