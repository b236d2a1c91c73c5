package dev.comporta.examples.watching;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.metrics.EditDistance;
import java.util.ArrayList;
import java.util.List;

/** A signal whose symbols have unknown durations: labels without alignment, learned with CTC. */
public final class Unaligned {
  private static final int SYMBOLS = 3; // and class 0, the blank
  private static final int WORD = 4;
  private static final int LONGEST = 4 * WORD;
  private static final int ROWS = 16;

  private Unaligned() {}

  /** Prints a recognised word and whether the error rate is low. */
  public static void main(String[] arguments) {
    // @start region="model"
    SmallModel listener =
        SmallModel.with(
            SYMBOLS,
            Spec.of("bidirectional").with("cell", "lstm").with("hidden", 16),
            Spec.of("dense").with("units", SYMBOLS + 1)); // class 0 is the blank
    listener.learn(Spec.of("ctc"), 120, Unaligned::batch);
    // @end region="model"
    // @start region="rate"
    EditDistance errors = new EditDistance();
    int[] answers = listener.answers(batch(-1)); // [T, B]
    int[] lengths = lengths(times(-1));
    int[] words = words(-1);
    for (int row = 0; row < ROWS; row++) {
      errors.add(read(column(answers, row).subList(0, lengths[row])), column(words, row));
    }
    List<Integer> heard = read(column(answers, 0).subList(0, lengths[0]));
    System.out.println("recognised " + heard + ", expected " + column(words, 0));
    System.out.println("error rate below 10 %: " + (errors.rate() < 0.1));
    // @end region="rate"
  }

  // @start region="data"
  /** Each symbol of a word lasts 2 to 4 timesteps, with added noise. */
  private static Batch batch(int step) {
    int[] words = words(step);
    int[] times = times(step);
    float[] x = new float[LONGEST * ROWS * SYMBOLS]; // [T, B, symbols]
    RandomSource noise = new CounterRandom(step + 2).stream("noise");
    for (int i = 0; i < x.length; i++) {
      x[i] = 0.5f * noise.uniform(i);
    }
    for (int row = 0; row < ROWS; row++) {
      int t = 0;
      for (int i = row; i < words.length; i += ROWS) {
        for (int until = t + times[i]; t < until; t++) {
          x[(t * ROWS + row) * SYMBOLS + words[i] - 1]++;
        }
      }
    }
    return Batch.ofValues(LONGEST, ROWS, SYMBOLS, x, lengths(times))
        .labels(new Ids(WORD, ROWS, words)); // [labels, B]; rows may end with -1
  }

  // @end region="data"

  /** The duration of each symbol, {@code [WORD, ROWS]}. */
  private static int[] times(int step) {
    CounterRandom random = new CounterRandom(step + 2);
    int[] times = new int[WORD * ROWS];
    for (int i = 0; i < times.length; i++) {
      times[i] = 2 + (int) (3 * random.uniform(i));
    }
    return times;
  }

  private static int[] lengths(int[] times) {
    int[] lengths = new int[ROWS];
    for (int i = 0; i < times.length; i++) {
      lengths[i % ROWS] += times[i];
    }
    return lengths;
  }

  /** Words {@code [WORD, ROWS]} without adjacent equal symbols, which could not be told apart. */
  private static int[] words(int step) {
    RandomSource random = new CounterRandom(step + 3).stream("words");
    int[] words = new int[WORD * ROWS];
    for (int i = 0; i < words.length; i++) {
      int before = i < ROWS ? 0 : words[i - ROWS];
      int other = 1 + (int) ((SYMBOLS - 1) * random.uniform(i));
      words[i] = before > 0 && other >= before ? other + 1 : other;
    }
    return words;
  }

  // @start region="read"
  /** Greedy CTC decoding: merges repeated classes and removes blanks. */
  private static List<Integer> read(List<Integer> answers) {
    List<Integer> symbols = new ArrayList<>();
    int before = 0;
    for (int answer : answers) {
      if (answer != 0 && answer != before) {
        symbols.add(answer);
      }
      before = answer;
    }
    return symbols;
  }

  // @end region="read"

  private static List<Integer> column(int[] values, int row) {
    List<Integer> column = new ArrayList<>();
    for (int i = row; i < values.length; i += ROWS) {
      column.add(values[i]);
    }
    return column;
  }
}
