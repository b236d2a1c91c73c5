package dev.comporta.view;

import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Where a model looked in a picture for each word of its caption, or of a question.
 *
 * @param model the name of the model
 * @param picture what it saw
 * @param caption what it said, or the question and the answer
 * @param rows positions one below the other; 0 for a model without attention
 * @param columns positions side by side
 * @param words each with its weights; unused without attention
 */
public record Look(
    String model, BufferedImage picture, String caption, int rows, int columns, List<Word> words) {
  /** Where the largest weight of all words is smaller, nothing is lit fully. */
  private static final float CLEAR_LOOK = 0.15f;

  /** Copies the words. */
  public Look {
    words = List.copyOf(words);
  }

  /**
   * A word.
   *
   * @param text the word
   * @param probability of the word; NaN for words that were given
   * @param weights of the positions, row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  public record Word(String text, double probability, float[] weights) {}

  /** Whether the model said the words, so that they have probabilities. */
  boolean isSaid() {
    return words.stream().noneMatch(word -> Double.isNaN(word.probability()));
  }

  boolean hasAttention() {
    return rows > 0;
  }

  /** The weight that is lit fully: the largest of all words, so that words can be compared. */
  double brightest() {
    float most = CLEAR_LOOK;
    for (Word word : words) {
      for (float weight : word.weights()) {
        most = Math.max(most, weight);
      }
    }
    return most;
  }

  /**
   * The weight at a point of the picture, smooth between the middles of positions.
   *
   * @param x from 0 at the left to 1
   * @param y from 0 at the top to 1
   */
  double weight(Word word, double x, double y) {
    double column = Math.clamp(x * columns - 0.5, 0, columns - 1);
    double row = Math.clamp(y * rows - 0.5, 0, rows - 1);
    int left = (int) column;
    int top = (int) row;
    double right = smooth(column - left);
    double down = smooth(row - top);
    double above = mixed(at(word, top, left), at(word, top, left + 1), right);
    double below = mixed(at(word, top + 1, left), at(word, top + 1, left + 1), right);
    return mixed(above, below, down);
  }

  private float at(Word word, int row, int column) {
    return word.weights()[Math.min(row, rows - 1) * columns + Math.min(column, columns - 1)];
  }

  private static double smooth(double share) {
    return share * share * (3 - 2 * share);
  }

  private static double mixed(double first, double second, double share) {
    return first + (second - first) * share;
  }
}
