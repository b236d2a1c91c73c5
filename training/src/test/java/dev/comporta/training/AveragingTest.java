package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AveragingTest {
  private static final int STEPS = 16; // an epoch has 7 updates

  static Stream<Averaging> rules() {
    return Stream.of(
        new Averaging.Exponential(0.9),
        new Averaging.Stochastic(5, 3),
        new Averaging.Stochastic(0, 0),
        new Averaging.Equal(1, 0),
        new Averaging.Equal(4, 0));
  }

  private static SmallTraining run(Averaging averaging) {
    return SmallTraining.of(
        SmallTraining.rules("adam"), STEPS, 5, trainer -> trainer.averaging(averaging));
  }

  /** The formula in double, over the parameters after every update. */
  private static double[] expected(Averaging averaging, List<float[]> path) {
    double[] average = new double[path.getFirst().length];
    long counted = 0;
    for (int step = 1; step <= path.size(); step++) {
      boolean counts =
          switch (averaging) {
            case Averaging.Exponential ema -> true;
            case Averaging.Stochastic swa when swa.every() == 0 -> step >= 12 && step % 7 == 0;
            case Averaging.Stochastic swa -> step >= swa.start() && (step - swa.start()) % 3 == 0;
            case Averaging.Equal asgd -> step >= asgd.start();
            case Averaging.None none -> false;
          };
      if (counts) {
        double kept =
            averaging instanceof Averaging.Exponential ema
                ? (counted == 0 ? 0 : ema.decay())
                : counted / (counted + 1.0);
        for (int i = 0; i < average.length; i++) {
          average[i] = kept * average[i] + (1 - kept) * path.get(step - 1)[i];
        }
        counted++;
      }
    }
    return average;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theModelIsLeftWithTheAverageAndTrainingNeverSeesIt(Averaging averaging) {
    List<float[]> path = new ArrayList<>();
    SmallTraining plain = run(new Averaging.None());
    plain.trainer.listener(event -> {
      if (event instanceof TrainingEvent.Stepped) {
        path.add(plain.values().clone());
      }
    });
    plain.trainer.train();
    assertThat(path).hasSize(STEPS);

    SmallTraining averaged = run(averaging);
    TrainingResult result = averaged.trainer.train();
    assertThat(averaged.parameters.getLast()).isEqualTo(path.getLast()); // of the checkpoint
    double[] expected = expected(averaging, path);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) averaged.values()[i]).isCloseTo(expected[i], within(2e-6));
    }
    assertThat(averaged.values()).isNotEqualTo(path.getLast());
    assertThat(result.validationLoss()).isEqualTo(averaged.validationLoss());
    assertThat(averaged.validationLosses()[2]).isEqualTo(result.validationLoss());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aResumedRunEndsInTheSameBits(int checkpoint) {
    for (Averaging averaging : rules().toList()) {
      SmallTraining whole = run(averaging);
      whole.trainer.train();
      SmallTraining resumed = run(averaging).restore(whole, checkpoint);
      resumed.trainer.train();
      assertThat(resumed.values()).isEqualTo(whole.values());
      assertThat(resumed.states.getLast())
          .usingRecursiveComparison()
          .isEqualTo(whole.states.getLast());
    }
  }

  @Test
  void aTriggerWaitsForALossAboveThoseLongBefore() {
    Averaging.Equal rule = new Averaging.Equal(1, 2);
    List<Double> losses = new ArrayList<>(List.of(3.0, 2.0, 1.9, 2.1, 1.8, 2.1));
    assertThat(share(rule, 0, losses.subList(0, 3))).isZero();
    assertThat(share(rule, 0, losses.subList(0, 4))).isZero(); // 2.1 is below 3.0
    assertThat(share(rule, 0, losses.subList(0, 5))).isZero();
    assertThat(share(rule, 0, losses)).isEqualTo(1); // 2.1 is above 1.9, the lowest of three
    assertThat(share(rule, 3, losses)).isEqualTo(0.25);
    assertThat(share(new Averaging.Equal(9, 2), 0, losses)).isZero(); // this is update 8
  }

  private static double share(Averaging rule, long counted, List<Double> losses) {
    return rule.share(counted, new Progress(8, 100, 1, losses), false);
  }

  @Test
  void averagesAreMadeFromSpecifications() {
    assertThat(Averaging.of(Spec.of("none"))).isEqualTo(new Averaging.None());
    assertThat(Averaging.of(Spec.of("ema"))).isEqualTo(new Averaging.Exponential(0.999));
    assertThat(Averaging.of(Spec.of("swa").with("start", 7).with("every", 2)))
        .isEqualTo(new Averaging.Stochastic(7, 2));
    assertThat(Averaging.of(Spec.of("asgd").with("trigger", 5)))
        .isEqualTo(new Averaging.Equal(1, 5));
    assertThatThrownBy(() -> Averaging.of(Spec.of("emma")))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage(
            "unknown average 'emma': expected one of asgd, ema, none, swa; did you mean 'ema'?");
    assertThatThrownBy(() -> Averaging.of(Spec.of("ema").with("decay", 1)))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> Averaging.of(Spec.of("swa").with("decay", 0.9)))
        .isInstanceOf(UnknownNameException.class);
  }
}
