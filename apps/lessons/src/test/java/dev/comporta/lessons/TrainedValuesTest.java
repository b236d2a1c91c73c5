package dev.comporta.lessons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The numbers of lessons that train: what can be derived without training, and what is learned. */
class TrainedValuesTest {
  private static Page page(String name, int percent) {
    return Page.of(Lessons.find(name), new Setting(1, percent, Map.of()));
  }

  /** The height in the ravine and w1 on the other surface after 149 updates, by the papers. */
  @Test
  void optimizers() {
    Page page = page("optimizers", 1);
    for (String name : new String[] {"SGD", "momentum", "Nesterov", "Adagrad", "RMSProp", "Adam"}) {
      double[] end = page.numbers(name);
      double[] ravine = walk(name, true, -1.5, 0.6);
      double height = 0.5 * ravine[0] * ravine[0] + 25 * ravine[1] * ravine[1];
      assertThat(end[0]).as(name).isCloseTo(height, within(1e-6 + 0.02 * height));
      assertThat(end[1])
          .as(name)
          .isCloseTo(walk(name, false, 1.9, 0.5)[0], within(name.equals("RMSProp") ? 0.05 : 2e-3));
    }
    for (int t = 1; t <= 150; t++) { // what is left of the rate if the gradient is always 1
      double window = 1 - Math.pow(0.9, t);
      assertThat(page.numbers("SGD rate")[t - 1]).isCloseTo(0.018, within(1e-4));
      assertThat(page.numbers("Adagrad rate")[t - 1]).isCloseTo(0.3 / Math.sqrt(t), within(1e-4));
      assertThat(page.numbers("RMSProp rate")[t - 1])
          .isCloseTo(0.03 / Math.sqrt(window), within(1e-4));
    }
    assertThat(page.numbers("SGD")[1]).isCloseTo(0.96, within(0.01));
    assertThat(page.numbers("momentum")[1]).isCloseTo(-1.04, within(0.01));
  }

  private static double[] walk(String name, boolean ravine, double w1, double w2) {
    double[] w = {w1, w2};
    double[] m = new double[2];
    double[] s = new double[2];
    double rate =
        switch (name) {
          case "Adagrad" -> 0.3;
          case "RMSProp" -> 0.03;
          case "Adam" -> 0.1;
          default -> 0.018;
        };
    for (int t = 1; t < 150; t++) {
      double[] g =
          ravine
              ? new double[] {w[0], 50 * w[1]}
              : new double[] {4 * w[0] * (w[0] * w[0] - 1) + 0.3, 2 * w[1]};
      for (int i = 0; i < 2; i++) {
        switch (name) {
          case "SGD" -> w[i] -= rate * g[i];
          case "momentum" -> {
            m[i] = 0.9 * m[i] + g[i];
            w[i] -= rate * m[i];
          }
          case "Nesterov" -> {
            m[i] = 0.9 * m[i] + g[i];
            w[i] -= rate * (g[i] + 0.9 * m[i]);
          }
          case "Adagrad" -> {
            s[i] += g[i] * g[i];
            w[i] -= rate * g[i] / (Math.sqrt(s[i]) + 1e-10);
          }
          case "RMSProp" -> {
            s[i] = 0.9 * s[i] + 0.1 * g[i] * g[i];
            w[i] -= rate * g[i] / (Math.sqrt(s[i]) + 1e-8);
          }
          default -> {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            s[i] = 0.999 * s[i] + 0.001 * g[i] * g[i];
            double first = m[i] / (1 - Math.pow(0.9, t));
            w[i] -= rate * first / (Math.sqrt(s[i] / (1 - Math.pow(0.999, t))) + 1e-8);
          }
        }
      }
    }
    return w;
  }

  @Test
  void deepNetworksForecastBetterThanTheLastValue() {
    Page page = page("deep", 25);
    for (double error : page.numbers("errors")) {
      assertThat(error).isLessThan(page.number("naive"));
    }
  }

  @Test
  void shapesAreLearned() {
    double[] right = page("shapes", 40).numbers("accuracy");
    assertThat(right[0]).isEqualTo(1);
    assertThat(right[1]).isGreaterThan(0.9);
    assertThat(right[2]).isGreaterThan(0.85);
    assertThat(right[3]).isGreaterThan(0.85);
  }

  /** What lies outside of a window cannot be known: half of the answers are right by chance. */
  @Test
  void windowsEnd() {
    Page page = page("alternatives", 20);
    assertThat(page.numbers("window")[0]).isEqualTo(1);
    assertThat(page.numbers("window")[1]).isBetween(0.4, 0.6);
    assertThat(page.numbers("convolution")[1]).isGreaterThan(0.95);
    assertThat(page.numbers("convolution")[2]).isBetween(0.4, 0.6);
    assertThat(page.numbers("ngram")[0]).isBetween(0.4, 0.6); // a unigram model knows no bracket
  }

  @Test
  void nextWordsHaveTheProbabilitiesOfTheGrammar() {
    Page page = page("next-word", 40);
    assertThat(page.numbers("probabilities"))
        .containsExactly(new double[] {0.5, 0.3, 0.2, 0.6, 0.4, 0.7, 0.3}, within(0.2));
  }

  @Test
  void verbsAgreeWithTheirSubject() {
    Page page = page("agreement", 20);
    assertThat(page.numbers("gru")[0]).isGreaterThan(0.9);
  }

  @Test
  void translation() {
    Page page = page("translation", 30);
    assertThat(Arrays.stream(page.numbers("wordByWord")).max().orElseThrow()).isLessThan(35);
    assertThat(page.numbers("attention")[0]).isGreaterThan(page.numbers("wordByWord")[0]);
    for (double share : page.numbers("follow")) {
      assertThat(share).isBetween(0.0, 1.0);
    }
  }

  @Test
  void series() {
    Page page = page("series", 10);
    double[] y = page.numbers("season");
    double last = 0;
    double year = 0;
    for (int k = 0; k < 24; k++) {
      last += Math.pow(y[119] - y[120 + k], 2) / 24;
      year += Math.pow(y[108 + k % 12] - y[120 + k], 2) / 24;
    }
    assertThat(page.numbers("seasonErrors")[1]).isCloseTo(Math.sqrt(year), within(1e-9));
    assertThat(page.numbers("seasonErrors")[2]).isCloseTo(Math.sqrt(last), within(1e-9));
    double[] x = mackeyGlass();
    double[] naive = new double[20];
    int starts = (1200 - 830 - 20) / 10 + 1;
    for (int start = 0; start < starts; start++) {
      for (int k = 0; k < 20; k++) {
        naive[k] += Math.pow(x[830 + 10 * start - 1] - x[830 + 10 * start + k], 2) / starts;
      }
    }
    double[] expected = Arrays.stream(naive).map(Math::sqrt).toArray();
    assertThat(page.numbers("chaosNaive")).containsExactly(expected, within(1e-3));
    assertThat(page.numbers("chaosModel")[0]).isLessThan(page.numbers("chaosNaive")[0]);
  }

  /** Euler's method with steps of 0.1, every 30th value after 1,500 steps. */
  private static double[] mackeyGlass() {
    double[] x = new double[50_000];
    Arrays.fill(x, 1.2);
    for (int i = 170; i + 1 < x.length; i++) {
      x[i + 1] = x[i] + 0.02 * x[i - 170] / (1 + Math.pow(x[i - 170], 10)) - 0.01 * x[i];
    }
    return IntStream.range(0, 1200).mapToDouble(i -> x[170 + 1500 + 30 * i - 1] - 0.9).toArray();
  }
}
