package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.serialization.ModelFile;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The mixture of Gaussians that a model of pen strokes gives, as the loss {@code mixture-density}
 * defines it. Model files store its numbers among their metrics.
 *
 * @param gaussians M, the number of Gaussians
 * @param leastDeviation the least standard deviation, in deviations of y
 */
public record StoredMixture(int gaussians, double leastDeviation) {
  /** The events of a point: the pen is lifted, and it was the last one. */
  public static final int EVENTS = 2;

  private static final String GAUSSIANS = "gaussians of the pen";
  private static final String LEAST = "least deviation of the pen";
  private static final int PARTS = 6;
  private static final int MOST_GAUSSIANS = 10_000;

  /** A way is at most so many deviations of y, as those that models are trained on. */
  public static final double MOST_WAY = 20;

  /** {@return the number of outputs of such a model} */
  public int outputs() {
    return EVENTS + PARTS * gaussians;
  }

  /** {@return the numbers to store in a model file, by name} */
  public Map<String, Double> constants() {
    Map<String, Double> constants = new LinkedHashMap<>();
    constants.put(GAUSSIANS, (double) gaussians);
    constants.put(LEAST, leastDeviation);
    return constants;
  }

  /**
   * {@return the mixture of the model in a file}
   *
   * @param file the content of the file
   * @param name what messages call it
   * @throws ComportaException if it does not write, or a number is out of range
   */
  public static StoredMixture of(ModelFile file, String name) {
    Double count = file.metrics().get(GAUSSIANS);
    double least = file.metrics().getOrDefault(LEAST, Double.NaN);
    if (count == null) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected a model that writes but %s does not give the %s; use a model of the task handwriting-synthesis",
              name, GAUSSIANS));
    }
    if (!(count >= 1 && count <= MOST_GAUSSIANS)
        || count != Math.rint(count)
        || !(least >= 0 && least <= 1)) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected 1 to %,d Gaussians and a least deviation from 0 to 1 in %s but got %s and %s; the file is inconsistent",
              MOST_GAUSSIANS, name, count, least));
    }
    return new StoredMixture(count.intValue(), least);
  }

  /**
   * A point that was drawn.
   *
   * @param x the way to the right
   * @param y the way down
   * @param events whether the pen is lifted, and whether it was the last point
   */
  @SuppressWarnings("ArrayRecordComponent") // read at once
  public record Drawn(float x, float y, boolean[] events) {}

  /**
   * {@return a point drawn from the mixture}
   *
   * @param output what the model gives, {@link #outputs} numbers
   * @param bias 0 or more: see {@link dev.comporta.inference.HandwritingWriter#write}
   * @param random its first numbers are used
   */
  public Drawn draw(float[] output, double bias, RandomSource random) {
    int chosen = choose(output, bias, random.uniform(0));
    double deviation1 = leastDeviation + StrictMath.exp(part(output, 3, chosen) - bias);
    double deviation2 = leastDeviation + StrictMath.exp(part(output, 4, chosen) - bias);
    double rho = StrictMath.tanh(part(output, 5, chosen));
    double normal1 = random.normal(1);
    double normal2 = rho * normal1 + Math.sqrt(1 - rho * rho) * random.normal(2);
    boolean[] events = new boolean[EVENTS];
    for (int i = 0; i < EVENTS; i++) {
      double logit = output[i] * (1 + bias);
      events[i] = random.uniform(3 + i) < 1 / (1 + StrictMath.exp(-logit));
    }
    return new Drawn(
        way(part(output, 1, chosen) + deviation1 * normal1),
        way(part(output, 2, chosen) + deviation2 * normal2),
        events);
  }

  private int choose(float[] output, double bias, float uniform) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < gaussians; i++) {
      largest = Math.max(largest, part(output, 0, i));
    }
    double[] sums = new double[gaussians];
    double sum = 0;
    for (int i = 0; i < gaussians; i++) {
      sum += StrictMath.exp((part(output, 0, i) - largest) * (1 + bias));
      sums[i] = sum;
    }
    int chosen = 0;
    while (chosen < gaussians - 1 && sums[chosen] <= uniform * sum) {
      chosen++;
    }
    return chosen;
  }

  private double part(float[] output, int part, int gaussian) {
    return output[EVENTS + part * gaussians + gaussian];
  }

  private static float way(double way) {
    return (float) Math.clamp(way, -MOST_WAY, MOST_WAY);
  }
}
