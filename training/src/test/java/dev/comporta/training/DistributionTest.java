package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.StreamBatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several trainers, compared with one that accumulates, and with formulas. */
class DistributionTest {
  /** A trainer that ended, with what it had written. */
  private record Ended(
      float[] values,
      List<TrainingState> states,
      List<float[]> parameters,
      List<float[]> stepped) {}

  private static ChunkSource parts(int parts) {
    return new StreamBatcher(IdSequence.of(SmallTraining.text(403)), 2, 5, 8, parts);
  }

  private static Ended train(
      Distribution distribution, ChunkSource data, int parts, long steps, long every, Ended from) {
    SequenceModel model = SmallTraining.model(0.2);
    ModelRunner runner =
        new ModelRunner(
            model, SmallTraining.CATALOG.backend("reference"), Workers.ALONE, Execution.DEFINITION);
    List<TrainingState> states = new ArrayList<>();
    List<float[]> parameters = new ArrayList<>();
    List<float[]> stepped = new ArrayList<>(); // before an outer update
    Trainer trainer =
        new Trainer(
                model,
                runner,
                Workers.ALONE,
                SmallTraining.rules("adam").accumulating(parts),
                TrainingSettings.of(steps).learningRate(0.02).checkpointEvery(every),
                data,
                SmallTraining.validation())
            .distributed(distribution)
            .listener(event -> {
              if (event instanceof TrainingEvent.Stepped) {
                stepped.add(model.parameters().values().clone());
              }
            })
            .checkpoints(state -> {
              states.add(state);
              parameters.add(model.parameters().values().clone());
            });
    if (from != null) {
      System.arraycopy(
          from.parameters.getFirst(),
          0,
          model.parameters().values(),
          0,
          model.parameters().count());
      model.parameters().changed();
      trainer.resume(from.states.getFirst());
    }
    trainer.train();
    return new Ended(model.parameters().values().clone(), states, parameters, stepped);
  }

  @ParameterizedTest
  @CsvSource({"4,1", "4,2", "4,4", "3,3", "6,3", "8,2"})
  void anyNumberOfRanksGivesTheBitsOfOneTrainerThatAccumulates(int parts, int ranks)
      throws Exception {
    Ended alone = train(Distribution.ALONE, parts(parts), parts, 11, 4, null);
    List<Ended> together =
        Together.run(
            ranks, it -> train(Distribution.everyStep(it), parts(parts), parts, 11, 4, null));
    for (Ended one : together) {
      assertThat(one.values).isEqualTo(alone.values);
      assertThat(one.states).hasSameSizeAs(alone.states);
      for (int i = 0; i < one.states.size(); i++) {
        assertThat(one.states.get(i)).usingRecursiveComparison().isEqualTo(alone.states.get(i));
      }
    }
  }

  @Test
  void theLastUpdateOfAnEpochMayHaveFewerPartsThanRanks() throws Exception {
    List<Batch> chunks = new ArrayList<>();
    StreamBatcher stream = SmallTraining.stream(); // 7 chunks, read here as independent ones
    for (int i = 0; i < stream.chunks(); i++) {
      StreamBatcher.Chunk chunk = SmallTraining.stream().chunk(i);
      chunks.add(Batch.ofIds(chunk.inputs(), chunk.lengths()).labels(chunk.labels()));
    }
    for (int parts : new int[] {2, 4, 6}) { // 1, 3 and 1 left
      ChunkSource data = ChunkSource.of(chunks, false);
      Ended alone = train(Distribution.ALONE, data, parts, 9, 0, null);
      List<Ended> together =
          Together.run(
              parts == 6 ? 3 : 2,
              it ->
                  train(
                      Distribution.everyStep(it),
                      ChunkSource.of(chunks, false),
                      parts,
                      9,
                      0,
                      null));
      together.forEach(one -> assertThat(one.values).isEqualTo(alone.values));
    }
  }

  @Test
  void aCheckpointIsResumedByAnotherNumberOfRanks() throws Exception {
    Ended alone = train(Distribution.ALONE, parts(4), 4, 23, 9, null);
    List<Ended> four =
        Together.run(4, it -> train(Distribution.everyStep(it), parts(4), 4, 9, 9, null));
    List<Ended> two =
        Together.run(
            2, it -> train(Distribution.everyStep(it), parts(4), 4, 23, 9, four.getLast()));
    assertThat(two.getLast().values).isEqualTo(alone.values);
  }

  @Test
  void partsOfATextHaveTheStreamsOfABatchThatIsLarger() {
    StreamBatcher whole = new StreamBatcher(IdSequence.of(SmallTraining.text(403)), 6, 5, 8);
    StreamBatcher parts = new StreamBatcher(IdSequence.of(SmallTraining.text(403)), 2, 5, 8, 3);
    assertThat(parts.chunks()).isEqualTo(3 * whole.chunks());
    for (int i = 0; i < parts.chunks(); i++) {
      StreamBatcher.Chunk all = whole.chunk(i / 3);
      StreamBatcher.Chunk some = parts.chunk(i);
      for (int t = 0; t < all.inputs().timesteps(); t++) {
        for (int row = 0; row < 2; row++) {
          assertThat(some.labels().values()[t * 2 + row])
              .isEqualTo(all.labels().values()[t * 6 + i % 3 * 2 + row]);
        }
      }
    }
  }

  @Test
  void aRoundOfOneLocalStepOfPlainAveragingIsTheMeanOfTheReplicas() throws Exception {
    List<Ended> together =
        Together.run(4, it -> train(local(it, 1, 1, 0), parts(4), 4, 1, 0, null));
    for (int i = 0; i < together.getFirst().values.length; i++) {
      double mean = 0;
      for (Ended one : together) {
        mean += one.stepped.getFirst()[i] / 4.0;
      }
      assertThat(together.getFirst().values[i]).isCloseTo((float) mean, within(1e-6f));
    }
    together.forEach(one -> assertThat(one.values).isEqualTo(together.getFirst().values));
  }

  private static Distribution local(Exchange exchange, int steps, double rate, double momentum) {
    return new Distribution(exchange, steps, rate, momentum, Compression.NONE);
  }

  @Test
  void outerMomentumIsThatOfNesterov() {
    SequenceModel model = SmallTraining.model(0);
    float[] p = model.parameters().values();
    Distribution alone = local(Exchange.ALONE, 3, 0.7, 0.9);
    OuterUpdate outer = new OuterUpdate(alone, new RankSum(alone, p.length), model.parameters());
    double a = p[5];
    double v = 0;
    outer.begin();
    for (double local : new double[] {0.4, -0.2, 0.9}) {
      p[5] = (float) local;
      double d = a - local;
      v = 0.9 * v + d;
      a = a - 0.7 * (0.9 * v + d);
      outer.apply();
      assertThat((double) p[5]).isCloseTo(a, within(1e-5));
      a = p[5];
    }
  }

  @Test
  void localStepsAreResumedWithTheSameBits() throws Exception {
    List<Ended> whole =
        Together.run(2, it -> train(local(it, 4, 0.7, 0.9), parts(2), 2, 30, 8, null));
    List<Ended> resumed =
        Together.run(
            2, it -> train(local(it, 4, 0.7, 0.9), parts(2), 2, 30, 8, whole.get(it.rank())));
    for (int rank = 0; rank < 2; rank++) {
      assertThat(resumed.get(rank).values).isEqualTo(whole.getFirst().values);
    }
    assertThatThrownBy(() -> train(Distribution.ALONE, parts(2), 2, 30, 8, whole.getFirst()))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("values for the momentum of outer updates");
  }

  private static Distribution compressed(Exchange exchange, int localSteps, String compression) {
    return new Distribution(exchange, localSteps, 0.7, 0.9, Compression.of(compression));
  }

  @ParameterizedTest
  @CsvSource({"0,bf16", "0,top-10%", "4,bf16", "4,top-10%"})
  void compressedExchangesAreResumedWithTheSameBits(int localSteps, String compression)
      throws Exception {
    List<Ended> whole =
        Together.run(
            3, it -> train(compressed(it, localSteps, compression), parts(3), 3, 20, 8, null));
    List<Ended> resumed =
        Together.run(
            3,
            it ->
                train(
                    compressed(it, localSteps, compression),
                    parts(3),
                    3,
                    20,
                    8,
                    whole.get(it.rank())));
    for (int rank = 0; rank < 3; rank++) {
      assertThat(whole.get(rank).values).isEqualTo(whole.getFirst().values);
      assertThat(resumed.get(rank).values).isEqualTo(whole.getFirst().values);
    }
    List<Ended> all =
        Together.run(3, it -> train(compressed(it, localSteps, "none"), parts(3), 3, 20, 8, null));
    assertThat(whole.getFirst().values).isNotEqualTo(all.getFirst().values);
    assertThatThrownBy(() ->
            Together.run(
                3,
                it ->
                    train(
                        compressed(it, localSteps, "none"),
                        parts(3),
                        3,
                        20,
                        8,
                        whole.get(it.rank()))))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("values for what compression left out");
  }

  @ParameterizedTest
  @CsvSource({"bf16,0.02", "top-10%,0.25"})
  void compressedGradientsReachNearlyTheLossOfAllBits(String compression, double more)
      throws Exception {
    double all =
        loss(Together.run(2, it -> train(compressed(it, 0, "none"), parts(2), 2, 160, 0, null)));
    double some =
        loss(
            Together.run(
                2, it -> train(compressed(it, 0, compression), parts(2), 2, 160, 0, null)));
    assertThat(some).isLessThan(all + more);
  }

  @Test
  void localStepsReachTheLossOfEveryStep() throws Exception {
    double every =
        loss(Together.run(2, it -> train(Distribution.everyStep(it), parts(2), 2, 160, 0, null)));
    double local =
        loss(Together.run(2, it -> train(local(it, 8, 0.7, 0.9), parts(2), 2, 160, 0, null)));
    assertThat(local).isLessThan(every + 0.1);
  }

  private static double loss(List<Ended> ended) {
    SequenceModel model = SmallTraining.model(0);
    System.arraycopy(
        ended.getFirst().values, 0, model.parameters().values(), 0, model.parameters().count());
    model.parameters().changed();
    ModelRunner runner =
        new ModelRunner(
            model, SmallTraining.CATALOG.backend("reference"), Workers.ALONE, Execution.DEFINITION);
    return Evaluation.of(
            runner, SmallTraining.loss(Spec.of("cross-entropy")), SmallTraining.validation())
        .mean();
  }

  @Test
  void blocksOfTheTreeAddUpToTheTree() {
    Random random = new Random(5);
    for (int count = 0; count <= 17; count++) {
      float[][] arrays = new float[count][3];
      for (float[] array : arrays) {
        for (int i = 0; i < 3; i++) {
          array[i] = (float) random.nextGaussian();
        }
      }
      float[] whole = sum(arrays, 0, count);
      for (int block : new int[] {1, 2, 4, 8}) {
        float[][] blocks = new float[Math.ceilDiv(count, block) + 2][];
        for (int i = 0; i < blocks.length; i++) { // the last two are empty
          blocks[i] = sum(arrays, Math.min(count, i * block), Math.min(count, (i + 1) * block));
        }
        assertThat(sum(blocks, 0, blocks.length)).isEqualTo(whole);
      }
    }
    float[][] six = {{1e8f}, {1}, {-1e8f}, {1}, {3}, {4}};
    assertThat(sum(six, 0, 6)).containsExactly((1e8f + 1 + (-1e8f + 1)) + (3f + 4f));
  }

  private static float[] sum(float[][] arrays, int from, int to) {
    TreeSum tree = new TreeSum(arrays.length == 0 ? 3 : arrays[0].length, 1);
    double numbers = 0;
    for (int i = from; i < to; i++) {
      tree.add(1, arrays[i], i);
      numbers += i;
    }
    float[] sum = new float[arrays.length == 0 ? 3 : arrays[0].length];
    double[] total = {0};
    tree.finish(sum, total);
    assertThat(total[0]).isEqualTo(numbers + 0.0);
    return sum;
  }

  @Test
  void whatCannotBeDividedIsRefused() {
    refused(
        2, parts(4), 3, 0, 0, "expected 1, 2, 4, 8 ... parts for each rank but got 3 parts for 2");
    refused(2, parts(4), 6, 0, 0, "but got 6 parts for 2 ranks");
    refused(2, parts(4), 4, 3, 0, "expected one part for each rank but got 4 parts for 2");
    assertThatThrownBy(
            () -> Together.run(2, it -> train(compressed(it, 0, "bf16"), parts(4), 4, 9, 0, null)))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected one part for each rank but got 4 parts for 2");
    refused(2, SmallTraining.stream(), 2, 0, 0, "but chunk 1 continues the one before");
    refused(2, parts(2), 2, 3, 4, "after multiples of 3 updates, when all ranks agree, but got 4");
    refused(64, parts(1), 64, 0, 0, "expected 64 or more chunks per epoch");
    SmallTraining averaged =
        SmallTraining.of(
            SmallTraining.rules("adam"),
            3,
            0,
            it ->
                it.averaging(new Averaging.Exponential(0.9))
                    .distributed(local(Exchange.ALONE, 1, 1, 0)));
    assertThatThrownBy(averaged.trainer::train)
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected no average of parameters with local steps");
    assertThatThrownBy(() -> local(Exchange.ALONE, -1, 1, 0))
        .hasMessageContaining("expected 0 or more local updates but got -1");
    assertThatThrownBy(() -> local(Exchange.ALONE, 1, 1, 1))
        .hasMessageContaining("a momentum in [0, 1) but got 1.0 and 1.0");
  }

  private static void refused(
      int ranks, ChunkSource data, int parts, int local, int every, String message) {
    assertThatThrownBy(() ->
            Together.run(ranks, it -> train(local(it, local, 1, 0), data, parts, 9, every, null)))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }
}
