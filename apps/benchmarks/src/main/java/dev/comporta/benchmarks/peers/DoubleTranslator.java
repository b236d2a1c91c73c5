package dev.comporta.benchmarks.peers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The reference implementation of {@link Translator} in double precision and plain loops, one pair
 * at a time without padding; tests compare every library with it.
 */
public final class DoubleTranslator {
  private final Problem problem;
  private final Translator sizes;
  private final int h;
  private final DoubleCell forward;
  private final DoubleCell backward;
  private final DoubleCell writer;

  /**
   * Creates a model.
   *
   * @param problem the problem with the parameters
   * @param sizes the sizes of the model
   */
  public DoubleTranslator(Problem problem, Translator sizes) {
    this.problem = problem;
    this.sizes = sizes;
    h = sizes.hidden();
    forward = gru("encoder.", "");
    backward = gru("encoder.", "_reverse");
    writer = gru("decoder.", "");
  }

  private DoubleCell gru(String prefix, String suffix) {
    List<double[]> parameters =
        Stream.of("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            .map(name -> doubles(problem.parameter(prefix + name + suffix)))
            .toList();
    return new DoubleCell(CellKind.GRU, h, parameters);
  }

  /** The mean cross-entropy over the tokens of all targets of a batch. */
  public double loss(Pairs pairs, double labelSmoothing) {
    double sum = 0;
    int count = 0;
    for (int row = 0; row < pairs.sources().length; row++) {
      Decoding decoding = new Decoding(pairs.sources()[row]);
      int word = Translator.BEGIN;
      for (int label : pairs.targets()[row]) {
        double[] logits = decoding.next(word);
        double all = Math.log(Arrays.stream(logits).map(Math::exp).sum());
        double mean = Arrays.stream(logits).average().orElseThrow();
        sum += all - (1 - labelSmoothing) * logits[label] - labelSmoothing * mean;
        count++;
        word = label;
      }
    }
    return sum / count;
  }

  /** Greedy translation: the most likely token at each step. */
  public int[] translate(int[] source, int tokens) {
    Decoding decoding = new Decoding(source);
    int[] words = new int[tokens];
    int word = Translator.BEGIN;
    for (int t = 0; t < tokens; t++) {
      double[] logits = decoding.next(word);
      word = 0;
      for (int v = 1; v < logits.length; v++) {
        word = logits[v] > logits[word] ? v : word;
      }
      words[t] = word;
    }
    return words;
  }

  private final class Decoding {
    private final double[][] annotations; // [S, 2H]
    private final double[][] keys; // [S, H]
    private final double[] state; // [H]

    Decoding(int[] source) {
      int positions = source.length;
      annotations = new double[positions][2 * h];
      double[] last = new double[2 * h];
      read(source, false, last);
      read(source, true, last);
      keys = new double[positions][];
      for (int s = 0; s < positions; s++) {
        keys[s] = linear("key", annotations[s]);
      }
      state = tanh(linear("bridge", last));
    }

    private void read(int[] source, boolean reverse, double[] last) {
      double[] hidden = new double[h];
      int at = reverse ? h : 0;
      for (int i = 0; i < source.length; i++) {
        int s = reverse ? source.length - 1 - i : i;
        double[] x = embedded("encoder.embedding", source[s]);
        (reverse ? backward : forward).step(x, hidden, hidden);
        System.arraycopy(hidden, 0, annotations[s], at, h);
      }
      System.arraycopy(hidden, 0, last, at, h);
    }

    double[] next(int word) {
      double[] x = embedded("decoder.embedding", word);
      double[] query = product(problem.parameter("query.weight"), state);
      float[] v = problem.parameter("score.weight");
      double[] weights = new double[keys.length];
      for (int s = 0; s < keys.length; s++) {
        for (int j = 0; j < h; j++) {
          weights[s] += v[j] * Math.tanh(query[j] + keys[s][j]);
        }
        weights[s] = Math.exp(weights[s]);
      }
      double sum = Arrays.stream(weights).sum();
      double[] context = new double[2 * h];
      for (int s = 0; s < keys.length; s++) {
        for (int k = 0; k < 2 * h; k++) {
          context[k] += weights[s] / sum * annotations[s][k];
        }
      }
      writer.step(joined(x, context), state, state);
      return linear("linear", tanh(linear("read_out", joined(state, context, x))));
    }
  }

  private double[] embedded(String table, int id) {
    int e = sizes.embedding();
    return doubles(Arrays.copyOfRange(problem.parameter(table), id * e, (id + 1) * e));
  }

  private double[] linear(String name, double[] x) {
    double[] y = product(problem.parameter(name + ".weight"), x);
    float[] bias = problem.parameter(name + ".bias");
    for (int i = 0; i < y.length; i++) {
      y[i] += bias[i];
    }
    return y;
  }

  private static double[] product(float[] weight, double[] x) {
    double[] y = new double[weight.length / x.length];
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < x.length; j++) {
        y[i] += weight[i * x.length + j] * x[j];
      }
    }
    return y;
  }

  private static double[] tanh(double[] x) {
    return Arrays.stream(x).map(Math::tanh).toArray();
  }

  private static double[] joined(double[]... parts) {
    return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }
}
