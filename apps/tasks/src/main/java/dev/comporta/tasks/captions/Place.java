package dev.comporta.tasks.captions;

import java.util.List;

/** Where in the picture a thing is that is alone: one of nine fields. */
enum Place {
  TOP_LEFT("in the top left corner", "in the upper left corner"),
  TOP("at the top"),
  TOP_RIGHT("in the top right corner", "in the upper right corner"),
  LEFT("on the left"),
  MIDDLE("in the middle", "in the centre"),
  RIGHT("on the right"),
  BOTTOM_LEFT("in the bottom left corner", "in the lower left corner"),
  BOTTOM("at the bottom"),
  BOTTOM_RIGHT("in the bottom right corner", "in the lower right corner");

  @SuppressWarnings("ImmutableEnumChecker") // List.of gives lists that do not change
  private final List<String> phrases;

  Place(String... phrases) {
    this.phrases = List.of(phrases);
  }

  /** The phrases that mean it. */
  List<String> phrases() {
    return phrases;
  }

  /** The field of a row and a column, each 0, 1 or 2. */
  static Place of(int row, int column) {
    return values()[3 * row + column];
  }
}
