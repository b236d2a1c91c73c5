package dev.comporta.tasks.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.tasks.labels.Calibration.Answer;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Weights and repetitions of rare labels, and the temperature of answers. */
class LabelTrainingTest {
  private static List<Text> texts(String... labels) {
    return IntStream.range(0, labels.length)
        .mapToObj(i -> new Text(labels[i], "text " + i, "line " + i))
        .toList();
  }

  @Test
  void balancedWeightsGiveAllLabelsTheSameSum() {
    List<Text> training = texts("a", "a", "a", "b", "a", "b");
    List<Double> weights = LabelTraining.weights(List.of("a", "b", "c"), training);
    assertThat(weights).containsExactly(6 / (2 * 4.0), 6 / (2 * 2.0), 0.0);
    assertThat(4 * weights.get(0)).isEqualTo(2 * weights.get(1));
    assertThat(4 * weights.get(0) + 2 * weights.get(1)).isEqualTo(6);
  }

  @Test
  void rareLabelsAreRepeatedInTurn() {
    List<Text> training = texts("a", "a", "a", "a", "a", "b", "b", "c");
    List<Text> all = LabelTraining.oversampled(training);
    assertThat(all).hasSize(15).startsWith(training.toArray(Text[]::new));
    for (String label : List.of("a", "b", "c")) {
      assertThat(all.stream().filter(it -> it.label().equals(label))).hasSize(5);
    }
    assertThat(all.stream().filter(it -> it.text().equals("text 5"))).hasSize(3);
    assertThat(all.stream().filter(it -> it.text().equals("text 6"))).hasSize(2);
  }

  /** Answers whose labels are drawn from their probabilities at a known temperature. */
  @Test
  void theTemperatureIsThatOfTheData() {
    for (double temperature : new double[] {0.4, 1, 3.5}) {
      Random random = new Random(7);
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < 40_000; i++) {
        double[] logits = {
          3 * random.nextGaussian(), 3 * random.nextGaussian(), 3 * random.nextGaussian()
        };
        double[] shares = new double[3];
        double total = 0;
        for (int c = 0; c < 3; c++) {
          shares[c] = Math.exp(logits[c] / temperature);
          total += shares[c];
        }
        double drawn = total * random.nextDouble();
        int label = drawn < shares[0] ? 0 : drawn < shares[0] + shares[1] ? 1 : 2;
        answers.add(new Answer(logits, label));
      }
      Calibration found = Calibration.of(answers);
      assertThat(found.temperature()).isCloseTo(temperature, within(0.05 * temperature));
      assertThat(found.after()).isLessThanOrEqualTo(found.before());
    }
  }

  @Test
  void answersThatAreAllRightGetTheLargestCertainty() {
    List<Answer> answers = List.of(new Answer(new double[] {1, 0}, 0));
    assertThat(Calibration.of(answers).temperature()).isCloseTo(0.05, within(1e-3));
  }
}
