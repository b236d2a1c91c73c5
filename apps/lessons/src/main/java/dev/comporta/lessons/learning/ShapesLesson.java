package dev.comporta.lessons.learning;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.Graph;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Labelled;
import dev.comporta.lessons.play.Net;
import dev.comporta.lessons.play.Translator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The shapes of input and output, each on a task whose result can be read. */
public final class ShapesLesson implements Lesson {
  private static final List<String> NAMES =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final int ROWS = 32;
  private static final int SYMBOLS = 6;
  private static final int LENGTH = 4;

  @Override
  public String name() {
    return "shapes";
  }

  @Override
  public void run(Setting setting, Page page) {
    Rows table = Rows.of("@shape", "@input", "@output", "@accuracy");
    double[] right = {
      oneToOne(setting, table), oneToMany(setting, table), manyToOne(setting, table),
      aligned(setting, table), shifted(setting, table), encoderDecoder(setting, table, page)
    };
    page.figure("oneToManyFigure", graph(1, 5, 0));
    page.figure("manyToOneFigure", graph(5, 1, 4));
    page.figure("alignedFigure", graph(5, 5, 0));
    page.figure("shiftedFigure", graph(3, 3, 2));
    page.text("tasks").table("table", table);
    page.number("accuracy", right);
    page.result(
        100 * right[0],
        100 * right[1],
        100 * right[2],
        100 * right[3],
        100 * right[4],
        100 * right[5]);
  }

  /** Inputs at the first timesteps, outputs from a timestep on. */
  private static Graph graph(int inputs, int outputs, int from) {
    Graph graph = Graph.of(180);
    for (int t = 0; t < Math.max(inputs, from + outputs); t++) {
      double at = 50 + 80 * t;
      graph.node("h" + t, "h" + (t + 1), at, 90);
      if (t > 0) {
        graph.edge("h" + (t - 1), "h" + t, "");
      }
      if (t < inputs) {
        graph.node("x" + t, "x" + (t + 1), at, 160).edge("x" + t, "h" + t, "");
      }
      if (t >= from && t < from + outputs) {
        graph.node("y" + t, "y" + (t - from + 1), at, 20).edge("h" + t, "y" + t, "");
      }
    }
    return graph;
  }

  /** Is a number from 0 to 9 prime? */
  private static double oneToOne(Setting setting, Rows table) {
    int[] primes = {0, 0, 1, 1, 0, 1, 0, 1, 0, 0};
    int[] ids = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    Labelled numbers = Labelled.of(Batch.ofIds(new Ids(1, 10, ids), null), primes);
    Net net =
        Net.of(
            setting.random("one"),
            0,
            Spec.of("embedding").with("vocabulary", 10).with("size", 4),
            Net.dense(2));
    net.train(Net.Course.adam(0.05, setting.steps(200)), _ -> numbers.batch());
    int[] answers = net.answers(numbers.batch());
    table.add("@oneToOne", "7, 8", answers[7] + ", " + answers[8], numbers.accuracy(net));
    return numbers.accuracy(net);
  }

  /** Spells a digit. */
  private static double oneToMany(Setting setting, Rows table) {
    int[] input = new int[50];
    int[] letters = new int[50];
    Arrays.fill(input, 10); // no input
    for (int digit = 0; digit < 10; digit++) {
      input[digit] = digit;
      for (int t = 0; t < 5; t++) {
        String name = NAMES.get(digit);
        letters[t * 10 + digit] = t < name.length() ? name.charAt(t) - 'a' : 26;
      }
    }
    Labelled names = Labelled.of(Batch.ofIds(new Ids(5, 10, input), null), letters);
    Net net = embedded(setting, 11, 24, 27);
    net.train(Net.Course.adam(0.02, setting.steps(250)), _ -> names.batch());
    int[] spelt = net.answers(names.batch());
    StringBuilder word = new StringBuilder();
    for (int t = 0; t < 5 && spelt[t * 10 + 7] < 26; t++) {
      word.append((char) ('a' + spelt[t * 10 + 7]));
    }
    table.add("@oneToMany", "7", word.toString(), names.accuracy(net));
    return names.accuracy(net);
  }

  private static Net embedded(Setting setting, int vocabulary, int hidden, int classes) {
    return Net.of(
        setting.random("net"),
        0,
        Spec.of("embedding").with("vocabulary", vocabulary).with("size", 8),
        Net.recurrent(Spec.of("lstm"), hidden),
        Net.dense(classes));
  }

  /** Bits; the label says whether there are more ones than zeros, at the end or so far. */
  private static Labelled majority(RandomSource random, boolean atEnd) {
    int[] bits = Data.integers(random, 9 * ROWS, 2);
    float[] x = new float[bits.length];
    int[] labels = new int[bits.length];
    int[] ones = new int[ROWS];
    for (int i = 0; i < bits.length; i++) {
      x[i] = bits[i];
      ones[i % ROWS] += bits[i];
      labels[i] = 2 * ones[i % ROWS] > i / ROWS + 1 ? 1 : 0;
    }
    Batch batch = Batch.ofValues(9, ROWS, 1, x, null);
    return Labelled.of(batch, atEnd ? Arrays.copyOfRange(labels, 8 * ROWS, 9 * ROWS) : labels);
  }

  private static double manyToOne(Setting setting, Rows table) {
    Net net =
        Net.of(
            setting.random("net"), 1, Net.recurrent(Spec.of("gru"), 12), Net.last(), Net.dense(2));
    return majority(setting, table, "@manyToOne", net, true);
  }

  private static double aligned(Setting setting, Rows table) {
    Net net = Net.of(setting.random("net"), 1, Net.recurrent(Spec.of("gru"), 12), Net.dense(2));
    return majority(setting, table, "@aligned", net, false);
  }

  private static double majority(
      Setting setting, Rows table, String label, Net net, boolean atEnd) {
    net.train(
        Net.Course.adam(0.02, setting.steps(300)),
        step -> majority(setting.random("bits").stream(step), atEnd).batch());
    double right = majority(setting.random("test"), atEnd).accuracy(net);
    float[] shown = {0, 1, 1, 0, 0, 1, 0, 1, 1};
    StringBuilder answer = new StringBuilder();
    for (int y : net.answers(Batch.ofValues(9, 1, 1, shown, null))) {
      answer.append(y);
    }
    table.add(label, "011001011", answer.toString(), right);
    return right;
  }

  /** Reads four symbols, then writes them in reverse. */
  private static double shifted(Setting setting, Rows table) {
    Net net = embedded(setting, SYMBOLS + 1, 48, SYMBOLS);
    net.train(
        Net.Course.adam(0.01, setting.steps(400)),
        step ->
            reversed(Data.integers(setting.random("r").stream(step), LENGTH * ROWS, SYMBOLS), ROWS)
                .batch());
    double right =
        reversed(Data.integers(setting.random("test"), LENGTH * ROWS, SYMBOLS), ROWS).accuracy(net);
    int[] all = net.answers(reversed(new int[] {0, 1, 2, 3}, 1).batch());
    table.add(
        "@shifted",
        "0 1 2 3",
        words(Translator.list(Arrays.copyOfRange(all, LENGTH, 2 * LENGTH))),
        right);
    return right;
  }

  private static Labelled reversed(int[] symbols, int rows) {
    int[] input = new int[2 * LENGTH * rows];
    int[] labels = new int[2 * LENGTH * rows];
    Arrays.fill(input, SYMBOLS); // no input while it writes
    Arrays.fill(labels, -1); // no labels while it reads
    System.arraycopy(symbols, 0, input, 0, symbols.length);
    for (int t = 0; t < LENGTH; t++) {
      for (int row = 0; row < rows; row++) {
        labels[(LENGTH + t) * rows + row] = symbols[(LENGTH - 1 - t) * rows + row];
      }
    }
    return Labelled.of(Batch.ofIds(new Ids(2 * LENGTH, rows, input), null), labels);
  }

  /** Reads digits, then writes them in order: the output has another order than the input. */
  private static double encoderDecoder(Setting setting, Rows table, Page page) {
    Translator sorter = new Translator(setting.random("sorter"), 9, 9, 32, true);
    page.code(sorter.net().java());
    sorter.train(
        Net.Course.adam(0.01, setting.steps(300)),
        step -> sorted(setting.random("s").stream(step)));
    double right = sorter.exact(sorted(setting.random("test")));
    table.add(
        "@encoderDecoder",
        "5 2 8 2 1",
        words(sorter.answer(Translator.list(5, 2, 8, 2, 1), 9).words()),
        right);
    return right;
  }

  private static List<Translator.Pair> sorted(RandomSource random) {
    List<Translator.Pair> pairs = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      int[] digits = Data.integers(random.stream(row), 5, 8);
      List<Integer> source = new ArrayList<>();
      for (int digit : digits) {
        source.add(digit + 1);
      }
      List<Integer> target = new ArrayList<>(source);
      Collections.sort(target);
      pairs.add(new Translator.Pair(source, target));
    }
    return pairs;
  }

  private static String words(List<Integer> ids) {
    return String.join(" ", ids.stream().map(String::valueOf).toList());
  }
}
