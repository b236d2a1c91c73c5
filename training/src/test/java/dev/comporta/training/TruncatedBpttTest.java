package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.data.TruncatedSequences;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TruncatedBpttTest {
  private static final int T = 12;
  private static final int B = 3;
  private static final int FEATURES = 4;
  private static final int TARGETS = 2;
  private static final RandomSource NOISE = new CounterRandom(11);

  /** Two batches of whole sequences, as ids with labels or as features with vectors. */
  private record Sequences(boolean ids, int timesteps, int[] lengths) implements ChunkSource {
    @Override
    public int rows() {
      return B;
    }

    @Override
    public int chunks() {
      return 2;
    }

    @Override
    public Batch batch(int epoch, int index) {
      int count = timesteps * B;
      if (ids) {
        int[] text = SmallTraining.text(count + index + 1);
        return Batch.ofIds(
                new Ids(timesteps, B, Arrays.copyOfRange(text, index, index + count)), lengths)
            .labels(new Ids(timesteps, B, Arrays.copyOfRange(text, index + 1, index + 1 + count)));
      }
      return Batch.ofValues(timesteps, B, FEATURES, normal("x" + index, count * FEATURES), lengths)
          .targets(TARGETS, normal("y" + index, count * TARGETS));
    }
  }

  private static float[] normal(String name, int size) {
    RandomSource random = NOISE.stream(name);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.normal(i);
    }
    return values;
  }

  private static SequenceModel onFeatures() {
    SequenceModel model =
        SequenceModel.build(
            Spec.of("sequential")
                .with("input-size", FEATURES)
                .with(
                    "layers",
                    List.of(
                        Spec.of("recurrent").with("cell", Spec.of("gru")).with("hidden", 5),
                        Spec.of("recurrent").with("cell", Spec.of("lstm")).with("hidden", 6),
                        Spec.of("dense").with("units", TARGETS))),
            SmallTraining.CATALOG);
    model.initialize(SmallTraining.CATALOG, new CounterRandom(2).stream("parameters"));
    return model;
  }

  private static ModelRunner runner(SequenceModel model, Execution execution) {
    return new ModelRunner(
        model, SmallTraining.CATALOG.backend("reference"), Workers.ALONE, execution);
  }

  private static TrainingRules rules(String loss, int accumulate) {
    return new TrainingRules(
            SmallTraining.loss(Spec.of(loss)),
            SmallTraining.optimizer(Spec.of("sgd")),
            SmallTraining.schedule(Spec.of("constant")),
            new Clipping.None())
        .accumulating(accumulate);
  }

  private static float[] trained(ChunkSource source, boolean ids, int accumulate, long steps) {
    SequenceModel model = ids ? SmallTraining.model(0) : onFeatures();
    new Trainer(
            model,
            runner(model, Execution.PLAN),
            Workers.ALONE,
            rules(ids ? "cross-entropy" : "mse", accumulate),
            TrainingSettings.of(steps).learningRate(0.3),
            source,
            null)
        .train();
    return model.parameters().values();
  }

  @ParameterizedTest
  @CsvSource({"12,12", "4,12", "5,12", "1,12", "3,40", "11,30"})
  void reachingBackOverAllTimestepsIsFullBptt(int k1, int k2) {
    for (boolean ids : new boolean[] {true, false}) {
      Sequences whole = new Sequences(ids, T, new int[] {12, 7, 9});
      ChunkSource cut = new TruncatedSequences(whole, k1, k2);
      int windows = Math.ceilDiv(T, k1);
      assertThat(cut.chunks()).isEqualTo(2 * windows);
      float[] expected = trained(whole, ids, 1, 4);
      assertThat(trained(cut, ids, windows, 4)).containsExactly(expected, within(2e-6f));
    }
  }

  @ParameterizedTest
  @CsvSource({"4,5", "3,7", "4,4", "6,11"})
  void reachingBackLessFarIsNot(int k1, int k2) {
    Sequences whole = new Sequences(false, T, null);
    float[] full = trained(whole, false, 1, 1);
    float[] cut = trained(new TruncatedSequences(whole, k1, k2), false, Math.ceilDiv(T, k1), 1);
    double difference = 0;
    for (int i = 0; i < full.length; i++) {
      difference = Math.max(difference, Math.abs(full[i] - cut[i]));
    }
    assertThat(difference).isGreaterThan(1e-4);
  }

  /** Every window by hand: without gradients up to its first timestep, then with gradients. */
  @ParameterizedTest
  @EnumSource(Execution.class)
  void eachWindowHasTheGradientOfItsOwnTimesteps(Execution execution) {
    int k1 = 3;
    int k2 = 8;
    SequenceModel model = onFeatures();
    Loss mse = SmallTraining.loss(Spec.of("mse"));
    TrainingRules rules = rules("mse", 1);
    Batch whole = new Sequences(false, T, new int[] {12, 4, 8}).batch(0, 0);
    TruncatedSequences cut =
        new TruncatedSequences(new Sequences(false, T, new int[] {12, 4, 8}), k1, k2);
    ModelRunner one = runner(model, execution);
    ModelRunner other = runner(model, execution);
    ChunkGradients gradients = new ChunkGradients(one, rules, null, cut, NOISE);
    for (int window = 0; window < 4; window++) {
      gradients.of(window, 0, window);
      int start = Math.max(0, (window + 1) * k1 - k2);
      int end = (window + 1) * k1;
      Carry carry = other.newCarry(B);
      if (start > 0) {
        other.evaluate(whole.slice(0, start), mse, carry);
      }
      Batch batch = whole.slice(start, end);
      // The loss of the last k1 timesteps: the total loss minus that of the earlier timesteps.
      other.train(
          batch,
          (prediction, target) -> {
            int counted = Math.min(k1, end - start);
            int from = end - start - counted;
            return mse.of(
                prediction.slice(0, from, end - start),
                dev.comporta.api.training.Target.values(
                    target.values().slice(0, from, end - start),
                    new int[] {
                      Math.clamp(12 - start - from, 0, counted),
                      Math.clamp(4 - start - from, 0, counted),
                      Math.clamp(8 - start - from, 0, counted)
                    }));
          },
          carry,
          NOISE);
      assertThat(one.gradients())
          .as("window %d", window)
          .containsExactly(other.gradients(), within(1e-7f));
    }
  }

  @ParameterizedTest
  @CsvSource({"7,7", "5,9", "4,16", "10,10", "3,3"})
  void streamsAreCutLikeOneLongSequence(int k1, int k2) {
    int[] text = SmallTraining.text(53); // 52 pairs in 4 streams of 13
    int[] ids = new int[13 * 4];
    int[] labels = new int[13 * 4];
    for (int row = 0; row < 4; row++) {
      for (int t = 0; t < 13; t++) {
        ids[t * 4 + row] = text[row * 13 + t];
        labels[t * 4 + row] = text[row * 13 + t + 1];
      }
    }
    ChunkSource whole =
        new ChunkSource() {
          @Override
          public int rows() {
            return 4;
          }

          @Override
          public int chunks() {
            return 1;
          }

          @Override
          public Batch batch(int epoch, int index) {
            return Batch.ofIds(new Ids(13, 4, ids), null).labels(new Ids(13, 4, labels));
          }

          @Override
          public boolean continues(int index) {
            return false;
          }
        };
    assertThat(trained(new StreamBatcher(IdSequence.of(text), 4, k1, k2), true, 1, 11))
        .isEqualTo(trained(new TruncatedSequences(whole, k1, k2), true, 1, 11));
  }

  @ParameterizedTest
  @CsvSource({"10,10", "4,10", "7,20", "3,8"})
  void everyTimestepCountsOnceAndTailsAreNotSkipped(int k1, int k2) {
    SmallTraining run =
        new SmallTraining(
            SmallTraining.rules("adam"),
            TrainingSettings.of(Math.ceilDiv(68, k1)).learningRate(0.01),
            new StreamBatcher(IdSequence.of(SmallTraining.text(203)), 3, k1, k2),
            trainer -> trainer); // 202 pairs in streams of 68, 67 and 67
    TrainingResult result = run.trainer.train();
    assertThat(result.tokens()).isEqualTo(202);
    assertThat(result.epochs()).isEqualTo(1);
  }

  @Test
  void aResumedRunEndsInTheSameBits() {
    for (int checkpoint = 0; checkpoint < 3; checkpoint++) {
      List<SmallTraining> runs = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        runs.add(
            new SmallTraining(
                SmallTraining.rules("adam").accumulating(2),
                TrainingSettings.of(20).learningRate(0.02).checkpointEvery(4),
                new StreamBatcher(IdSequence.of(SmallTraining.text(203)), 3, 4, 9),
                trainer -> trainer));
      }
      runs.getFirst().trainer.train();
      runs.getLast().restore(runs.getFirst(), checkpoint).trainer.train();
      assertThat(runs.getLast().values()).isEqualTo(runs.getFirst().values());
    }
  }

  /** The part that is run ahead uses the noise of the window itself. */
  @Test
  void goingAheadPassesThroughTheStatesOfTraining() {
    SequenceModel model = SmallTraining.model(0.4);
    ModelRunner runner = runner(model, Execution.PLAN);
    Batch whole = new Sequences(true, T, null).batch(0, 0);
    Carry ahead = runner.newCarry(B);
    runner.advance(whole.slice(0, 5), ahead, NOISE);
    Carry trained = runner.newCarry(B);
    // The state at timestep 5 of a window of 9.
    Batch window = new Sequences(true, T, new int[] {5, 5, 5}).batch(0, 0).slice(0, 9);
    runner.train(window, SmallTraining.loss(Spec.of("cross-entropy")), trained, NOISE);
    ahead
        .parts()
        .forEach((name, values) -> assertThat(values).isEqualTo(trained.parts().get(name)));
    Carry quiet = runner.newCarry(B);
    runner.predict(whole.slice(0, 5), quiet);
    assertThat(quiet.parts().get("layers.2.h")).isNotEqualTo(ahead.parts().get("layers.2.h"));
  }

  @Test
  void numbersThatMakeNoWindowAreRefused() {
    int[] text = SmallTraining.text(60);
    assertThatThrownBy(() -> new StreamBatcher(IdSequence.of(text), 2, 8, 5))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[batches] expected k1 of at most k2 but got k1 = 8 and k2 = 5; gradients that flow back 5 timesteps would miss 3 of every 8");
    Sequences whole = new Sequences(true, T, null);
    assertThatThrownBy(() -> new TruncatedSequences(whole, 3, 2))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("k1 = 3 and k2 = 2");
    assertThatThrownBy(() -> new TruncatedSequences(whole, 0, 2))
        .hasMessageContaining("k1 and k2 of 1 or more timesteps but got k1 = 0 and k2 = 2");
    assertThatThrownBy(() -> whole.batch(0, 0).context(13))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[batch] expected a context between 0 and 12 timesteps but got 13");
    assertThatThrownBy(() -> whole.batch(0, 0).slice(3, 13))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("but got 3 to 13");
    assertThatThrownBy(() -> new Sequences(true, T, new int[] {12, 13, 4}).batch(0, 0).slice(0, 3))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[batch] expected lengths between 0 and 12 timesteps but row 1 has 13");
  }
}
