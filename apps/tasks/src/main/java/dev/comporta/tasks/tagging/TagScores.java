package dev.comporta.tasks.tagging;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Score;
import dev.comporta.inference.Label;
import dev.comporta.inference.Tagger;
import dev.comporta.tasks.labels.Confusion;
import dev.comporta.tasks.tagging.TaggedSentences.Sentence;
import dev.comporta.training.metrics.ConfusionMatrix;
import dev.comporta.training.tags.BioTags;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** How well words are tagged: accuracy, and for tags that mark spans the F1 of exact spans. */
final class TagScores extends Confusion {
  private final boolean spans;
  private final SpanCounts all = new SpanCounts();
  private final Map<String, SpanCounts> byType = new TreeMap<>();

  private TagScores(List<String> labels) {
    super(labels);
    this.spans = BioTags.mark(labels);
  }

  /** Scores a model on sentences, whose tags must be among its own. */
  static TagScores of(Tagger tagger, List<Sentence> sentences) {
    TaggedSentences.requireKnown(tagger.labels(), sentences);
    TagScores scores = new TagScores(tagger.labels());
    List<List<Label>> answers = tagger.tagAll(sentences.stream().map(Sentence::words).toList());
    for (int i = 0; i < answers.size(); i++) {
      scores.add(sentences.get(i).tags(), answers.get(i).stream().map(Label::name).toList());
    }
    return scores;
  }

  /** Scores any other way to tag words. */
  static TagScores of(
      List<String> labels, List<Sentence> sentences, Function<List<String>, List<String>> tagger) {
    TagScores scores = new TagScores(labels);
    sentences.forEach(sentence -> scores.add(sentence.tags(), tagger.apply(sentence.words())));
    return scores;
  }

  private void add(List<String> actual, List<String> predicted) {
    for (int i = 0; i < actual.size(); i++) {
      add(actual.get(i), predicted.get(i));
    }
    if (spans) {
      List<BioTags.Span> inData = BioTags.spans(actual);
      List<BioTags.Span> found = BioTags.spans(predicted);
      all.add(inData, found);
      Set<String> types = new HashSet<>();
      inData.forEach(span -> types.add(span.type()));
      found.forEach(span -> types.add(span.type()));
      for (String type : types) {
        byType.computeIfAbsent(type, _ -> new SpanCounts()).add(of(inData, type), of(found, type));
      }
    }
  }

  private static List<BioTags.Span> of(List<BioTags.Span> spans, String type) {
    return spans.stream().filter(span -> span.type().equals(type)).toList();
  }

  double accuracy() {
    return matrix().accuracy();
  }

  double entityF1() {
    return all.f1();
  }

  /** The score; {@code entity_f1} counts most for tags that mark spans, else {@code accuracy}. */
  Score score() {
    ConfusionMatrix matrix = matrix();
    List<String> labels = labels();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("accuracy", matrix.accuracy());
    figures.put("words", matrix.total());
    StringBuilder text = new StringBuilder();
    text.append(
        formatted(
            "%.2f %% of %,d words have the right tag", 100 * matrix.accuracy(), matrix.total()));
    Map<String, Map<String, Object>> each = new LinkedHashMap<>();
    if (spans) {
      figures.put("entity_f1", all.f1());
      figures.put("entity_precision", all.precision());
      figures.put("entity_recall", all.recall());
      text.append(
          formatted(
              "; %,d of %,d entities are found, %,d are proposed: F1 %.2f %%",
              all.right(), all.actual(), all.predicted(), 100 * all.f1()));
      head(text, byType.keySet());
      byType.forEach((type, own) ->
          row(text, each, type, own.actual(), own.precision(), own.recall(), own.f1()));
      figures.put("entities", each);
    } else {
      head(text, labels);
      for (int label = 0; label < labels.size(); label++) {
        row(
            text,
            each,
            labels.get(label),
            matrix.actual(label),
            matrix.precision(label),
            matrix.recall(label),
            matrix.f1(label));
      }
      figures.put("labels", each);
    }
    return Score.higher(spans ? "entity_f1" : "accuracy", figures, text.toString()).with(this);
  }

  private static final String COLUMNS = "%n%-20s  %8s  %9s  %7s  %7s";

  private static void head(StringBuilder text, Iterable<String> names) {
    if (names.iterator().hasNext()) {
      text.append(formatted(COLUMNS, "tag", "count", "precision", "recall", "F1"));
    }
  }

  private static void row(
      StringBuilder text,
      Map<String, Map<String, Object>> each,
      String name,
      long count,
      double precision,
      double recall,
      double f1) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("count", count);
    row.put("precision", precision);
    row.put("recall", recall);
    row.put("f1", f1);
    each.put(name, row);
    text.append(
        formatted(
            COLUMNS,
            name,
            count,
            formatted("%.4f", precision),
            formatted("%.4f", recall),
            formatted("%.4f", f1)));
  }
}
