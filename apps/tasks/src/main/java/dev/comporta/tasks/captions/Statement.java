package dev.comporta.tasks.captions;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caption says, or all that is true of a scene.
 *
 * @param figures that it names, in its order
 * @param place of the one figure, if there is one
 * @param facts that it states of several
 */
record Statement(List<Figure> figures, @Nullable Field place, List<Fact> facts) {
  Statement {
    figures = List.copyOf(figures);
    facts = List.copyOf(facts);
  }

  /** Where one figure is, seen from another. */
  enum Relation {
    LEFT,
    RIGHT,
    ABOVE,
    BELOW;

    /**
     * The one relation of a figure that is so far to the right of another, and so far below it:
     * that along the axis on which they are further apart.
     */
    static Relation of(double right, double down) {
      if (Math.abs(right) >= Math.abs(down)) {
        return right < 0 ? LEFT : RIGHT;
      }
      return down < 0 ? ABOVE : BELOW;
    }

    /** The relation of the other figure to the first. */
    Relation opposite() {
      return switch (this) {
        case LEFT -> RIGHT;
        case RIGHT -> LEFT;
        case ABOVE -> BELOW;
        case BELOW -> ABOVE;
      };
    }
  }

  /** Where in the picture a figure is that is alone: one of nine fields, row by row. */
  enum Field {
    TOP_LEFT,
    TOP,
    TOP_RIGHT,
    LEFT,
    MIDDLE,
    RIGHT,
    BOTTOM_LEFT,
    BOTTOM,
    BOTTOM_RIGHT
  }

  /** A figure is in a relation to another. */
  record Fact(Figure subject, Relation relation, Figure other) {
    /** The same for both orders of the figures. */
    String text() {
      return relation == Relation.LEFT || relation == Relation.ABOVE
          ? subject + " " + relation + " " + other
          : other + " " + relation.opposite() + " " + subject;
    }
  }

  /** How a caption compares with what is true. */
  enum Verdict {
    /** It names the figures, all and no others, and contradicts nothing. */
    EXACT,
    /** It names the figures but states a relation or a field that is not so. */
    WRONG_RELATION,
    /** It names other figures, or fewer, or more. */
    WRONG_FIGURES,
    /** It is not a sentence of the grammar. */
    NO_SENTENCE;

    String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** How a caption compares with this truth. */
  Verdict verdict(String caption) {
    Statement said = Grammar.parse(caption);
    return said == null ? Verdict.NO_SENTENCE : verdict(said);
  }

  /** How a caption compares with this truth. */
  Verdict verdict(Statement said) {
    if (figures.size() != said.figures.size() || !figureSet().equals(said.figureSet())) {
      return Verdict.WRONG_FIGURES;
    }
    boolean contradicted =
        (said.place != null && place != null && said.place != place)
            || said.facts.stream().anyMatch(this::contradicts);
    return contradicted ? Verdict.WRONG_RELATION : Verdict.EXACT;
  }

  Set<Figure> figureSet() {
    return new HashSet<>(figures);
  }

  private boolean contradicts(Fact said) {
    for (Fact fact : facts) {
      if (fact.subject.equals(said.subject) && fact.other.equals(said.other)) {
        return fact.relation != said.relation;
      }
      if (fact.subject.equals(said.other) && fact.other.equals(said.subject)) {
        return fact.relation != said.relation.opposite();
      }
    }
    return false;
  }

  /** This statement with the facts of another about the same figures. */
  Statement and(Statement other) {
    List<Fact> all = new ArrayList<>(facts);
    all.addAll(other.facts);
    return new Statement(figures, place, all);
  }
}
