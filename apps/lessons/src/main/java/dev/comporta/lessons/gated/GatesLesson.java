package dev.comporta.lessons.gated;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.lessons.figure.HeatMap;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;
import dev.comporta.lessons.play.Probe;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.List;

/** What the gates of an LSTM do: by hand, and on the continual embedded Reber grammar. */
public final class GatesLesson implements Lesson {
  private static final int ROWS = 8;
  private static final int CHUNK = 25;
  private static final int CHUNKS = 40;
  private static final int TEST = 3000;
  private static final int H = 12;

  @Override
  public String name() {
    return "gates";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.equations("c' = f * c + i * g", "h' = o * tanh(c')");
    double[] effects = byHand(page, setting);
    page.text("reber");
    Net forget = trained(setting, "standard");
    Net fixed = trained(setting, "1997");
    String text = Reber.text(setting.random("test"), TEST);
    double[] right = {repeats(forget, text), repeats(fixed, text)};
    double[][] sizes = {size(forget, text), size(fixed, text)};
    page.figure(
        "reset",
        LineChart.of("t", "|c_t|").add("@forgetGate", sizes[0]).add("@noForgetGate", sizes[1]));
    page.table(
        "repeats",
        Rows.of("LSTM", "@repeated").add("@forgetGate", right[0]).add("@noForgetGate", right[1]));
    page.figure("text", gates(forget, text.substring(0, 40)));
    page.code(forget.java());
    page.number("effects", effects).number("repeats", right);
    double[] means = {Data.mean(sizes[0]), Data.mean(sizes[1])};
    page.number("sizes", means);
    page.result(100 * right[0], 100 * right[1], means[0], means[1]);
  }

  /** Inputs: a number, and whether to write, to keep and to show, which the gates follow. */
  private static double[] byHand(Page page, Setting setting) {
    float[] w = new float[4 * 4]; // [4, i f g o]
    w[2] = 1; // the number is the candidate g
    w[4] = 40; // write opens i
    w[9] = 40; // keep opens f
    w[15] = 40; // show opens o
    Net net =
        Net.of(setting.random("hand"), 4, Net.recurrent(Spec.of("lstm"), 1))
            .set("layers.0.cell.W", w)
            .set("layers.0.cell.U", 0, 0, 0, 0)
            .set("layers.0.cell.b", -20, -20, 0, -20);
    page.text("hand");
    Rows table = Rows.of("i", "f", "o", "@effect", "c", "g", "c'", "h'");
    int[][] gates = {{0, 1, 1}, {1, 1, 1}, {0, 0, 1}, {1, 0, 1}, {0, 1, 0}};
    String[] labels = {"@keep", "@addTo", "@erase", "@overwrite", "@hide"};
    double[] after = new double[2 * gates.length];
    for (int k = 0; k < gates.length; k++) {
      int[] gate = gates[k];
      float[] x = {0.6f, 1, 0, 1, 0.9f, gate[0], gate[1], gate[2]};
      Batch batch = Batch.ofValues(2, 1, 4, x, null);
      float[] c = net.observed(batch, "layers.0.c");
      float h = net.outputs(batch)[1];
      table.add(gate[0], gate[1], gate[2], labels[k], c[0], Math.tanh(0.9), c[1], h);
      after[2 * k] = c[1];
      after[2 * k + 1] = h;
    }
    page.table("effects", table).text("output").code(net.java());
    return after;
  }

  private static Net trained(Setting setting, String variant) {
    Net net =
        Net.of(
            setting.random("net"),
            0,
            Spec.of("embedding").with("vocabulary", 7).with("size", 7),
            Net.recurrent(Spec.of("lstm").with("variant", variant), H),
            Net.dense(7));
    net.train(Net.Course.adam(0.01, setting.steps(600)), new Stream(setting));
    return net;
  }

  /** Rows of one long text each, which go on from chunk to chunk. */
  private record Stream(Setting setting) implements ChunkSource {
    @Override
    public int rows() {
      return ROWS;
    }

    @Override
    public int chunks() {
      return CHUNKS;
    }

    @Override
    public Batch batch(int epoch, int index) {
      int[] ids = new int[CHUNK * ROWS];
      int[] next = new int[CHUNK * ROWS];
      for (int row = 0; row < ROWS; row++) {
        String text =
            Reber.text(setting.random("train").stream(epoch).stream(row), CHUNK * CHUNKS + 1);
        for (int t = 0; t < CHUNK; t++) {
          ids[t * ROWS + row] = Reber.SYMBOLS.indexOf(text.charAt(index * CHUNK + t));
          next[t * ROWS + row] = Reber.SYMBOLS.indexOf(text.charAt(index * CHUNK + t + 1));
        }
      }
      return Batch.ofIds(new Ids(CHUNK, ROWS, ids), null).labels(new Ids(CHUNK, ROWS, next));
    }

    @Override
    public boolean continues(int index) {
      return index > 0;
    }
  }

  private static Batch batch(String text) {
    int[] ids = text.chars().map(Reber.SYMBOLS::indexOf).toArray();
    return Batch.ofIds(new Ids(ids.length, 1, ids), null);
  }

  /** How often the symbol that repeats an earlier one has the higher output of T and P. */
  private static double repeats(Net net, String text) {
    float[] y = net.outputs(batch(text));
    boolean[] repeats = Reber.repeats(text);
    int count = 0;
    int right = 0;
    for (int t = 1; t < text.length(); t++) {
      if (repeats[t]) {
        boolean first = y[(t - 1) * 7 + 1] > y[(t - 1) * 7 + 2];
        right += first == (text.charAt(t) == 'T') ? 1 : 0;
        count++;
      }
    }
    return (double) right / count;
  }

  /** The norm of the cell state. */
  private static double[] size(Net net, String text) {
    return Probe.norms(net.observed(batch(text), "layers.1.c"), H);
  }

  private static HeatMap gates(Net net, String text) {
    List<String> columns = new ArrayList<>();
    text.chars().forEach(symbol -> columns.add(String.valueOf((char) symbol)));
    double[][] values = new double[H][];
    float[] f = net.observed(batch(text), "layers.1.f");
    for (int unit = 0; unit < H; unit++) {
      values[unit] = Data.column(f, 1, H, 0, unit);
    }
    return new HeatMap("@symbols", "f", columns, Data.labels("f", 1, H), values);
  }
}
