package dev.comporta.tasks.captions;

import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.cells.layers.PicturePlacesLayer;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a model looked in a picture for each word of its caption.
 *
 * @param picture what it saw
 * @param caption what it said
 * @param rows places one below the other
 * @param columns places side by side
 * @param words each with its weights
 */
record Look(BufferedImage picture, String caption, int rows, int columns, List<Word> words) {
  Look {
    words = List.copyOf(words);
  }

  /**
   * A word.
   *
   * @param text the word
   * @param logProbability in nats
   * @param weights of the places, row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  record Word(String text, float logProbability, float[] weights) {}

  /** Where a model with attention looked for its best caption, the end left out. */
  static Look of(BufferedImage picture, Caption caption, CaptionModel model) {
    PicturePlacesLayer places = model.places();
    if (places == null) {
      throw new IllegalStateException("[caption] expected a model with attention");
    }
    Hypothesis best = caption.hypothesis();
    List<Word> words = new ArrayList<>();
    for (int t = 0; t < best.tokens().size(); t++) {
      words.add(
          new Word(
              model.vocabulary().tokens().get(best.tokens().get(t)),
              best.logProbabilities().get(t),
              best.attention().get(t)));
    }
    return new Look(picture, caption.best(), places.height(), places.width(), words);
  }

  /**
   * The weight at a point of the picture, smooth between the middles of places.
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
