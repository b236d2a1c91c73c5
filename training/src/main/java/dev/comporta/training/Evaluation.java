package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.BrokenDataException;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.training.data.ChunkSource;
import org.apiguardian.api.API;

/** Evaluates a model on one epoch of data, without gradients or noise; the model is not changed. */
@API(status = API.Status.EXPERIMENTAL)
public final class Evaluation {
  private Evaluation() {}

  /**
   * Computes the loss over all data, with the state carried from chunk to chunk.
   *
   * @param runner runs the model
   * @param loss what to measure
   * @param data the data; its first epoch is measured
   * @return the sum over all timesteps that count, and their number
   * @throws ComportaException if nothing counts, or the data hold NaN or an infinity
   */
  public static LossResult of(ModelRunner runner, Loss loss, ChunkSource data) {
    Carry carry = runner.newCarry(data.rows());
    double sum = 0;
    double weight = 0;
    for (int index = 0; index < data.chunks(); index++) {
      if (!data.continues(index)) {
        carry.reset();
      }
      LossResult chunk = measured(runner, loss, data, index, carry);
      sum += chunk.sum();
      weight += chunk.weight();
    }
    if (weight == 0) {
      throw new ComportaException(
          formatted(
              "[evaluate] expected at least one labelled timestep in %d chunks but all are padding or have ignored labels",
              data.chunks()));
    }
    return new LossResult(sum, weight);
  }

  private static LossResult measured(
      ModelRunner runner, Loss loss, ChunkSource data, int index, Carry carry) {
    try {
      return runner.evaluate(data.batch(0, index, runner), loss, carry);
    } catch (BrokenDataException e) {
      throw e.in("chunk " + index + " of the data to measure");
    }
  }
}
