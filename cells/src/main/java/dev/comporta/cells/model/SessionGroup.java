package dev.comporta.cells.model;

import dev.comporta.cells.plan.StreamPlan;
import org.apiguardian.api.API;

/**
 * A group of streams that advance together as the rows of one batch, each with the same bits as
 * alone. Must be used by one thread at a time. A step allocates nothing.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SessionGroup {
  private final StreamingModel model;
  private final StreamPlan.Stream stream;
  private final int streams;
  private final float[] embedded;

  SessionGroup(StreamingModel model, StreamPlan.Stream stream, int streams) {
    this.model = model;
    this.stream = stream;
    this.streams = streams;
    this.embedded = model.vocabulary() == 0 ? new float[0] : new float[streams * model.inputSize()];
  }

  /**
   * Runs one timestep of every stream on features.
   *
   * @param inputs {@code [streams, inputSize]}
   * @param outputs receives {@code [streams, outputSize]}
   * @throws dev.comporta.api.ComportaException if an array is too small
   */
  public void step(float[] inputs, float[] outputs) {
    Ranges.require("group.step", "inputs", (long) streams * model.inputSize(), inputs, 0);
    Ranges.require("group.step", "outputs", (long) streams * model.outputSize(), outputs, 0);
    stream.step(inputs, 0, outputs, 0);
  }

  /**
   * Runs one timestep of every stream on ids, for a model whose first layer is an embedding.
   *
   * @param ids one id per stream
   * @param outputs receives {@code [streams, outputSize]}
   * @throws dev.comporta.api.ComportaException if an id is out of range
   */
  public void step(int[] ids, float[] outputs) {
    Ranges.require("group.step", "ids", streams, ids.length);
    Ranges.require("group.step", "outputs", (long) streams * model.outputSize(), outputs, 0);
    int size = model.inputSize();
    for (int i = 0; i < streams; i++) {
      System.arraycopy(model.table(), model.row(ids[i]), embedded, i * size, size);
    }
    stream.step(embedded, 0, outputs, 0);
  }

  /** Resets all streams to the state before the first timestep. */
  public void reset() {
    stream.reset();
  }

  /**
   * The number of streams.
   *
   * @return 1 or more
   */
  public int streams() {
    return streams;
  }
}
