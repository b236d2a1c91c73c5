package dev.comporta.attention.ctc;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.attention.ctc.CtcOutputs.logSum;

import dev.comporta.api.InvalidOptionException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Prefix beam search (Hannun et al. 2014, <i>First-Pass Large Vocabulary Continuous Speech
 * Recognition using Bi-Directional Recurrent DNNs</i>, algorithm 1; a breadth-first form of the
 * prefix search of Graves et al. 2006, section 3.2), with the words of a lexicon if one is given
 * and without a language model. For each prefix l of labels it keeps the probability of all paths
 * that stand for l and end with a blank, {@code p_b(l)}, and of those that end with its last label,
 * {@code p_n(l)}:
 *
 * <pre>
 * p_b'(l)     = y(blank) (p_b(l) + p_n(l))
 * p_n'(l)     = y(last of l) p_n(l) + the following for l without its last label
 * p_n'(l + c) = y(c) (p_b(l) + p_n(l)), or y(c) p_b(l) if c is the last label of l
 * </pre>
 *
 * <p>After every timestep the prefixes with the largest sum of both remain; of equal ones those
 * that extend a better prefix, then those with the smaller label. With at least as many prefixes as
 * there are, the probabilities are exact. Immutable; any number of threads may use it at once.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CtcBeamSearch {
  private final int width;
  private final @Nullable CtcLexicon lexicon;

  /**
   * Creates a search.
   *
   * @param width prefixes that remain after each timestep, 1 or more; usual are 10 to 100
   * @param lexicon the words that may be found; null if all sequences of labels may
   * @throws InvalidOptionException if the width is less than 1
   */
  public CtcBeamSearch(int width, @Nullable CtcLexicon lexicon) {
    if (width < 1) {
      throw new InvalidOptionException(
          formatted("[ctc.beam] expected a width of 1 or more but got %d", width));
    }
    this.width = width;
    this.lexicon = lexicon;
  }

  /**
   * Finds likely labels.
   *
   * @param outputs the probabilities of the classes
   * @return the most likely first, at least one. With a lexicon, if no prefix that remains ends
   *     with a whole word, it is the best of them up to the last label that ends one
   */
  public List<CtcHypothesis> search(CtcOutputs outputs) {
    Prefix root = new Prefix(null, outputs.blank(), lexicon == null ? null : lexicon.start());
    root.blank = 0;
    List<Prefix> beam = List.of(root);
    for (int t = 0; t < outputs.timesteps(); t++) {
      beam = step(outputs, t, beam);
    }
    List<CtcHypothesis> found = new ArrayList<>();
    for (Prefix prefix : beam) {
      if (prefix.isWhole() && prefix.total() > Double.NEGATIVE_INFINITY) {
        found.add(new CtcHypothesis(prefix.labels(), Math.min(0, prefix.total())));
      }
    }
    if (found.isEmpty()) {
      List<Integer> labels = beam.getFirst().wholeWords();
      double exact = outputs.logProbability(labels.stream().mapToInt(it -> it).toArray());
      found.add(new CtcHypothesis(labels, exact));
    }
    return List.copyOf(found);
  }

  private List<Prefix> step(CtcOutputs outputs, int t, List<Prefix> beam) {
    List<Prefix> candidates = new ArrayList<>();
    for (Prefix prefix : beam) {
      prefix.reach(t, candidates);
      prefix.nextBlank = outputs.logProbability(t, outputs.blank()) + prefix.total();
      if (prefix.parent != null) {
        prefix.add(outputs.logProbability(t, prefix.label) + prefix.label());
      }
      for (int label = 0; label < outputs.classes(); label++) {
        double y = outputs.logProbability(t, label);
        if (label == outputs.blank() || y == Double.NEGATIVE_INFINITY) {
          continue;
        }
        boolean repeats = prefix.parent != null && label == prefix.label;
        double before = repeats ? prefix.blank : prefix.total();
        if (before == Double.NEGATIVE_INFINITY) {
          continue;
        }
        Prefix longer = prefix.child(label, lexicon);
        if (longer != null) {
          longer.reach(t, candidates);
          longer.add(y + before);
        }
      }
    }
    candidates.forEach(Prefix::advance);
    candidates.sort(Comparator.comparingDouble(Prefix::total).reversed()); // stable
    List<Prefix> kept = new ArrayList<>(candidates.subList(0, Math.min(width, candidates.size())));
    kept.forEach(prefix -> prefix.wasKept = true);
    candidates.subList(kept.size(), candidates.size()).forEach(Prefix::drop);
    return kept;
  }

  /**
   * A prefix of labels as a node of a tree. There is one node for equal prefixes as long as it, or
   * a longer one, may be among those that remain.
   */
  private static final class Prefix {
    final @Nullable Prefix parent;
    final int label;
    final CtcLexicon.@Nullable Node place;
    private final Map<Integer, Prefix> children = new HashMap<>();
    double blank = Double.NEGATIVE_INFINITY; // log p_b
    private double labelled = Double.NEGATIVE_INFINITY; // log p_n
    double nextBlank = Double.NEGATIVE_INFINITY;
    private double nextLabelled = Double.NEGATIVE_INFINITY;
    private int reachedAt = -1;
    boolean wasKept;

    Prefix(@Nullable Prefix parent, int label, CtcLexicon.@Nullable Node place) {
      this.parent = parent;
      this.label = label;
      this.place = place;
    }

    double label() {
      return labelled;
    }

    double total() {
      return logSum(blank, labelled);
    }

    /** Adds this prefix to the candidates of a timestep, once. */
    void reach(int t, List<Prefix> candidates) {
      if (reachedAt != t) {
        reachedAt = t;
        candidates.add(this);
      }
    }

    void add(double log) {
      nextLabelled = logSum(nextLabelled, log);
    }

    void advance() {
      blank = nextBlank;
      labelled = nextLabelled;
      nextBlank = Double.NEGATIVE_INFINITY;
      nextLabelled = Double.NEGATIVE_INFINITY;
    }

    /** The prefix with one more label; null if the lexicon does not allow it. */
    @Nullable Prefix child(int next, @Nullable CtcLexicon lexicon) {
      Prefix known = children.get(next);
      if (known != null) {
        return known;
      }
      CtcLexicon.Node after = null;
      if (lexicon != null && place != null) {
        after = lexicon.next(place, next);
        if (after == null) {
          return null;
        }
      }
      Prefix child = new Prefix(this, next, after);
      children.put(next, child);
      return child;
    }

    /** Forgets the paths so far, and the node if no path through it can remain. */
    void drop() {
      blank = Double.NEGATIVE_INFINITY;
      labelled = Double.NEGATIVE_INFINITY;
      if (!wasKept && parent != null) {
        parent.children.remove(label);
      }
    }

    boolean isWhole() {
      return place == null || parent == null || place.endsWord();
    }

    List<Integer> labels() {
      List<Integer> labels = new ArrayList<>();
      for (Prefix at = this; at.parent != null; at = at.parent) {
        labels.add(at.label);
      }
      return labels.reversed();
    }

    List<Integer> wholeWords() {
      Prefix at = this;
      while (at.parent != null && !at.isWhole()) {
        at = at.parent;
      }
      return at.labels();
    }
  }
}
