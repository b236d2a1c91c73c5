package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A source whose chunks depend on the model gets the model as it is before each update. */
class ActingSourceTest {
  private static final int ROWS = 3;
  private static final int T = 5;

  /** Texts that the model writes: each symbol is the one after the likeliest at its place. */
  private static final class Written implements ChunkSource {
    private final List<float[]> outputs = new ArrayList<>();

    @Override
    public int rows() {
      return ROWS;
    }

    @Override
    public int chunks() {
      return 4;
    }

    @Override
    public Batch batch(int epoch, int index) {
      int[] start = new int[ROWS * T];
      for (int i = 0; i < start.length; i++) {
        start[i] = (i * 7 + index) % SmallTraining.SYMBOLS;
      }
      return Batch.ofIds(new Ids(T, ROWS, start), null).labels(new Ids(T, ROWS, start));
    }

    @Override
    public Batch batch(int epoch, int index, ModelRunner runner) {
      Batch asked = batch(epoch, index);
      outputs.add(runner.predict(asked, runner.newCarry(ROWS)));
      int[] next = runner.answers(asked, runner.newCarry(ROWS)).values();
      for (int i = 0; i < next.length; i++) {
        next[i] = (next[i] + 1) % SmallTraining.SYMBOLS;
      }
      return asked.labels(new Ids(T, ROWS, next));
    }
  }

  private static SmallTraining training(ChunkSource source, int accumulate, long steps) {
    return new SmallTraining(
        SmallTraining.rules("adam").accumulating(accumulate),
        TrainingSettings.of(steps).learningRate(0.02).checkpointEvery(1),
        source,
        it -> it);
  }

  /** The outputs that the source saw are those of the parameters after so many updates. */
  @Test
  void theModelIsThatOfTheMoment() {
    for (int accumulate : new int[] {1, 2}) {
      Written source = new Written();
      SmallTraining training = training(source, accumulate, 6);
      float[] start = training.values().clone();
      training.trainer.train();
      assertThat(source.outputs).hasSize(6 * accumulate);
      for (int i = 0; i < source.outputs.size(); i++) {
        int updates = i / accumulate;
        SmallTraining again = training(new Written(), 1, 1);
        float[] parameters = updates == 0 ? start : training.parameters.get(updates - 1);
        System.arraycopy(parameters, 0, again.values(), 0, parameters.length);
        again.model.parameters().changed();
        assertThat(again.runner.predict(source.batch(0, i % 4), again.runner.newCarry(ROWS)))
            .as("outputs before update %d of %d chunks each", updates + 1, accumulate)
            .isEqualTo(source.outputs.get(i));
      }
    }
  }

  @Test
  void aResumedRunHasTheSameBits() {
    SmallTraining whole = training(new Written(), 1, 10);
    whole.trainer.train();
    SmallTraining rest = training(new Written(), 1, 10).restore(whole, 6);
    rest.trainer.train();
    assertThat(rest.values()).isEqualTo(whole.values());
  }
}
