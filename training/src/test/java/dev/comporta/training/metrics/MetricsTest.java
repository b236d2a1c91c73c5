package dev.comporta.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.training.loss.CrossEntropy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {
  private static final double EXACT = 1e-12;

  // The example of scikit-learn's classification_report: y_true 0 1 2 2 2, y_pred 0 0 2 2 1.
  private static ConfusionMatrix report() {
    ConfusionMatrix matrix = new ConfusionMatrix(3);
    int[] actual = {0, 1, 2, 2, 2};
    int[] predicted = {0, 0, 2, 2, 1};
    for (int i = 0; i < actual.length; i++) {
      matrix.add(actual[i], predicted[i]);
    }
    return matrix;
  }

  @Test
  void confusionGivesWhatScikitLearnReports() {
    ConfusionMatrix matrix = report();
    assertThat(matrix.total()).isEqualTo(5);
    assertThat(matrix.count(2, 1)).isEqualTo(1);
    assertThat(matrix.count(1, 2)).isZero();
    assertThat(matrix.accuracy()).isEqualTo(0.6);
    assertThat(matrix.microF1()).isEqualTo(0.6);
    assertThat(matrix.precision(0)).isEqualTo(0.5);
    assertThat(matrix.recall(0)).isEqualTo(1);
    assertThat(matrix.f1(0)).isCloseTo(2.0 / 3, within(EXACT));
    assertThat(matrix.precision(1)).isZero();
    assertThat(matrix.recall(1)).isZero();
    assertThat(matrix.f1(1)).isZero();
    assertThat(matrix.precision(2)).isEqualTo(1);
    assertThat(matrix.recall(2)).isCloseTo(2.0 / 3, within(EXACT));
    assertThat(matrix.f1(2)).isCloseTo(0.8, within(EXACT));
    assertThat(matrix.macroPrecision()).isCloseTo(0.5, within(EXACT));
    assertThat(matrix.macroRecall()).isCloseTo(5.0 / 9, within(EXACT));
    assertThat(matrix.macroF1()).isCloseTo((2.0 / 3 + 0.8) / 3, within(EXACT));
  }

  @Test
  void classesThatNeverOccurAreNotAveraged() {
    ConfusionMatrix matrix = new ConfusionMatrix(9);
    assertThat(matrix.accuracy()).isZero();
    assertThat(matrix.macroF1()).isZero();
    matrix.add(4, 4);
    assertThat(matrix.macroF1()).isEqualTo(1);
    matrix.add(4, 7); // 7 was predicted: its F1 of 0 counts
    assertThat(matrix.macroF1()).isCloseTo((2.0 / 3 + 0) / 2, within(EXACT));
  }

  @Test
  void accuracyCountsInThePassThatMeasuresALoss() {
    Tape tape = new Tape(Catalog.load().backend("reference"), Workers.ALONE);
    Loss loss = new CrossEntropy().create(Spec.of("cross-entropy").reader());
    float[] logits = {
      1, 0, /**/ 0, 1, /**/ 9, 0, // t = 0: right, wrong, ignored
      3, 3, /**/ 0, 2, /**/ 0, 1, // t = 1: a tie is the first class, padding, right
    };
    Ids labels = new Ids(2, 3, new int[] {0, 0, -1, 0, 1, 1});
    int[] lengths = {2, 1, 2};
    Accuracy accuracy = new Accuracy(loss);
    assertThat(accuracy.value()).isZero();
    Tensor scores = tape.constant(Shape.of(2, 3, 2), logits, 0);
    Target target = Target.labels(labels, lengths);
    Loss.Value value = accuracy.of(scores, target);
    assertThat(accuracy.total()).isEqualTo(4);
    assertThat(accuracy.value()).isEqualTo(0.75);
    assertThat(value.weight()).isEqualTo(4);
    assertThat(value.sum().toArray()).isEqualTo(loss.of(scores, target).sum().toArray());
    accuracy.of(scores, target);
    assertThat(accuracy.total()).isEqualTo(8);
    Tensor broken = scores.times(Float.NaN);
    assertThatThrownBy(() -> accuracy.of(broken, target))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("[accuracy] expected scores that are not NaN");
  }

  @Test
  void paddingAndNegativeLabelsDoNotCount() {
    ConfusionMatrix matrix = new ConfusionMatrix(2);
    float[] scores = {
      1,
      0, /* */
      0,
      1, // t = 0
      Float.NaN,
      0, /* */
      3,
      3, // t = 1: padding, a tie
      5,
      6, /* */
      Float.NaN,
      1 // t = 2: padding, ignored
    };
    matrix.add(scores, new Ids(3, 2, new int[] {0, 0, 9, 0, 9, -1}), new int[] {1, 3});
    assertThat(matrix.total()).isEqualTo(3);
    assertThat(matrix.count(0, 0)).as("a tie goes to the first").isEqualTo(2);
    assertThat(matrix.count(0, 1)).isEqualTo(1);
  }

  @Test
  void confusionNamesWhatDoesNotFit() {
    ConfusionMatrix matrix = new ConfusionMatrix(2);
    assertThatThrownBy(() -> matrix.add(0, 2))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[confusion-matrix] expected a class between 0 and 1 but the predicted class is 2");
    assertThatThrownBy(() -> matrix.add(new float[3], new Ids(1, 1, new int[1]), null))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected scores [1, 1, 2]");
    assertThatThrownBy(
            () -> matrix.add(new float[] {1, Float.NaN}, new Ids(1, 1, new int[1]), null))
        .hasMessageContaining("score 1 of prediction 0 is NaN");
    assertThatThrownBy(() -> new ConfusionMatrix(0)).isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void likelihoodInOtherWords() {
    assertThat(Likelihood.perplexity(Math.log(50))).isCloseTo(50, within(1e-10));
    assertThat(Likelihood.perplexity(0)).isEqualTo(1);
    assertThat(Likelihood.bits(3 * Math.log(2))).isCloseTo(3, within(EXACT));
    assertThat(Likelihood.bits(Double.NaN)).isNaN();
  }

  @Test
  void regressionErrorsFollowTheirFormulas() {
    RegressionErrors errors = new RegressionErrors();
    assertThat(errors.mae()).isNaN();
    errors.add(new float[] {1, -2, 5}, new float[] {2, 2, 0});
    assertThat(errors.count()).isEqualTo(3);
    assertThat(errors.mae()).isCloseTo(10.0 / 3, within(EXACT));
    assertThat(errors.mse()).isCloseTo(42.0 / 3, within(EXACT));
    assertThat(errors.rmse()).isCloseTo(Math.sqrt(14), within(EXACT));
    assertThat(errors.mape()).as("the zero is excluded").isCloseTo(125, within(EXACT));
    RegressionErrors zeros = new RegressionErrors();
    zeros.add(1, 0);
    assertThat(zeros.mape()).isNaN();
    assertThatThrownBy(() -> errors.add(new float[2], new float[3]))
        .isInstanceOf(ShapeException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "abc, '', 3",
    "'', abc, 3",
    "kitten, sitting, 3",
    "saturday, sunday, 3",
    "abcdef, azced, 3",
    "aaaa, aaaa, 0"
  })
  void editDistances(String a, String b, int distance) {
    List<Integer> x = a.codePoints().boxed().toList();
    List<Integer> y = b.codePoints().boxed().toList();
    assertThat(EditDistance.between(x, y)).isEqualTo(distance);
    assertThat(EditDistance.between(y, x)).isEqualTo(distance);
  }

  @Test
  void theDistanceIsTheFewestEdits() {
    RandomSource random = new CounterRandom(3);
    for (int trial = 0; trial < 200; trial++) {
      List<Integer> a = sequence(random.stream(2L * trial));
      List<Integer> b = sequence(random.stream(2L * trial + 1));
      assertThat(EditDistance.between(a, b)).isEqualTo(fewest(a, b));
    }
  }

  private static List<Integer> sequence(RandomSource random) {
    List<Integer> sequence = new ArrayList<>();
    for (int i = 0; i < (int) (7 * random.uniform(0)); i++) {
      sequence.add((int) (3 * random.uniform(1L + i)));
    }
    return sequence;
  }

  /** The definition, without a table. */
  private static int fewest(List<Integer> a, List<Integer> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.size() + b.size();
    }
    List<Integer> restA = a.subList(1, a.size());
    List<Integer> restB = b.subList(1, b.size());
    if (a.getFirst().equals(b.getFirst())) {
      return fewest(restA, restB);
    }
    return 1 + Math.min(fewest(restA, restB), Math.min(fewest(restA, b), fewest(a, restB)));
  }

  @Test
  void ratesOfWordsAndCharacters() {
    EditDistance words = new EditDistance();
    assertThat(words.rate()).isNaN();
    words.addWords("the cat  sat", "the cat sat down");
    words.addWords(" a b ", "");
    assertThat(words.edits()).isEqualTo(3);
    assertThat(words.length()).isEqualTo(4);
    assertThat(words.rate()).isEqualTo(0.75);
    EditDistance characters = new EditDistance();
    characters.addCharacters("né \uD83D\uDE00", "ne \uD83D\uDE01!");
    assertThat(characters.edits()).isEqualTo(3);
    assertThat(characters.length()).isEqualTo(5);
  }
}
