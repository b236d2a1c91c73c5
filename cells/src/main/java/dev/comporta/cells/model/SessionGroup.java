package dev.comporta.cells.model;

import dev.comporta.cells.plan.StreamPlan;
import dev.comporta.tensor.Exclusive;
import org.apiguardian.api.API;

/**
 * Streams that are stepped together as the rows of one product, each with the same bits as alone.
 * For one thread at a time: a second one that calls while the first is at work is refused. A step
 * allocates nothing.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SessionGroup {
  private final StreamingModel model;
  private final StreamPlan.Stream stream;
  private final int streams;
  private final float[] embedded;
  private final Exclusive use = new Exclusive("group", "give each thread a group of its own");

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
    use.enter();
    try {
      Ranges.require("group.step", "inputs", (long) streams * model.inputSize(), inputs, 0);
      Ranges.require("group.step", "outputs", (long) streams * model.outputSize(), outputs, 0);
      stream.step(inputs, 0, outputs, 0);
    } finally {
      use.leave();
    }
  }

  /**
   * Runs one timestep of every stream on ids, for a model whose first layer is an embedding.
   *
   * @param ids one id per stream
   * @param outputs receives {@code [streams, outputSize]}
   * @throws dev.comporta.api.ComportaException if an id is out of range
   */
  public void step(int[] ids, float[] outputs) {
    use.enter();
    try {
      Ranges.require("group.step", "ids", streams, ids);
      Ranges.require("group.step", "outputs", (long) streams * model.outputSize(), outputs, 0);
      int size = model.inputSize();
      for (int i = 0; i < streams; i++) {
        System.arraycopy(model.table(), model.row(ids[i]), embedded, i * size, size);
      }
      stream.step(embedded, 0, outputs, 0);
    } finally {
      use.leave();
    }
  }

  /** Resets all streams to the state before the first timestep. */
  public void reset() {
    use.enter();
    try {
      stream.reset();
    } finally {
      use.leave();
    }
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
