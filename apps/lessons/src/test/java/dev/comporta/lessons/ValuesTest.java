package dev.comporta.lessons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import java.util.Arrays;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The numbers of lessons against the same numbers derived here, in double precision. */
class ValuesTest {
  private static final Offset<Double> CLOSE = within(2e-5);

  private static Page page(String name, int percent) {
    return Page.of(Lessons.find(name), new Setting(1, percent, Map.of()));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The derivative by a central difference. */
  private static double slope(ToDoubleFunction<double[]> f, double[] at, int i) {
    double[] up = at.clone();
    double[] down = at.clone();
    up[i] += 1e-5;
    down[i] -= 1e-5;
    return (f.applyAsDouble(up) - f.applyAsDouble(down)) / 2e-5;
  }

  private static void assertClose(double[] found, double... expected) {
    assertThat(found).containsExactly(expected, CLOSE);
  }

  @Test
  void neuron() {
    double[] h = new double[8];
    for (int t = 0; t < 8; t++) {
      h[t] = Math.tanh(t == 0 ? 1 : 0.9 * h[t - 1]);
    }
    Page page = page("neuron", 100);
    assertClose(page.numbers("h"), h);
    assertClose(page.numbers("late"), 0, 0, 0, 0, 0, 0, 0, Math.tanh(1));
  }

  @Test
  void layer() {
    Page page = page("layer", 100);
    double[][] w = {{0.5, -0.4}, {0.3, 0.8}, {-0.6, 0.2}};
    double[][] u = {{0.7, -0.2}, {0.4, 0.1}};
    double[] b = {0.1, -0.1};
    double[] x = page.numbers("x");
    double[] y = new double[8];
    for (int t = 0; t < 4; t++) {
      for (int j = 0; j < 2; j++) {
        double a = b[j];
        for (int i = 0; i < 3; i++) {
          a += x[3 * t + i] * w[i][j];
        }
        for (int i = 0; i < 2; i++) {
          a += t == 0 ? 0 : y[2 * t - 2 + i] * u[i][j];
        }
        y[2 * t + j] = Math.tanh(a);
      }
    }
    assertClose(page.numbers("y"), y);
    assertThat(page.number("difference")).isZero();
    assertThat(page.number("parameters")).isEqualTo(3 * 2 + 2 * 2 + 2);
  }

  @Test
  void system() {
    Page page = page("system", 100);
    double low = 0.5;
    double high = 1;
    while (high - low > 1e-12) { // the root of h = tanh(1.5 h)
      double middle = (low + high) / 2;
      low = Math.tanh(1.5 * middle) > middle ? middle : low;
      high = low == middle ? high : middle;
    }
    assertThat(page.numbers("two")[0]).isCloseTo(low, CLOSE);
    double direction = 2 * Math.PI * 0.3 / 6;
    double h1 = Math.tanh(1.2 * Math.cos(direction));
    double h2 = Math.tanh(1.2 * Math.sin(direction));
    double turn = 1.2 * Math.cos(Math.PI / 6);
    double side = 1.2 * Math.sin(Math.PI / 6);
    for (int t = 0; t < 60; t++) {
      double next = Math.tanh(h1 * turn - h2 * side);
      h2 = Math.tanh(h1 * side + h2 * turn);
      h1 = next;
    }
    assertThat(page.numbers("cycle")).containsExactly(new double[] {h1, h2}, within(1e-3));
    double y4 =
        sigmoid(
            2
                    * Math.tanh(
                        0.8 * 0.75
                            - 0.5
                                * Math.tanh(
                                    0.8 * 0.25
                                        - 0.5 * Math.tanh(-0.8 - 0.5 * Math.tanh(0.4 + 0.1) + 0.1)
                                        + 0.1)
                            + 0.1)
                - 0.3);
    assertThat(page.number("y4")).isCloseTo(y4, CLOSE);
  }

  @Test
  void sum() {
    Page page = page("sum", 100);
    assertThat(page.number("wrong")).isZero();
    assertThat(page.number("last")).isEqualTo(Arrays.stream(page.numbers("x")).sum());
  }

  @Test
  void compare() {
    Page page = page("compare", 100);
    assertThat(page.number("right")).isEqualTo(page.number("decided"));
    double difference = 0;
    for (int t = 0; t < 1000; t++) {
      difference += page.numbers("x1")[t] - page.numbers("x2")[t];
      assertThat(page.numbers("y")[t]).isCloseTo(sigmoid(5 * difference), CLOSE);
    }
  }

  @Test
  void parity() {
    Page page = page("parity", 1);
    assertThat(page.numbers("truth")).containsExactly(0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0);
    assertThat(page.number("wrong")).isZero();
  }

  @Test
  void unroll() {
    Page page = page("unroll", 100);
    double[] x = page.numbers("x");
    double[] d = {0, 0.4, -0.2, 0.5};
    ToDoubleFunction<double[]> loss =
        p -> {
          double h = 0;
          double sum = 0;
          for (int t = 0; t < 4; t++) {
            h = Math.tanh(p[0] * x[t] + p[1] * h);
            sum += t == 0 ? 0 : 0.5 * Math.pow(Math.tanh(p[2] * h) - d[t], 2);
          }
          return sum;
        };
    double[] at = {0.6, 0.9, -1.2};
    assertThat(page.number("loss")).isCloseTo(loss.applyAsDouble(at), CLOSE);
    assertThat(page.number("du")).isCloseTo(slope(loss, at, 0), CLOSE);
    assertThat(page.number("dw")).isCloseTo(slope(loss, at, 1), CLOSE);
    assertThat(page.number("dv")).isCloseTo(slope(loss, at, 2), CLOSE);
    assertThat(page.number("difference")).isLessThan(1e-6);
  }

  @Test
  void bptt() {
    Page page = page("bptt", 3);
    double[] x = page.numbers("x");
    for (int n = 1; n <= 12; n++) {
      double h = 0;
      for (int t = 0; t < 12 - n; t++) {
        h = Math.tanh(0.5 * x[t] + 0.9 * h + 0.2);
      }
      double start = h;
      int from = 12 - n;
      ToDoubleFunction<double[]> loss =
          w -> {
            double state = start;
            for (int t = from; t < 12; t++) {
              state = Math.tanh(0.5 * x[t] + w[0] * state + 0.2);
            }
            return Math.pow(state - 1, 2);
          };
      assertThat(page.numbers("truncated")[n - 1])
          .isCloseTo(slope(loss, new double[] {0.9}, 0), CLOSE);
    }
    assertThat(Arrays.stream(page.numbers("terms")).sum()).isCloseTo(page.number("full"), CLOSE);
    assertThat(page.number("full")).isCloseTo(page.numbers("truncated")[11], CLOSE);
  }

  @Test
  void gradients() {
    Page page = page("gradients", 100);
    for (double radius : new double[] {0.9, 1, 1.1}) {
      double[] norms = page.numbers("radius" + radius);
      for (int t = 0; t < 200; t++) { // the norm of 16 ones times a power
        assertThat(norms[t] / (4 * Math.pow(radius, 199 - t))).isCloseTo(1, within(1e-3));
      }
    }
    double[] carousel = page.numbers("carousel");
    assertThat(carousel).containsOnly(new double[] {carousel[0]}, within(1e-5));
    double[] remedies = page.numbers("remedies");
    assertThat(remedies[0]).isInfinite();
    assertThat(remedies[1]).isLessThan(100);
    assertThat(remedies[2]).isLessThan(0.01);
    assertThat(remedies[3]).isLessThan(0.1);
    assertThat(page.numbers("rnn")[0]).isLessThan(page.numbers("lstm")[0]);
  }

  @Test
  void forgetting() {
    Page page = page("forgetting", 15);
    assertThat(page.numbers("rnn")[0]).isEqualTo(1);
    assertThat(page.numbers("rnn")[7]).isBetween(0.4, 0.6);
    assertThat(page.numbers("lstm, b_f = 5")[5]).isGreaterThan(0.8);
  }

  private static final double[] X = {1, -0.4, 0.7};

  @Test
  void lstm() {
    double[] w = {0.9, 0.6, -1.1, 0.4};
    double[] b = {0.1, 1, -0.2, 0.3};
    double[] hs = new double[3];
    double[] cs = new double[3];
    ToDoubleFunction<double[]> last =
        u -> {
          double h = 0;
          double c = 0;
          for (int t = 0; t < 3; t++) {
            double i = sigmoid(X[t] * w[0] + h * u[0] + b[0]);
            double f = sigmoid(X[t] * w[1] + h * u[1] + b[1]);
            double g = Math.tanh(X[t] * w[2] + h * u[2] + b[2]);
            double o = sigmoid(X[t] * w[3] + h * u[3] + b[3]);
            c = f * c + i * g;
            h = o * Math.tanh(c);
            hs[t] = h;
            cs[t] = c;
          }
          return h;
        };
    double[] u = {0.3, -0.5, 0.7, 0.8};
    Page page = page("lstm", 100);
    assertClose(
        page.numbers("dU"),
        slope(last, u, 0),
        slope(last, u, 1),
        slope(last, u, 2),
        slope(last, u, 3));
    last.applyAsDouble(u);
    assertClose(page.numbers("h"), hs);
    assertClose(page.numbers("c"), cs);
    assertThat(page.number("difference")).isLessThan(1e-6);
  }

  @Test
  void gru() {
    double[] hs = new double[3];
    ToDoubleFunction<double[]> last =
        u -> {
          double h = 0;
          for (int t = 0; t < 3; t++) {
            double r = sigmoid(X[t] * 0.9 + h * u[0] + 0.1);
            double z = sigmoid(X[t] * 0.6 + h * u[1] + 0.4);
            double n = Math.tanh(X[t] * -1.1 + r * h * u[2] - 0.2);
            h = (1 - z) * n + z * h;
            hs[t] = h;
          }
          return h;
        };
    double[] u = {0.3, -0.5, 0.7};
    Page page = page("gru", 100);
    assertClose(page.numbers("dU"), slope(last, u, 0), slope(last, u, 1), slope(last, u, 2));
    last.applyAsDouble(u);
    assertClose(page.numbers("h"), hs);
    assertThat(page.number("difference")).isLessThan(1e-6);
  }

  @Test
  void gates() {
    Page page = page("gates", 2);
    double old = Math.tanh(0.6);
    double add = Math.tanh(0.9);
    assertClose(
        page.numbers("effects"),
        old,
        Math.tanh(old),
        old + add,
        Math.tanh(old + add),
        0,
        0,
        add,
        Math.tanh(add),
        old,
        0);
    double[] sizes = page.numbers("sizes"); // a state that is never reset grows
    assertThat(sizes[1]).isGreaterThan(5 * sizes[0]);
  }

  @Test
  void variants() {
    double gate = 2 * 12 + 12 * 12 + 12;
    assertThat(page("variants", 1).numbers("parameters"))
        .containsExactly(
            4 * gate + 36,
            3 * gate + 24,
            3 * gate + 24,
            3 * gate + 24,
            4 * gate + 36,
            4 * gate + 36,
            4 * gate,
            3 * gate + 24,
            4 * gate + 36 + 9 * 144);
  }

  @Test
  void longLag() {
    Page page = page("long-lag", 3);
    assertThat(page.number("guessing")).isEqualTo(1 / 6.0); // of the sum of two uniform numbers
    assertThat(page.number("rnn")).isGreaterThan(0.1);
  }
}
