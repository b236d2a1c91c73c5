package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A workload with its parameters and data, which are the same for every library, so that equal work
 * can be asserted.
 *
 * <p>Parameters have PyTorch's names, layout and order: per layer {@code weight_ih_l0 [G*H, I]},
 * {@code weight_hh_l0 [G*H, H]}, {@code bias_ih_l0 [G*H]}, {@code bias_hh_l0 [G*H]} (G gates in the
 * order of {@link CellKind}), for the layer-normalised LSTM also {@code layer_norm_weight_l0 [H]}
 * and {@code layer_norm_bias_l0 [H]}; for training also {@code linear.weight [V, H]} and {@code
 * linear.bias [V]}. A product has one parameter, {@code right [inner, columns]}, and a linear cell
 * none, because Comporta initialises it; the parameters of a translation model are listed in {@link
 * TranslatorNumbers}.
 *
 * @param workload the workload
 * @param parameters the parameters by name, row-major, in order
 * @param inputs {@code [T, B, I]}, or the product's left operand, or the ids of all sources, one
 *     row after another
 * @param targets {@code [T, B, V]} for mean squared error, class indices {@code [T, B]} for
 *     cross-entropy, or the ids of all targets, one row after another; empty without training
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose
public record Problem(
    Workload workload, Map<String, float[]> parameters, float[] inputs, float[] targets) {

  /** Copies the map of parameters and keeps its order. */
  public Problem {
    parameters = new LinkedHashMap<>(parameters);
  }

  /**
   * Creates random numbers: parameters uniform within plus or minus {@code 1/sqrt(H)} (PyTorch's
   * default initialisation, with non-zero biases) and inputs uniform between -1 and 1.
   *
   * @param workload the workload
   * @param seed the seed; equal seeds give equal numbers on every machine
   */
  public static Problem of(Workload workload, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> parameters = new LinkedHashMap<>();
    return switch (workload) {
      case Workload.Training w -> {
        cell(parameters, random, w.cell(), w.layers(), w.input(), w.hidden());
        float bound = (float) (1 / Math.sqrt(w.hidden()));
        parameters.put("linear.weight", uniform(random, w.outputs() * w.hidden(), bound));
        parameters.put("linear.bias", uniform(random, w.outputs(), bound));
        int rows = w.timesteps() * w.batch();
        float[] inputs = uniform(random, rows * w.input(), 1);
        float[] targets =
            switch (w.loss()) {
              case MEAN_SQUARED_ERROR -> uniform(random, rows * w.outputs(), 1);
              case CROSS_ENTROPY -> labels(random, rows, w.outputs());
            };
        yield new Problem(w, parameters, inputs, targets);
      }
      case Workload.Inference w -> {
        cell(parameters, random, w.cell(), 1, w.input(), w.hidden());
        float[] inputs = uniform(random, w.timesteps() * w.batch() * w.input(), 1);
        yield new Problem(w, parameters, inputs, new float[0]);
      }
      case Workload.LinearCell w ->
          new Problem(w, parameters, uniform(random, w.timesteps() * w.size(), 1), new float[0]);
      case Workload.Product w -> {
        parameters.put("right", uniform(random, w.inner() * w.columns(), 1));
        yield new Problem(w, parameters, uniform(random, w.rows() * w.inner(), 1), new float[0]);
      }
      case Workload.PairTraining w -> {
        parameters.putAll(TranslatorNumbers.parameters(w.sizes(), random, TranslatorNumbers.START));
        float[] sources =
            TranslatorNumbers.ids(random, w.lengths().sourceTokens(), w.sizes().sourceTokens());
        float[] targets =
            TranslatorNumbers.ids(random, w.lengths().targetTokens(), w.sizes().targetTokens());
        yield new Problem(w, parameters, sources, targets);
      }
      case Workload.Translation w -> {
        parameters.putAll(
            TranslatorNumbers.parameters(w.sizes(), random, TranslatorNumbers.TRAINED));
        float[] sources =
            TranslatorNumbers.ids(random, w.lengths().sourceTokens(), w.sizes().sourceTokens());
        yield new Problem(w, parameters, sources, new float[0]);
      }
    };
  }

  /**
   * The parameter with a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public float[] parameter(String name) {
    float[] values = parameters.get(name);
    if (values == null) {
      throw new IllegalArgumentException(
          formatted(
              "[benchmarks] expected a parameter of %s but got '%s'; the parameters are %s",
              workload.name(), name, parameters.keySet()));
    }
    return values;
  }

  /**
   * The same numbers for another workload of the same sizes.
   *
   * @param other the workload
   * @return the problem
   */
  public Problem with(Workload other) {
    return new Problem(other, parameters, inputs, targets);
  }

  private static void cell(
      Map<String, float[]> parameters,
      SplittableRandom random,
      CellKind cell,
      int layers,
      int input,
      int hidden) {
    float bound = (float) (1 / Math.sqrt(hidden));
    int rows = cell.gates() * hidden;
    for (int layer = 0; layer < layers; layer++) {
      int columns = layer == 0 ? input : hidden;
      parameters.put("weight_ih_l" + layer, uniform(random, rows * columns, bound));
      parameters.put("weight_hh_l" + layer, uniform(random, rows * hidden, bound));
      parameters.put("bias_ih_l" + layer, uniform(random, rows, bound));
      parameters.put("bias_hh_l" + layer, uniform(random, rows, bound));
      if (cell == CellKind.LAYER_NORM_LSTM) {
        float[] scale = uniform(random, hidden, bound);
        for (int i = 0; i < hidden; i++) {
          scale[i] += 1;
        }
        parameters.put("layer_norm_weight_l" + layer, scale);
        parameters.put("layer_norm_bias_l" + layer, uniform(random, hidden, bound));
      }
    }
  }

  static float[] uniform(SplittableRandom random, int size, float bound) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return values;
  }

  private static float[] labels(SplittableRandom random, int size, int classes) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextInt(classes);
    }
    return values;
  }
}
