package dev.comporta.attention.ctc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding compared with all paths of small cases, written out one after another. */
class CtcDecodingTest {
  private static final int EVERYTHING = 100_000;
  private static final double CLOSE = 1e-12;

  /** A path of the enumeration. */
  private record Path(List<Integer> classes, double probability) {}

  @Test
  void greedyDecodingTakesTheMostLikelyPath() {
    for (int seed = 0; seed < 30; seed++) {
      Case it = Case.random(seed);
      Path best = it.paths().getFirst();
      CtcAlignment found = it.outputs().greedy();
      assertThat(found.path()).isEqualTo(best.classes());
      assertThat(found.labels()).isEqualTo(collapse(best.classes(), it.blank));
      assertThat(found.logProbability()).isCloseTo(Math.log(best.probability()), within(CLOSE));
      for (CtcAlignment.Span span : found.spans()) {
        assertThat(best.classes().subList(span.from(), span.to())).containsOnly(span.label());
      }
    }
  }

  @Test
  void theProbabilityOfLabelsIsTheSumOverTheirPaths() {
    for (int seed = 0; seed < 30; seed++) {
      Case it = Case.random(seed);
      it.labels()
          .forEach((labels, probability) ->
              assertThat(it.outputs().logProbability(ints(labels)))
                  .isCloseTo(Math.log(probability), within(CLOSE)));
      assertThat(it.outputs().logProbability(it.tooMany())).isNegative().isInfinite();
    }
  }

  @Test
  void theAlignmentIsTheMostLikelyPathOfTheLabels() {
    for (int seed = 0; seed < 30; seed++) {
      Case it = Case.random(seed);
      for (List<Integer> labels : it.labels().keySet()) {
        Path best =
            it.paths().stream()
                .filter(path -> collapse(path.classes(), it.blank).equals(labels))
                .findFirst()
                .orElseThrow();
        CtcAlignment found = it.outputs().align(ints(labels));
        assertThat(found.path()).isEqualTo(best.classes());
        assertThat(found.labels()).isEqualTo(labels);
        assertThat(found.logProbability()).isCloseTo(Math.log(best.probability()), within(CLOSE));
      }
    }
  }

  @Test
  void aBeamThatIsWideEnoughIsExact() {
    for (int seed = 0; seed < 30; seed++) {
      Case it = Case.random(seed);
      requireExact(it, null, _ -> true);
    }
  }

  @Test
  void aLexiconAllowsWordsWithOneSeparatorBetweenThem() {
    for (int seed = 0; seed < 30; seed++) {
      Case it = Case.random(seed);
      int a = it.label(0);
      int b = it.label(1);
      int separator = it.label(2);
      List<int[]> words = List.of(new int[] {a}, new int[] {a, b}, new int[] {b, b});
      String one = "(a|ab|bb)";
      requireExact(
          it,
          new CtcLexicon(words, separator),
          labels -> text(labels, a, b).matches("(" + one + "(-" + one + ")*)?"));
      requireExact(
          it,
          new CtcLexicon(words, CtcLexicon.NO_SEPARATOR),
          labels -> text(labels, a, b).matches(one + "?"));
    }
  }

  private static String text(List<Integer> labels, int a, int b) {
    StringBuilder text = new StringBuilder();
    labels.forEach(label -> text.append(label == a ? "a" : label == b ? "b" : "-"));
    return text.toString();
  }

  private static void requireExact(
      Case it, CtcLexicon lexicon, Predicate<List<Integer>> isAllowed) {
    List<CtcHypothesis> found = new CtcBeamSearch(EVERYTHING, lexicon).search(it.outputs());
    Map<List<Integer>, Double> expected = new HashMap<>(it.labels());
    expected.keySet().removeIf(isAllowed.negate());
    assertThat(found).hasSize(expected.size());
    double before = 0;
    for (CtcHypothesis one : found) {
      assertThat(expected).containsKey(one.labels());
      assertThat(one.logProbability())
          .isCloseTo(Math.log(expected.get(one.labels())), within(CLOSE))
          .isLessThanOrEqualTo(before);
      before = one.logProbability();
    }
  }

  @Test
  void aNarrowBeamNeverClaimsMoreThanThereIsAndFindsNothingTwice() {
    for (int seed = 0; seed < 200; seed++) {
      Case it = Case.random(seed);
      for (int width = 1; width <= 4; width++) {
        List<CtcHypothesis> found = new CtcBeamSearch(width, null).search(it.outputs());
        assertThat(found).hasSizeBetween(1, width);
        assertThat(found.stream().map(CtcHypothesis::labels)).doesNotHaveDuplicates();
        for (CtcHypothesis one : found) {
          assertThat(one.logProbability())
              .isLessThanOrEqualTo(it.outputs().logProbability(ints(one.labels())) + CLOSE);
        }
      }
    }
  }

  @Test
  void summingOverPathsFindsWhatTheBestPathMisses() {
    // The classic case: blank, blank is the best path (0.36), but "a" has three paths (0.64).
    CtcOutputs outputs = CtcOutputs.ofLogits(logs(0.6, 0.4, 0.6, 0.4), 2, 0);
    assertThat(outputs.greedy().labels()).isEmpty();
    CtcHypothesis best = new CtcBeamSearch(2, null).search(outputs).getFirst();
    assertThat(best.labels()).containsExactly(1);
    assertThat(best.logProbability()).isCloseTo(Math.log(0.64), within(1e-7));
  }

  @Test
  void equalOutputsAreDecidedByTheOrderOfTheClasses() {
    CtcOutputs equal = CtcOutputs.ofLogits(new float[12], 4, 3);
    assertThat(equal.greedy().path()).containsExactly(0, 0, 0);
    List<CtcHypothesis> found = new CtcBeamSearch(3, null).search(equal);
    assertThat(found).isEqualTo(new CtcBeamSearch(3, null).search(equal));
    CtcOutputs once = CtcOutputs.ofLogits(new float[4], 4, 3);
    assertThat(new CtcBeamSearch(3, null).search(once).stream().map(CtcHypothesis::labels))
        .containsExactly(List.of(), List.of(0), List.of(1));
  }

  @Test
  void anUnfinishedWordIsCut() {
    CtcLexicon lexicon = new CtcLexicon(List.of(new int[] {1}, new int[] {1, 2, 1, 2}), 3);
    float[] logits = new float[4 * 4];
    for (int t = 0; t < 4; t++) {
      logits[t * 4 + List.of(1, 3, 1, 2).get(t)] = 9;
    }
    CtcHypothesis found =
        new CtcBeamSearch(1, lexicon).search(CtcOutputs.ofLogits(logits, 4, 0)).getFirst();
    assertThat(found.labels()).containsExactly(1, 3, 1); // not ... 1, 2, which begins a word only
    assertThat(new CtcBeamSearch(8, lexicon).search(CtcOutputs.ofLogits(logits, 4, 0)))
        .extracting(CtcHypothesis::labels)
        .startsWith(List.of(1, 3, 1));
  }

  @Test
  void withoutTimestepsThereAreNoLabels() {
    CtcOutputs none = CtcOutputs.ofLogits(new float[0], 3, 0);
    assertThat(none.greedy().spans()).isEmpty();
    assertThat(none.align().path()).isEmpty();
    assertThat(none.logProbability()).isZero();
    assertThat(none.logProbability(1)).isNegative().isInfinite();
    assertThat(new CtcBeamSearch(5, null).search(none))
        .containsExactly(new CtcHypothesis(List.of(), 0));
  }

  @Test
  void classesMayBeImpossible() {
    float no = Float.NEGATIVE_INFINITY;
    CtcOutputs outputs = CtcOutputs.ofLogits(new float[] {no, 0, no, no, no, 0}, 3, 0);
    assertThat(new CtcBeamSearch(4, null).search(outputs))
        .containsExactly(new CtcHypothesis(List.of(1, 2), 0));
    assertThatThrownBy(() -> outputs.align(1))
        .hasMessageContaining("expected timesteps for 1 labels");
    CtcLexicon other = new CtcLexicon(List.of(new int[] {2}), CtcLexicon.NO_SEPARATOR);
    assertThat(new CtcBeamSearch(4, other).search(outputs).getFirst().labels()).isEmpty();
  }

  @Test
  void aLongInputKeepsItsPrecision() {
    int timesteps = 2000;
    CtcOutputs outputs = CtcOutputs.ofLogits(new float[2 * timesteps], 2, 0);
    double paths = timesteps * (timesteps + 1.0) / 2;
    double exact = Math.log(paths) - timesteps * Math.log(2);
    assertThat(outputs.logProbability(1)).isCloseTo(exact, within(1e-9));
    assertThat(outputs.align(1).logProbability()).isCloseTo(-timesteps * Math.log(2), within(1e-9));
  }

  /** Labels are possible in as many timesteps as they need, and impossible in fewer. */
  @ParameterizedTest
  @ValueSource(strings = {"", "1", "12", "11", "1221", "222", "12121"})
  void labelsNeedTimesteps(String digits) {
    int[] labels = digits.chars().map(digit -> digit - '0').toArray();
    int least = CtcAlignment.leastTimesteps(labels);
    for (int timesteps = 0; timesteps < least + 3; timesteps++) {
      CtcOutputs outputs = CtcOutputs.ofLogits(new float[3 * timesteps], 3, 0);
      assertThat(Double.isFinite(outputs.logProbability(labels)))
          .as("%d timesteps", timesteps)
          .isEqualTo(timesteps >= least);
    }
  }

  @Test
  void saysWhatIsWrong() {
    CtcOutputs outputs = CtcOutputs.ofLogits(new float[6], 3, 0);
    assertThatThrownBy(() -> outputs.align(1, 1))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("for 2 labels, and one more between equal ones, but there are 2");
    assertThatThrownBy(() -> outputs.logProbability(0))
        .hasMessageContaining("between 0 and 2 other than the blank 0 but label 0 is 0");
    assertThatThrownBy(() -> outputs.align(1, 3)).hasMessageContaining("but label 1 is 3");
    assertThatThrownBy(() -> CtcOutputs.ofLogits(new float[7], 3, 0))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> CtcOutputs.ofLogits(new float[6], 3, 3))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> CtcOutputs.ofLogits(new float[] {0, 0, 0, 0, Float.NaN, 0}, 3, 0))
        .hasMessageContaining("logit 1 of timestep 1 is NaN");
    float[] impossible = new float[3];
    Arrays.fill(impossible, Float.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> CtcOutputs.ofLogits(impossible, 3, 0))
        .hasMessageContaining("all logits of timestep 0 are -Infinity");
    assertThatThrownBy(() -> new CtcBeamSearch(0, null)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new CtcLexicon(List.of(), 0)).hasMessageContaining("1 word or more");
    assertThatThrownBy(() -> new CtcLexicon(List.of(new int[0]), 0))
        .hasMessageContaining("word 0 has none");
    assertThatThrownBy(() -> new CtcLexicon(List.of(new int[] {1, 2}), 2))
        .hasMessageContaining("other than the separator 2 but word 0 has 2");
  }

  private static float[] logs(double... probabilities) {
    float[] logs = new float[probabilities.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) Math.log(probabilities[i]);
    }
    return logs;
  }

  private static int[] ints(List<Integer> labels) {
    return labels.stream().mapToInt(it -> it).toArray();
  }

  private static List<Integer> collapse(List<Integer> path, int blank) {
    List<Integer> labels = new ArrayList<>();
    int before = blank;
    for (int c : path) {
      if (c != blank && c != before) {
        labels.add(c);
      }
      before = c;
    }
    return labels;
  }

  /** Random logits, with the blank at another class each time. */
  private record Case(CtcOutputs outputs, int blank, List<Path> paths) {
    private static final int CLASSES = 4;

    static Case random(int seed) {
      RandomSource random = new CounterRandom(seed).stream("ctc");
      int timesteps = 1 + seed % 5;
      int blank = seed % CLASSES;
      float[] logits = new float[timesteps * CLASSES];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (1.5 * random.normal(i));
      }
      List<Path> paths = new ArrayList<>();
      for (int number = 0; number < Math.pow(CLASSES, timesteps); number++) {
        List<Integer> classes = new ArrayList<>();
        double probability = 1;
        int rest = number;
        for (int t = 0; t < timesteps; t++) {
          double sum = 0;
          for (int c = 0; c < CLASSES; c++) {
            sum += Math.exp(logits[t * CLASSES + c]);
          }
          classes.add(rest % CLASSES);
          probability *= Math.exp(logits[t * CLASSES + rest % CLASSES]) / sum;
          rest /= CLASSES;
        }
        paths.add(new Path(classes, probability));
      }
      paths.sort((a, b) -> Double.compare(b.probability(), a.probability()));
      return new Case(CtcOutputs.ofLogits(logits, CLASSES, blank), blank, paths);
    }

    /** The probability of each sequence of labels that has a path. */
    Map<List<Integer>, Double> labels() {
      Map<List<Integer>, Double> sums = new HashMap<>();
      paths.forEach(it -> sums.merge(collapse(it.classes(), blank), it.probability(), Double::sum));
      return sums;
    }

    /** The classes without the blank. */
    int label(int index) {
      return index < blank ? index : index + 1;
    }

    int[] tooMany() {
      int[] labels = new int[outputs.timesteps() + 1];
      Arrays.fill(labels, label(0));
      return labels;
    }
  }
}
