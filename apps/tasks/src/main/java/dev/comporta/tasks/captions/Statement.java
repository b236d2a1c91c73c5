package dev.comporta.tasks.captions;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a caption says.
 *
 * @param figures that it names, in its order
 * @param place of the one figure, if there is one
 * @param facts that it states of several
 */
record Statement(List<Figure> figures, @Nullable Place place, List<Fact> facts) {
  Statement {
    figures = List.copyOf(figures);
    facts = List.copyOf(facts);
  }

  /**
   * A figure stands in a relation to another.
   *
   * @param subject its index
   * @param relation where it is, seen from the other
   * @param other the other's index
   */
  record Fact(int subject, Relation relation, int other) {}

  /** How a caption compares with a scene. */
  enum Verdict {
    /** It names the scene's figures, all and no others, and all that it states of them is so. */
    EXACT,
    /** It names the scene's figures but states a relation or a field that is not so. */
    WRONG_RELATION,
    /** It names other figures, or fewer, or more. */
    WRONG_FIGURES,
    /** It is no sentence of the grammar. */
    NO_SENTENCE;

    String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** How a caption compares with a scene. */
  static Verdict verdict(String caption, Scene scene) {
    Statement statement = Grammar.parse(caption);
    return statement == null ? Verdict.NO_SENTENCE : statement.verdict(scene);
  }

  private Verdict verdict(Scene scene) {
    List<Figure> there = scene.figures();
    if (figures.size() != there.size() || !new HashSet<>(figures).equals(new HashSet<>(there))) {
      return Verdict.WRONG_FIGURES;
    }
    if (place != null && place != scene.place(0)) {
      return Verdict.WRONG_RELATION;
    }
    for (Fact fact : facts) {
      int subject = there.indexOf(figures.get(fact.subject()));
      int other = there.indexOf(figures.get(fact.other()));
      if (subject == other || scene.relation(subject, other) != fact.relation()) {
        return Verdict.WRONG_RELATION;
      }
    }
    return Verdict.EXACT;
  }
}
