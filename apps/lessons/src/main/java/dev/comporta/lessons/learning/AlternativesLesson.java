package dev.comporta.lessons.learning;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.Bars;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Labelled;
import dev.comporta.lessons.play.Net;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.WittenBellModel;
import java.util.Arrays;
import java.util.List;

/** Dense networks on a window, convolutions and n-grams on sequences with near and far causes. */
public final class AlternativesLesson implements Lesson {
  private static final int[] DISTANCES = {3, 20, 60};
  private static final int ROWS = 32;

  @Override
  public String name() {
    return "alternatives";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.text("task");
    Bars bars = Bars.of("@distance", "@accuracy", List.of("3", "20", "60"));
    double[][] right = new double[3][DISTANCES.length];
    for (int d = 0; d < DISTANCES.length; d++) {
      Net[] nets = {
        Net.of(setting.random("window"), 1, convolution(5, 1, 32), Net.last(), Net.dense(2)),
        Net.of(
            setting.random("convolution"),
            1,
            convolution(5, 1, 16),
            convolution(5, 2, 16),
            convolution(5, 4, 16),
            Net.last(),
            Net.dense(2)),
        Net.of(
            setting.random("lstm"),
            1,
            Net.recurrent(Spec.of("lstm").with("chrono", 64), 16),
            Net.last(),
            Net.dense(2))
      };
      for (int n = 0; n < 3; n++) {
        int distance = DISTANCES[d];
        nets[n].train(
            Net.Course.adam(0.01, setting.steps(200)),
            step -> first(setting.random("train").stream(step), distance, ROWS).batch());
        right[n][d] = first(setting.random("test"), distance, 512).accuracy(nets[n]);
      }
      if (d == 0) {
        page.code(nets[1].java());
      }
    }
    String[] names = {"@window", "@convolution", "lstm"};
    for (int n = 0; n < 3; n++) {
      bars.add(names[n], right[n]);
      page.number(names[n].replace("@", ""), right[n]);
    }
    page.figure("bars", bars).text("reach");
    double[] language = language(page, setting);
    page.result(
        100 * right[0][0],
        100 * right[0][1],
        100 * right[1][1],
        100 * right[1][2],
        100 * right[2][2],
        100 * language[0],
        100 * language[1]);
  }

  private static Spec convolution(int width, int dilation, int filters) {
    return Spec.of("conv1d")
        .with("filters", filters)
        .with("width", width)
        .with("dilation", dilation)
        .with("padding", "causal")
        .with("activation", "tanh");
  }

  /** Bits; the label is the bit of so many timesteps before the last. */
  private static Labelled first(RandomSource random, int distance, int rows) {
    int timesteps = distance + 1;
    int[] bits = Data.integers(random, timesteps * rows, 2);
    float[] x = new float[bits.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = 2 * bits[i] - 1;
    }
    int[] labels = Arrays.copyOf(bits, rows);
    return Labelled.of(Batch.ofValues(timesteps, rows, 1, x, null), labels);
  }

  /** A language in which ( or [ opens, letters follow and the same kind of bracket closes. */
  private static double[] language(Page page, Setting setting) {
    page.text("markov");
    int[] train = sentences(setting.random("sentences"), 6000);
    int[] test = sentences(setting.random("testSentences"), 1500);
    Net net =
        Net.of(
            setting.random("language"),
            0,
            Spec.of("embedding").with("vocabulary", 7).with("size", 8),
            Net.recurrent(Spec.of("lstm"), 24),
            Net.dense(7));
    net.train(
        Net.Course.adam(0.01, setting.steps(400)),
        step -> {
          int[] ids = sentences(setting.random("s").stream(step), 60 * ROWS + 1);
          return new StreamBatcher(ids, ROWS, 60).batch(0, 0);
        });
    double[] orders = {1, 2, 3, 4, 5, 6, 8, 10};
    double[] ngram = new double[orders.length];
    for (int i = 0; i < orders.length; i++) {
      WittenBellModel model = WittenBellModel.train(train, 7, (int) orders[i]);
      ngram[i] = closings(test, (at, id) -> probability(model, test, at, id));
    }
    float[] y = net.outputs(Batch.ofIds(new Ids(test.length, 1, test), null));
    double recurrent = closings(test, (at, id) -> y[(at - 1) * 7 + id]);
    double[] line = new double[orders.length];
    Arrays.fill(line, recurrent);
    page.figure(
        "ngrams",
        LineChart.of("n", "@accuracy").add("@ngram", orders, ngram).add("lstm", orders, line));
    page.number("ngram", ngram).number("recurrent", recurrent);
    return new double[] {ngram[2], recurrent};
  }

  private interface Score {
    double of(int at, int id);
  }

  private static double probability(WittenBellModel model, int[] ids, int at, int id) {
    int[] changed = Arrays.copyOfRange(ids, Math.max(0, at - 12), at + 1);
    changed[changed.length - 1] = id;
    return model.probability(changed, changed.length - 1);
  }

  /** How often the right kind of closing bracket, 2 or 3, has the higher score. */
  private static double closings(int[] ids, Score score) {
    int count = 0;
    int right = 0;
    for (int at = 12; at < ids.length; at++) {
      if (ids[at] == 2 || ids[at] == 3) {
        int other = 5 - ids[at];
        right += score.of(at, ids[at]) > score.of(at, other) ? 1 : 0;
        count++;
      }
    }
    return (double) right / count;
  }

  /** Ids 0 and 1 open, 2 and 3 close, 4 to 6 are letters, of which 5 to 9 stand between. */
  private static int[] sentences(RandomSource random, int count) {
    int[] ids = new int[count];
    long n = 0;
    int at = 0;
    while (at < count) {
      int kind = random.uniform(n++) < 0.5 ? 0 : 1;
      int letters = 5 + (int) (5 * random.uniform(n++));
      for (int i = 0; i < letters + 2 && at < count; i++) {
        ids[at++] = i == 0 ? kind : i > letters ? 2 + kind : 4 + (int) (3 * random.uniform(n++));
      }
    }
    return ids;
  }
}
