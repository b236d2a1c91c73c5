package dev.comporta.lessons.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers and labels in rows.
 *
 * @param head the labels of the columns
 * @param rows numbers or labels, one of each column
 */
public record Rows(List<String> head, List<List<Object>> rows) {
  /**
   * Rows without content.
   *
   * @param head the labels of the columns
   * @return rows to add to
   */
  public static Rows of(String... head) {
    return new Rows(List.of(head), new ArrayList<>());
  }

  /**
   * Adds a row.
   *
   * @param cells numbers or labels
   * @return these rows
   */
  public Rows add(Object... cells) {
    if (cells.length != head.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + head);
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The rows to show if only some fit: the first, the last and some between. */
  static int[] chosen(int count, int most) {
    int shown = Math.min(count, most);
    int[] chosen = new int[shown];
    for (int i = 0; i < shown; i++) {
      chosen[i] = shown == 1 ? 0 : (int) Math.round((double) i * (count - 1) / (shown - 1));
    }
    return chosen;
  }
}
