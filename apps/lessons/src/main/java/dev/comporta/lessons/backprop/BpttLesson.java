package dev.comporta.lessons.backprop;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.lessons.figure.Bars;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;
import dev.comporta.lessons.play.Probe;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.TruncatedSequences;
import java.util.Arrays;
import java.util.Map;

/** The gradient of a weight as a sum over earlier timesteps, and truncated sums. */
public final class BpttLesson implements Lesson {
  private static final int T = 12;
  private static final int LONG = 40;
  private static final int DELAY = 8;
  private static final int ROWS = 16;

  @Override
  public String name() {
    return "bptt";
  }

  @Override
  public void run(Setting setting, Page page) {
    float[] x = Data.uniform(setting.random("x"), T, -1, 1);
    Net net =
        Net.of(setting.random("net"), 1, Net.recurrent(Spec.of("rnn"), 1))
            .set("layers.0.cell.W", 0.5f)
            .set("layers.0.cell.U", 0.9f)
            .set("layers.0.cell.b", 0.2f);
    float[][] steps = new float[T][];
    Arrays.setAll(steps, t -> new float[] {x[t]});
    Probe probe =
        Probe.run(
            Spec.of("rnn"),
            1,
            Map.of("W", new float[] {0.5f}, "U", new float[] {0.9f}, "b", new float[] {0.2f}),
            steps,
            1,
            (t, y, _) -> t == T - 1 ? y.plus(-1).square().sum() : null);
    page.equations(
        "{dE}/{dw} = sum_{j=1}^{t} {dL}/{dy_t} {dy_t}/{dh_t} {dh_t}/{dh_j} {dh_j}/{dw}",
        "{dE}/{dw} = sum_{j=t-T}^{t} {dL}/{dy_t} {dy_t}/{dh_t} {dh_t}/{dh_j} {dh_j}/{dw}");
    page.text("terms");
    double[] terms = new double[T];
    for (int j = 1; j < T; j++) {
      terms[j] = probe.gradient("a", j)[0] * (double) probe.value("h", j - 1)[0];
    }
    page.figure("bars", Bars.of("j", "@term", Data.labels("", 1, T)).add("", terms));
    double[] sums = new double[T];
    double[] truncated = new double[T];
    for (int n = 1; n <= T; n++) {
      for (int j = T - n; j < T; j++) {
        sums[n - 1] += terms[j];
      }
      truncated[n - 1] = truncated(net, setting, x, n);
    }
    page.figure(
        "sumFigure", LineChart.of("T", "dE/dw").add("@sum", sums).add("@framework", truncated));
    page.code(net.java());
    double full = probe.gradient("U")[0];
    page.number("terms", terms).number("truncated", truncated).number("full", full);
    page.number("x", Data.doubles(x));
    double[] losses = windows(page, setting);
    page.result(full, truncated[3], losses[0], losses[2]);
  }

  /** The framework's gradient of U if the last n timesteps are one chunk. */
  private static double truncated(Net net, Setting setting, float[] x, int n) {
    Carry carry = net.newCarry(1);
    if (n < T) {
      float[] before = Arrays.copyOf(x, T - n);
      net.runner().predict(Batch.ofValues(T - n, 1, 1, before, null), carry);
    }
    float[] rest = Arrays.copyOfRange(x, T - n, T);
    Batch chunk = Batch.ofValues(n, 1, 1, rest, null).context(n - 1).targets(1, filled(n));
    net.runner().train(chunk, Net.CATALOG.loss(Spec.of("mse")), carry, setting.random("none"));
    return net.runner().gradients()[net.model().parameters().get("layers.0.cell.U").offset()];
  }

  private static float[] filled(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Learns to repeat the input of 8 timesteps ago, with windows of several sizes. */
  private static double[] windows(Page page, Setting setting) {
    page.text("windows", DELAY, LONG);
    Rows table = Rows.of("k1", "k2", "@updates", "@cost", "@loss");
    int[][] sizes = {{4, 4}, {4, 8}, {4, 16}, {8, 16}, {20, 20}, {40, 40}};
    double[] losses = new double[sizes.length];
    int sequences = setting.steps(80);
    for (int i = 0; i < sizes.length; i++) {
      int k1 = sizes[i][0];
      int k2 = sizes[i][1];
      Net net =
          Net.of(setting.random("delay"), 1, Net.recurrent(Spec.of("lstm"), 16), Net.dense(1));
      TruncatedSequences source =
          new TruncatedSequences(new Delayed(setting.random("train"), sequences), k1, k2);
      int chunks = source.chunks() / sequences;
      net.train(Net.Course.adam(0.02, sequences * LONG / k1).on("mse"), source);
      losses[i] = net.loss(new Delayed(setting.random("test"), 1).batch(0, 0), "mse");
      int cost = 0;
      for (int chunk = 0; chunk < chunks; chunk++) {
        cost += source.batch(0, chunk).timesteps();
      }
      table.add(k1, k2, LONG / k1, cost, losses[i]);
    }
    page.table("costTable", table).number("losses", losses);
    return losses;
  }

  /** Random numbers, with the number of 8 timesteps ago as target. */
  private record Delayed(RandomSource random, int chunks) implements ChunkSource {
    @Override
    public int rows() {
      return ROWS;
    }

    @Override
    public Batch batch(int epoch, int index) {
      float[] x = Data.uniform(random.stream(index), LONG * ROWS, -1, 1);
      float[] y = new float[x.length];
      System.arraycopy(x, 0, y, DELAY * ROWS, x.length - DELAY * ROWS);
      return Batch.ofValues(LONG, ROWS, 1, x, null).targets(1, y);
    }
  }
}
