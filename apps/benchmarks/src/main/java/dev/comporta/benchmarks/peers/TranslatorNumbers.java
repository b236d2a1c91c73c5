package dev.comporta.benchmarks.peers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The numbers of a translation problem. Parameters, in PyTorch's layout {@code [out, in]}: {@code
 * encoder.embedding [Vs, E]}; {@code encoder.weight_ih [3H, E]}, {@code weight_hh}, {@code
 * bias_ih}, {@code bias_hh} and the same with {@code _reverse}; {@code decoder.embedding [V, E]};
 * {@code decoder.weight_ih [3H, E + 2H]}, the embedding's columns first, {@code weight_hh}, {@code
 * bias_ih}, {@code bias_hh}; {@code query.weight [H, H]}; {@code key.weight [H, 2H]}, {@code
 * key.bias}; {@code score.weight [H]}; {@code bridge.weight [H, 2H]}, {@code bridge.bias}; {@code
 * read_out.weight [H, 3H + E]} for hidden state, context and embedding, {@code read_out.bias};
 * {@code linear.weight [V, H]}, {@code linear.bias}.
 */
final class TranslatorNumbers {
  /** The gain for training, which gives PyTorch's default initialisation. */
  static final float START = 1;

  /**
   * A larger gain for translation, so that outputs depend on inputs and do not repeat one token.
   */
  static final float TRAINED = 2.5f;

  private static final float TABLE = 1;

  private final SplittableRandom random;
  private final float gain;
  private final Map<String, float[]> parameters = new LinkedHashMap<>();

  private TranslatorNumbers(SplittableRandom random, float gain) {
    this.random = random;
    this.gain = gain;
  }

  /**
   * Uniform within plus or minus {@code gain / sqrt(inputs)}; embeddings within plus or minus 1.
   */
  static Map<String, float[]> parameters(Translator sizes, SplittableRandom random, float gain) {
    TranslatorNumbers numbers = new TranslatorNumbers(random, gain);
    int h = sizes.hidden();
    int e = sizes.embedding();
    numbers.add("encoder.embedding", sizes.sourceTokens() * e, TABLE);
    numbers.gru("encoder.", "", e, h);
    numbers.gru("encoder.", "_reverse", e, h);
    numbers.add("decoder.embedding", sizes.targetTokens() * e, TABLE);
    numbers.gru("decoder.", "", e + 2 * h, h);
    numbers.add("query.weight", h * h, numbers.bound(h));
    numbers.linear("key", h, 2 * h);
    numbers.add("score.weight", h, numbers.bound(h));
    numbers.linear("bridge", h, 2 * h);
    numbers.linear("read_out", h, 3 * h + e);
    numbers.linear("linear", sizes.targetTokens(), h);
    return numbers.parameters;
  }

  private void gru(String prefix, String suffix, int inputs, int hidden) {
    int rows = CellKind.GRU.gates() * hidden;
    add(prefix + "weight_ih" + suffix, rows * inputs, bound(hidden));
    add(prefix + "weight_hh" + suffix, rows * hidden, bound(hidden));
    add(prefix + "bias_ih" + suffix, rows, bound(hidden));
    add(prefix + "bias_hh" + suffix, rows, bound(hidden));
  }

  private void linear(String name, int outputs, int inputs) {
    add(name + ".weight", outputs * inputs, bound(inputs));
    add(name + ".bias", outputs, bound(inputs));
  }

  private void add(String name, int size, float bound) {
    parameters.put(name, Problem.uniform(random, size, bound));
  }

  private float bound(int inputs) {
    return (float) (gain / Math.sqrt(inputs));
  }

  /** The ids of all rows, one row after another; any id except {@link Translator#BEGIN}. */
  static float[] ids(SplittableRandom random, int count, int tokens) {
    float[] ids = new float[count];
    for (int i = 0; i < count; i++) {
      ids[i] = Translator.BEGIN + 1 + random.nextInt(tokens - 1);
    }
    return ids;
  }
}
