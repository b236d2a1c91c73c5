package dev.comporta.lessons.basics;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.Bars;
import dev.comporta.lessons.figure.Graph;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Labelled;
import dev.comporta.lessons.play.Net;
import java.util.List;

/** The parity of a bit sequence: with weights set by hand, trained, and without recurrence. */
public final class ParityLesson implements Lesson {
  private static final int LONGEST = 12;
  private static final int WINDOW = 10;
  private static final int TEST = 100;
  private static final int ROWS = 32;

  @Override
  public String name() {
    return "parity";
  }

  @Override
  public void run(Setting setting, Page page) {
    Net hand = byHand(setting);
    page.equations(
        "h1_t = step(x_t + y_{t-1} - 1.5) = x_t and y_{t-1}",
        "h2_t = step(x_t + y_{t-1} - 0.5) = x_t or y_{t-1}",
        "y_t = step(h2_t - h1_t - 0.5) = h2_t and not h1_t = x_t xor y_{t-1}");
    page.figure("graph", graph());
    truthTable(page, hand);
    int wrong = exhaustive(hand);
    page.text("start").text("slide");
    page.text("all", (2 << LONGEST) - 2, LONGEST, wrong);
    page.code(hand.java());

    Net.Course course = Net.Course.adam(0.01, setting.steps(2500));
    Net trained =
        Net.of(setting.random("trained"), 1, Net.recurrent(Spec.of("rnn"), 8), Net.dense(2));
    double[] losses =
        trained.train(
            course,
            step -> bits(setting.random("train").stream(step), 2 + step % 19, ROWS).batch());
    page.text("trained", course.steps());
    page.figure(
        "lossFigure",
        LineChart.log("@update", "@loss")
            .add("rnn", Data.places(losses.length, 60), Data.smoothed(losses, 60)));
    double recurrent = bits(setting.random("test"), TEST, ROWS).accuracy(trained);

    double[] dense = feedForward(setting);
    page.figure(
        "accuracyFigure",
        Bars.of("@net", "@accuracy", List.of("@rnnTest", "@denseSeen", "@denseNew"))
            .add("", recurrent, dense[0], dense[1]));
    page.number("wrong", wrong).number("recurrent", recurrent);
    page.number("denseSeen", dense[0]).number("denseNew", dense[1]);
    page.result((2 << LONGEST) - 2, wrong, 100 * recurrent, 100 * dense[0], 100 * dense[1]);
  }

  private static Net byHand(Setting setting) {
    Spec cell =
        Spec.of("jordan")
            .with("outputs", 1)
            .with("activation", "hard-threshold")
            .with("output-activation", "hard-threshold");
    return Net.of(setting.random("hand"), 1, Net.recurrent(cell, 2))
        .set("layers.0.cell.W", 1, 1)
        .set("layers.0.cell.U", 1, 1)
        .set("layers.0.cell.b", -1.5f, -0.5f)
        .set("layers.0.cell.V", -1, 1)
        .set("layers.0.cell.bV", -0.5f);
  }

  private static Graph graph() {
    return Graph.of(175)
        .node("x", "x_t", 60, 150)
        .node("p", "y_{t-1}", 350, 150)
        .node("h1", "h1 and", 60, 85)
        .node("h2", "h2 or", 215, 85)
        .node("y", "y_t", 140, 20)
        .edge("x", "h1", "1")
        .edge("x", "h2", "1")
        .edge("p", "h1", "1")
        .edge("p", "h2", "1")
        .edge("h1", "y", "-1")
        .edge("h2", "y", "1")
        .edge("y", "p", "", -50);
  }

  /** The first bit sets y_{t-1}, because the parity of one bit is the bit. */
  private static void truthTable(Page page, Net hand) {
    Rows table = Rows.of("y_{t-1}", "x_t", "h1", "h2", "y_t");
    double[] numbers = new double[12];
    for (int i = 0; i < 4; i++) {
      Batch batch = Batch.ofValues(2, 1, 1, new float[] {i >> 1, i & 1}, null);
      float[] h = hand.observed(batch, "layers.0.h");
      float[] y = hand.outputs(batch);
      table.add(i / 2, i % 2, (int) h[2], (int) h[3], (int) y[1]);
      numbers[3 * i] = h[2];
      numbers[3 * i + 1] = h[3];
      numbers[3 * i + 2] = y[1];
    }
    page.table("truth", table).number("truth", numbers);
  }

  /** Runs every bit sequence of up to 12 bits; the number of wrong parities. */
  private static int exhaustive(Net hand) {
    int wrong = 0;
    for (int length = 1; length <= LONGEST; length++) {
      int rows = 1 << length;
      float[] x = new float[length * rows]; // [T, B, 1]
      for (int i = 0; i < x.length; i++) {
        x[i] = ((i % rows) >> (i / rows)) & 1;
      }
      float[] y = hand.outputs(Batch.ofValues(length, rows, 1, x, null));
      for (int i = 0; i < x.length; i++) {
        int seen = (i % rows) & ((2 << (i / rows)) - 1);
        wrong += y[i] == Integer.bitCount(seen) % 2 ? 0 : 1;
      }
    }
    return wrong;
  }

  /** Random bits with the parity after each bit. */
  private static Labelled bits(RandomSource random, int length, int rows) {
    int[] bits = Data.integers(random, length * rows, 2);
    float[] x = new float[bits.length];
    int[] labels = new int[bits.length];
    for (int i = 0; i < bits.length; i++) {
      x[i] = bits[i];
      labels[i] = bits[i] ^ (i < rows ? 0 : labels[i - rows]);
    }
    return Labelled.of(Batch.ofValues(length, rows, 1, x, null), labels);
  }

  /** A dense network on 10 bits, trained on half of the 1,024 strings: accuracy on each half. */
  private static double[] feedForward(Setting setting) {
    Net net =
        Net.of(
            setting.random("dense"),
            WINDOW,
            Net.dense(32).with("activation", "tanh"),
            Net.dense(2));
    int half = (1 << WINDOW) / 2;
    int[] order = new int[2 * half];
    RandomSource random = setting.random("order");
    for (int i = 0; i < order.length; i++) {
      int j = (int) (random.uniform(i) * (i + 1));
      order[i] = order[j];
      order[j] = i;
    }
    Labelled seen = strings(order, 0, half);
    net.train(Net.Course.adam(0.01, setting.steps(600)), _ -> seen.batch());
    return new double[] {seen.accuracy(net), strings(order, half, half).accuracy(net)};
  }

  private static Labelled strings(int[] order, int from, int rows) {
    float[] x = new float[rows * WINDOW];
    int[] labels = new int[rows];
    for (int row = 0; row < rows; row++) {
      int string = order[from + row];
      labels[row] = Integer.bitCount(string) % 2;
      for (int bit = 0; bit < WINDOW; bit++) {
        x[row * WINDOW + bit] = (string >> bit) & 1;
      }
    }
    return Labelled.of(Batch.ofValues(1, rows, WINDOW, x, null), labels);
  }
}
