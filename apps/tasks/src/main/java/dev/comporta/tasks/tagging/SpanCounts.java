package dev.comporta.tasks.tagging;

import dev.comporta.training.tags.BioTags;
import java.util.List;
import java.util.Set;

/** Counts of spans in data and in answers, which must agree exactly to be right. */
final class SpanCounts {
  private long actual;
  private long predicted;
  private long right;

  /** Adds those of one sentence. */
  void add(List<BioTags.Span> actualSpans, List<BioTags.Span> predictedSpans) {
    actual += actualSpans.size();
    predicted += predictedSpans.size();
    right += predictedSpans.stream().filter(Set.copyOf(actualSpans)::contains).count();
  }

  /** Those in the data. */
  long actual() {
    return actual;
  }

  /** Those in the answers. */
  long predicted() {
    return predicted;
  }

  /** Those in both. */
  long right() {
    return right;
  }

  double precision() {
    return predicted == 0 ? 0 : right / (double) predicted;
  }

  double recall() {
    return actual == 0 ? 0 : right / (double) actual;
  }

  /** The harmonic mean of precision and recall; 0 if there are no spans. */
  double f1() {
    return actual + predicted == 0 ? 0 : 2.0 * right / (actual + predicted);
  }
}
