package dev.comporta.lessons.figure;

import java.util.function.UnaryOperator;

/** A drawing of numbers. It has no colours of its own: its page has, for light and dark. */
public interface Figure {
  /**
   * Draws.
   *
   * @param words gives the text of a label
   * @param title what is drawn, for readers who do not see it
   * @return an element svg
   */
  String svg(UnaryOperator<String> words, String title);

  /**
   * The numbers.
   *
   * @param most the largest number of rows; if there are more, some are left out evenly
   * @return what is drawn
   */
  Rows rows(int most);
}
