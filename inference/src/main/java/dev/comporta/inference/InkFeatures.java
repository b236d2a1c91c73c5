package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.inference.content.StoredMixture;
import java.util.ArrayList;
import java.util.List;

/**
 * How models see pen strokes. The unit of length is the deviation of y: the standard deviation of
 * the height over the length of all strokes, so that the size of the writing, the units of the
 * tablet and the speed of the pen do not matter.
 */
public final class InkFeatures {
  /**
   * The features of a timestep in reading: the way from the point before, to the right and down,
   * the height below the middle of the strokes, and 1 where the pen begins a stroke.
   */
  public static final int READ = 4;

  /**
   * The features of a timestep in writing: the way from the point before, to the right and down,
   * and 1 at the last point of a stroke.
   */
  public static final int WRITTEN = 3;

  /** The distance between points in reading, in deviations. */
  private static final double READ_STEP = 0.7;

  /** The least distance between points in writing, in deviations. */
  private static final double WRITTEN_STEP = 0.5;

  /** The deviation is at least this part of the width. */
  private static final double FLATTEST = 0.02;

  /** Larger ways are cut to this, as those of a stray stroke far away. */
  private static final double MOST_WAY = StoredMixture.MOST_WAY;

  /** The most timesteps of strokes. */
  private static final int MOST_TIMESTEPS = 20_000;

  private final double middle;
  private final double deviation;
  private final double length;

  private InkFeatures(Ink ink) {
    double lengths = 0;
    double sum = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float[] stroke : ink.strokes()) {
      for (int i = 0; i < stroke.length; i += 2) {
        low = Math.min(low, stroke[i]);
        high = Math.max(high, stroke[i]);
        double part = i == 0 ? 0 : way(stroke, i);
        lengths += part;
        sum += i == 0 ? 0 : part * (stroke[i - 1] + (double) stroke[i + 1]) / 2;
      }
    }
    length = lengths;
    middle = lengths == 0 ? ink.strokes().getFirst()[1] : sum / lengths;
    double squares = 0;
    for (float[] stroke : ink.strokes()) {
      for (int i = 2; i < stroke.length; i += 2) {
        double a = stroke[i - 1] - middle;
        double b = stroke[i + 1] - middle;
        squares += way(stroke, i) * (a * a + a * b + b * b) / 3; // the mean square along a line
      }
    }
    double own = lengths == 0 ? 0 : Math.sqrt(squares / lengths);
    double least = Math.max(own, FLATTEST * (high - low));
    deviation = least > 0 ? least : 1;
  }

  /** The way to the point at a place from the one before. */
  private static double way(float[] stroke, int i) {
    return Math.hypot(stroke[i] - (double) stroke[i - 2], stroke[i + 1] - (double) stroke[i - 1]);
  }

  /**
   * {@return what a reader sees: points at equal distances along each stroke, {@code [T,} {@link
   * #READ}{@code ]}}
   *
   * @param ink the strokes
   * @throws ComportaException if they are too long for their height
   */
  public static float[] read(Ink ink) {
    InkFeatures features = new InkFeatures(ink);
    double step = READ_STEP * features.deviation;
    features.require(features.length / step + 2.0 * ink.strokes().size());
    List<double[]> points = new ArrayList<>(); // x, y, whether it begins a stroke
    for (float[] stroke : ink.strokes()) {
      points.add(new double[] {stroke[0], stroke[1], 1});
      double left = step;
      for (int i = 2; i < stroke.length; i += 2) {
        double way = way(stroke, i);
        double gone = 0;
        while (way - gone >= left) {
          gone += left;
          double share = gone / way;
          points.add(
              new double[] {
                stroke[i - 2] + share * (stroke[i] - (double) stroke[i - 2]),
                stroke[i - 1] + share * (stroke[i + 1] - (double) stroke[i - 1]),
                0
              });
          left = step;
        }
        left -= way - gone;
      }
      if (stroke.length > 2 && left < step / 2) { // the end, if it is not too near
        points.add(new double[] {stroke[stroke.length - 2], stroke[stroke.length - 1], 0});
      }
    }
    float[] values = new float[READ * points.size()];
    for (int t = 0; t < points.size(); t++) {
      double[] point = points.get(t);
      double[] before = points.get(Math.max(0, t - 1));
      values[READ * t] = features.scaled(point[0] - before[0]);
      values[READ * t + 1] = features.scaled(point[1] - before[1]);
      values[READ * t + 2] = features.scaled(point[1] - features.middle);
      values[READ * t + 3] = (float) point[2];
    }
    return values;
  }

  /**
   * {@return what a writer writes: ways between points that are not too near to each other, {@code
   * [T,} {@link #WRITTEN}{@code ]}}
   *
   * @param ink the strokes
   * @throws ComportaException if they are too long for their height
   */
  public static float[] written(Ink ink) {
    InkFeatures features = new InkFeatures(ink);
    double step = WRITTEN_STEP * features.deviation;
    features.require(Math.min(ink.points(), features.length / step + 2.0 * ink.strokes().size()));
    List<double[]> points = new ArrayList<>(); // x, y, whether it ends a stroke
    for (float[] stroke : ink.strokes()) {
      double[] last = {stroke[0], stroke[1], 0};
      points.add(last);
      for (int i = 2; i < stroke.length; i += 2) {
        boolean ends = i + 2 == stroke.length;
        if (ends || Math.hypot(stroke[i] - last[0], stroke[i + 1] - last[1]) >= step) {
          last = new double[] {stroke[i], stroke[i + 1], 0};
          points.add(last);
        }
      }
      last[2] = 1;
    }
    float[] values = new float[WRITTEN * points.size()];
    for (int t = 0; t < points.size(); t++) {
      double[] point = points.get(t);
      double[] before = points.get(Math.max(0, t - 1));
      values[WRITTEN * t] = features.scaled(point[0] - before[0]);
      values[WRITTEN * t + 1] = features.scaled(point[1] - before[1]);
      values[WRITTEN * t + 2] = (float) point[2];
    }
    return values;
  }

  private float scaled(double value) {
    return (float) Math.clamp(value / deviation, -MOST_WAY, MOST_WAY);
  }

  private void require(double timesteps) {
    if (timesteps > MOST_TIMESTEPS) {
      throw new ComportaException(
          formatted(
              "[ink] expected strokes of at most %,d times the deviation of their height but they have %,.0f; give a word or a line at a time",
              Math.round(MOST_TIMESTEPS * READ_STEP), length / deviation));
    }
  }
}
