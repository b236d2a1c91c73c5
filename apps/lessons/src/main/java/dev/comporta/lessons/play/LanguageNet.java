package dev.comporta.lessons.play;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.training.data.StreamBatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** A language model on a small vocabulary of words or characters. */
public final class LanguageNet {
  private static final int ROWS = 16;
  private static final int T = 40;

  private final List<String> words;
  private final Net net;

  /** Builds an untrained model. */
  public LanguageNet(RandomSource random, List<String> words, Spec cell, int hidden) {
    this.words = List.copyOf(words);
    this.net =
        Net.of(
            random,
            0,
            Spec.of("embedding").with("vocabulary", words.size()).with("size", 16),
            Net.recurrent(cell, hidden),
            Net.dense(words.size()));
  }

  /** The model. */
  public Net net() {
    return net;
  }

  /** Trains on texts, one for each update; the words are both input and target. */
  public double[] train(Net.Course course, IntFunction<List<String>> texts) {
    return net.train(
        course,
        step ->
            new StreamBatcher(ids(texts.apply(step).subList(0, needed())), ROWS, T).batch(0, 0));
  }

  /** The number of words that {@link #train} takes of each text. */
  public static int needed() {
    return T * ROWS + 1;
  }

  private int[] ids(List<String> text) {
    return text.stream().mapToInt(words::indexOf).toArray();
  }

  /** The probability of each word after a text. */
  public double[] next(List<String> text) {
    int[] ids = ids(text);
    float[] y = net.outputs(Batch.ofIds(new Ids(ids.length, 1, ids), null));
    return softmax(Arrays.copyOfRange(y, y.length - words.size(), y.length));
  }

  /** The probability of a word after a text. */
  public double next(List<String> text, String word) {
    return next(text)[words.indexOf(word)];
  }

  private static double[] softmax(float[] y) {
    double[] p = Data.doubles(y);
    double most = Arrays.stream(p).max().orElse(0);
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(p[i] - most);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /** A sampled word and how likely it was. */
  public record Sampled(String word, double probability) {}

  /** Goes on with a text: each sampled word is the next input. */
  public List<Sampled> sample(List<String> text, int count, RandomSource random) {
    Sampler sampler = new Sampler(1, 0, 1);
    Carry carry = net.newCarry(1);
    List<Sampled> sampled = new ArrayList<>();
    int[] input = ids(text);
    for (int n = 0; n < count; n++) {
      float[] y = net.runner().predict(Batch.ofIds(new Ids(input.length, 1, input), null), carry);
      float[] last = Arrays.copyOfRange(y, y.length - words.size(), y.length);
      int id = sampler.draw(last, 0, last.length, random, n);
      sampled.add(new Sampled(words.get(id), softmax(last)[id]));
      input = new int[] {id};
    }
    return sampled;
  }
}
