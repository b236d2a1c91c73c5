package dev.comporta.tasks.captions;

import java.util.List;

/** Where one thing is, seen from another. */
enum Relation {
  LEFT("left of", "to the left of"),
  RIGHT("right of", "to the right of"),
  ABOVE("above", "over"),
  BELOW("below", "under");

  @SuppressWarnings("ImmutableEnumChecker") // List.of gives lists that do not change
  private final List<String> phrases;

  Relation(String... phrases) {
    this.phrases = List.of(phrases);
  }

  /** The phrases that mean it. */
  List<String> phrases() {
    return phrases;
  }

  /**
   * The one relation of a thing that is so far to the right of another, and so far below it: that
   * along the axis on which they are further apart.
   */
  static Relation of(double right, double down) {
    if (Math.abs(right) >= Math.abs(down)) {
      return right < 0 ? LEFT : RIGHT;
    }
    return down < 0 ? ABOVE : BELOW;
  }

  /** The relation of the other thing to the first. */
  Relation opposite() {
    return switch (this) {
      case LEFT -> RIGHT;
      case RIGHT -> LEFT;
      case ABOVE -> BELOW;
      case BELOW -> ABOVE;
    };
  }
}
