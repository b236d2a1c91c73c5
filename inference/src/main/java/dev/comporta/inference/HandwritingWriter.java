package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredInk;
import dev.comporta.inference.content.StoredMixture;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes texts as a pen does, point by point (Graves 2013, <i>Generating Sequences With Recurrent
 * Neural Networks</i>, section 5). Any number of threads may use it at once.
 *
 * <pre>{@code
 * try (LoadedModel model = Models.load(file)) {
 *   Ink ink = model.handwritingWriter().write("hello", 1, 7);
 *   System.out.println(ink.points() + " points");
 * }
 * }</pre>
 */
public final class HandwritingWriter {
  /** The most letters of a text. */
  public static final int MOST_LETTERS = 200;

  /** The largest bias. */
  public static final double MOST_BIAS = 20;

  /** A letter has at most so many points; then the pen is put away. */
  private static final int LONGEST = 60;

  /** Units of the strokes that are written for one deviation of y. */
  private static final double UNITS = 10;

  private final LoadedModel model;
  private final StoredInk stored;
  private final StoredMixture mixture;

  /** Checks that the file holds a model that writes. */
  HandwritingWriter(LoadedModel model) {
    SequenceModel network = model.network();
    this.model = model;
    this.stored = StoredInk.of(model.content(), model.name());
    this.mixture = StoredMixture.of(model.content(), model.name());
    if (network.encoder().isEmpty()
        || network.inputSize() != InkFeatures.WRITTEN
        || network.outputSize() != mixture.outputs()) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected an encoder of texts, %d features of pen strokes and %d outputs for %d Gaussians but %s has %d features and %d outputs; the file is inconsistent",
              InkFeatures.WRITTEN,
              mixture.outputs(),
              mixture.gaussians(),
              model.name(),
              network.inputSize(),
              network.outputSize()));
    }
    Required.ids("an encoder of texts", network.encoder(), stored.classes());
  }

  /** {@return the letters that the model can write} */
  public List<String> letters() {
    return stored.letters();
  }

  /**
   * Writes a text.
   *
   * @param text 1 to {@link #MOST_LETTERS} letters that the model knows
   * @param bias 0 writes as the model has learned; larger values, up to {@link #MOST_BIAS}, write
   *     more regularly: deviations are divided by e to the power of the bias, and likely Gaussians
   *     become likelier (Graves 2013, equations 61 and 62), and so do likely events
   * @param seed of the random numbers: the same seed gives the same strokes
   * @return the strokes, which begin at (0, 0)
   * @throws ComportaException if the text is empty, too long, or has a letter that the model does
   *     not know, or the bias is out of range
   */
  public Ink write(String text, double bias, int seed) {
    if (!(bias >= 0 && bias <= MOST_BIAS)) {
      throw new InvalidOptionException(
          formatted("[handwriting] expected a bias from 0 to %.0f but got %s", MOST_BIAS, bias));
    }
    int[] letters = letters(text);
    RandomSource random = new CounterRandom(seed).stream("handwriting").stream(text);
    return model.with(runner -> write(runner, letters, bias, random));
  }

  /** The classes of a text and its end. */
  private int[] letters(String text) {
    int[] letters = stored.encode(text);
    if (letters.length == 0 || letters.length > MOST_LETTERS) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected a text of 1 to %d letters but it has %,d",
              MOST_LETTERS, letters.length));
    }
    for (int i = 0; i < letters.length; i++) {
      if (letters[i] == StoredInk.BLANK) {
        throw new ComportaException(
            formatted(
                "[handwriting] expected letters that %s can write, %s, but '%s' has '%s'",
                model.name(),
                Printable.line(String.join("", stored.letters())),
                Printable.quote(text),
                Printable.quote(
                    Character.toString(text.codePointAt(text.offsetByCodePoints(0, i))))));
      }
    }
    int[] ended = Arrays.copyOf(letters, letters.length + 1);
    ended[letters.length] = StoredInk.BLANK;
    return ended;
  }

  private Ink write(ModelRunner runner, int[] letters, double bias, RandomSource random) {
    EncodedSource source = runner.encode(Batch.ofSequences(List.of(letters), 1));
    Carry carry = runner.newCarry(1);
    List<float[]> strokes = new ArrayList<>();
    List<double[]> stroke = new ArrayList<>(List.of(new double[2]));
    double x = 0;
    double y = 0;
    float[] point = new float[InkFeatures.WRITTEN];
    for (int t = 0; t < LONGEST * letters.length; t++) {
      Batch step = Batch.ofValues(1, 1, InkFeatures.WRITTEN, point, null);
      StoredMixture.Drawn drawn =
          mixture.draw(runner.predict(step, carry, source), bias, random.stream(t));
      x += drawn.x();
      y += drawn.y();
      if (point[InkFeatures.WRITTEN - 1] == 1) {
        strokes.add(points(stroke));
        stroke.clear();
      }
      stroke.add(new double[] {x, y});
      boolean lift = drawn.events()[0];
      if (lift && drawn.events()[1]) {
        break;
      }
      point = new float[] {drawn.x(), drawn.y(), lift ? 1 : 0};
    }
    strokes.add(points(stroke));
    return new Ink(strokes);
  }

  private static float[] points(List<double[]> stroke) {
    float[] points = new float[2 * stroke.size()];
    for (int i = 0; i < points.length; i++) {
      double at = UNITS * stroke.get(i / 2)[i % 2];
      points[i] = (float) Math.clamp(at, -Ink.MOST, Ink.MOST);
    }
    return points;
  }
}
