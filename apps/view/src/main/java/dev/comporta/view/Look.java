package dev.comporta.view;

import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Where a model looked in a picture, or at which frames of a clip, for each word of its caption, or
 * of a question.
 *
 * @param model the name of the model
 * @param picture what it saw: a square, or the square frames of a clip side by side
 * @param caption what it said, or the question and the answer
 * @param rows positions one below the other; 0 for a model without attention
 * @param columns positions side by side; the frames of a clip
 * @param words each with its weights; unused without attention
 */
public record Look(
    String model, BufferedImage picture, String caption, int rows, int columns, List<Word> words) {
  /** Where the largest weight of all words is smaller, nothing is lit fully. */
  private static final float CLEAR_LOOK = 0.15f;

  /** Pixels on a side of a picture that is drawn, and of a frame of a clip. */
  static final int TILE = 168;

  private static final int LARGEST_FRAME = 84;
  private static final int SMALLEST_FRAME = 24;
  private static final int FILM = 960;

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

  /** Whether it is a clip, whose frames are side by side. */
  boolean isFilm() {
    return picture.getWidth() > picture.getHeight();
  }

  /**
   * {@return the pixels on a side of the frames of a clip}
   *
   * @param frames of the clip
   */
  public static int frameSide(int frames) {
    return Math.clamp(FILM / frames, SMALLEST_FRAME, LARGEST_FRAME);
  }

  /** Pixels of the width of the picture as it is drawn. */
  int width() {
    return isFilm() ? picture.getWidth() : TILE;
  }

  int height() {
    return isFilm() ? picture.getHeight() : TILE;
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
   * The weight at a point of the picture, smooth between the middles of positions; that of a frame
   * of a clip.
   *
   * @param x from 0 at the left to 1
   * @param y from 0 at the top to 1
   */
  double weight(Word word, double x, double y) {
    if (isFilm()) {
      return at(word, 0, (int) (x * columns));
    }
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
