package dev.comporta.lessons.backprop;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Labelled;
import dev.comporta.lessons.play.Net;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How well a linear classifier can recover the first input from h_t. */
public final class ForgettingLesson implements Lesson {
  private static final int[] TIMES = {1, 2, 4, 8, 16, 32, 64, 128};
  private static final int LONGEST = 128;
  private static final int ROWS = 256;
  private static final int H = 16;

  @Override
  public String name() {
    return "forgetting";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.equations("h_t = f(x_t, h_{t-1})");
    page.text("test", H);
    Map<String, Spec> cells = new LinkedHashMap<>();
    cells.put("rnn", Spec.of("rnn"));
    cells.put("gru", Spec.of("gru"));
    cells.put("lstm", Spec.of("lstm"));
    cells.put("lstm, b_f = 5", Spec.of("lstm").with("forget-bias", 5));
    LineChart chart = new LineChart("t", "@recovered", true, false, new ArrayList<>());
    cells.forEach((label, cell) -> {
      double[] accuracy = accuracies(cell, setting);
      chart.add(label, Arrays.stream(TIMES).asDoubleStream().toArray(), accuracy);
      page.number(label, accuracy);
    });
    page.figure("curve", chart).text("why");
    page.code(Net.of(setting.random("net"), 1, Net.recurrent(Spec.of("rnn"), H)).java());
    double[] rnn = page.numbers("rnn");
    double[] lstm = page.numbers("lstm, b_f = 5");
    page.result(100 * rnn[0], 100 * rnn[7], 100 * lstm[7]);
  }

  private static double[] accuracies(Spec cell, Setting setting) {
    Net net = Net.of(setting.random("net"), 1, Net.recurrent(cell, H));
    float[] seen = states(net, setting, "seen");
    float[] fresh = states(net, setting, "fresh");
    double[] accuracies = new double[TIMES.length];
    for (int i = 0; i < TIMES.length; i++) {
      Net reader = Net.of(setting.random("reader"), H, Net.dense(2));
      Labelled train = at(seen, TIMES[i], setting, "seen");
      reader.train(Net.Course.adam(0.05, setting.steps(300)), _ -> train.batch());
      accuracies[i] = at(fresh, TIMES[i], setting, "fresh").accuracy(reader);
    }
    return accuracies;
  }

  /** All states of sequences that begin with a bit, as 1 or -1, and go on with noise. */
  private static float[] states(Net net, Setting setting, String name) {
    float[] x = Data.uniform(setting.random(name).stream("noise"), LONGEST * ROWS, -1, 1);
    int[] bits = Data.integers(setting.random(name), ROWS, 2);
    for (int row = 0; row < ROWS; row++) {
      x[row] = 2 * bits[row] - 1;
    }
    return net.outputs(Batch.ofValues(LONGEST, ROWS, 1, x, null));
  }

  private static Labelled at(float[] states, int t, Setting setting, String name) {
    float[] h = Arrays.copyOfRange(states, (t - 1) * ROWS * H, t * ROWS * H);
    for (int i = 0; i < h.length; i++) {
      h[i] *= 10; // the reader learns the scale, which differs between times, faster
    }
    int[] bits = Data.integers(setting.random(name), ROWS, 2);
    return Labelled.of(Batch.ofValues(1, ROWS, H, h, null), bits);
  }
}
