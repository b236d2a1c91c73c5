package dev.comporta.lessons.play;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.ModelRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/** An encoder-decoder on sequences of ids, with or without attention. */
public final class Translator {
  /** The id that ends a sequence, and begins the decoder's input; words have other ids. */
  public static final int END = 0;

  private final Net net;
  private final boolean attention;

  /** Builds an untrained model; vocabularies count the end. */
  public Translator(
      RandomSource random, int sourceWords, int targetWords, int hidden, boolean attention) {
    this.attention = attention;
    Spec decoder =
        Spec.of(attention ? "attention-decoder" : "decoder")
            .with("cell", Spec.of("gru"))
            .with("hidden", hidden);
    this.net =
        Net.of(
            random,
            Spec.of("encoder-decoder")
                .with(
                    "encoder",
                    List.of(
                        Spec.of("embedding").with("vocabulary", sourceWords).with("size", 16),
                        Spec.of("bidirectional")
                            .with("cell", Spec.of("gru"))
                            .with("hidden", hidden / 2)))
                .with(
                    "layers",
                    List.of(
                        Spec.of("embedding").with("vocabulary", targetWords).with("size", 16),
                        decoder,
                        Net.dense(targetWords))));
  }

  /** The model. */
  public Net net() {
    return net;
  }

  /**
   * A sentence and its translation, as ids.
   *
   * @param source the words to read
   * @param target the words to write
   */
  public record Pair(List<Integer> source, List<Integer> target) {}

  /** Trains on generated pairs. */
  public double[] train(Net.Course course, IntFunction<List<Pair>> pairs) {
    return net.train(course, step -> batch(pairs.apply(step)));
  }

  private static Batch batch(List<Pair> pairs) {
    int rows = pairs.size();
    int longest = pairs.stream().mapToInt(pair -> pair.target().size()).max().orElse(0) + 1;
    int[] lengths = new int[rows];
    int[] input = new int[longest * rows];
    int[] labels = new int[longest * rows];
    for (int row = 0; row < rows; row++) {
      List<Integer> target = pairs.get(row).target();
      lengths[row] = target.size() + 1;
      for (int t = 0; t < lengths[row]; t++) {
        input[t * rows + row] = t == 0 ? END : target.get(t - 1);
        labels[t * rows + row] = t == target.size() ? END : target.get(t);
      }
    }
    return Batch.ofIds(new Ids(longest, rows, input), lengths)
        .labels(new Ids(longest, rows, labels))
        .source(source(pairs.stream().map(Pair::source).toList()));
  }

  private static Batch source(List<List<Integer>> sources) {
    int rows = sources.size();
    int longest = sources.stream().mapToInt(List::size).max().orElse(0) + 1;
    int[] lengths = new int[rows];
    int[] ids = new int[longest * rows];
    for (int row = 0; row < rows; row++) {
      lengths[row] = sources.get(row).size() + 1; // with the end
      for (int t = 0; t + 1 < lengths[row]; t++) {
        ids[t * rows + row] = sources.get(row).get(t);
      }
    }
    return Batch.ofIds(new Ids(longest, rows, ids), lengths);
  }

  /**
   * A translation.
   *
   * @param words the words, without the end
   * @param weights the attention of each step, over the source and its end; empty without attention
   */
  public record Answer(List<Integer> words, List<double[]> weights) {}

  /** Writes word by word, each time the most likely one; at most so many. */
  public Answer answer(List<Integer> source, int longest) {
    ModelRunner runner = net.runner();
    EncodedSource encoded = runner.encode(source(List.of(source)));
    Carry carry = net.newCarry(1);
    List<Integer> words = new ArrayList<>();
    List<double[]> weights = new ArrayList<>();
    int word = END;
    while (words.size() < longest) {
      Batch input = Batch.ofIds(new Ids(1, 1, new int[] {word}), null);
      float[] y;
      if (attention) {
        ModelRunner.Observed seen = runner.observe(input, carry, encoded, "layers.1.weights");
        y = seen.output();
        weights.add(Data.doubles(Objects.requireNonNull(seen.values().get("layers.1.weights"))));
      } else {
        y = runner.predict(input, carry, encoded);
      }
      word = Data.largest(y);
      if (word == END) {
        break;
      }
      words.add(word);
    }
    return new Answer(
        List.copyOf(words),
        List.copyOf(weights.subList(0, Math.min(weights.size(), words.size()))));
  }

  /** The share of sequences that are written without a mistake. */
  public double exact(List<Pair> pairs) {
    return (double)
            pairs.stream()
                .filter(pair -> answer(pair.source(), 40).words().equals(pair.target()))
                .count()
        / pairs.size();
  }

  /** Ids as a list. */
  public static List<Integer> list(int... ids) {
    return Arrays.stream(ids).boxed().toList();
  }
}
