package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.plan.StreamPlan;
import dev.comporta.tensor.Exclusive;
import org.apiguardian.api.API;

/**
 * One stream through a {@link StreamingModel}: the model's weights are shared, the state is the
 * session's. A session is for one thread at a time and refuses a second one that calls while the
 * first is at work; thousands of sessions may run on many threads. A step allocates nothing.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Session implements AutoCloseable {
  private final StreamingModel model;
  private final StreamPlan.Stream stream;
  private final Exclusive use = new Exclusive("session", "give each thread a session of its own");
  private boolean closed;

  Session(StreamingModel model, StreamPlan.Stream stream) {
    this.model = model;
    this.stream = stream;
  }

  /**
   * The state of a session at some timestep, to be kept or given to another session of the same
   * model.
   */
  @API(status = API.Status.EXPERIMENTAL)
  public static final class Snapshot {
    private final StreamingModel model;
    private final float[] values;

    private Snapshot(StreamingModel model, float[] values) {
      this.model = model;
      this.values = values;
    }
  }

  /**
   * One timestep on features.
   *
   * @param input {@code [inputSize]}
   * @param output receives {@code [outputSize]}
   * @throws ComportaException if a size is wrong or the session is closed
   */
  public void step(float[] input, float[] output) {
    step(input, 0, output, 0);
  }

  /**
   * One timestep on features.
   *
   * @param input holds {@code [inputSize]}
   * @param inputOffset where it starts
   * @param output receives {@code [outputSize]}
   * @param outputOffset where it starts
   * @throws ComportaException if there is no room for a size or the session is closed
   */
  public void step(float[] input, int inputOffset, float[] output, int outputOffset) {
    use.enter();
    try {
      requireOpen();
      Ranges.require("session.step", "input", model.inputSize(), input, inputOffset);
      Ranges.require("session.step", "output", model.outputSize(), output, outputOffset);
      stream.step(input, inputOffset, output, outputOffset);
    } finally {
      use.leave();
    }
  }

  /**
   * One timestep on an id, for a model that starts with an embedding.
   *
   * @param id 0 .. vocabulary-1
   * @param output receives {@code [outputSize]}
   * @throws ComportaException if the id is outside or the session is closed
   */
  public void step(int id, float[] output) {
    use.enter();
    try {
      requireOpen();
      Ranges.require("session.step", "output", model.outputSize(), output, 0);
      stream.step(model.table(), model.row(id), output, 0);
    } finally {
      use.leave();
    }
  }

  /**
   * Many timesteps on features, with the bits of one {@link #step} after the other: products of the
   * inputs are done for many timesteps at once.
   *
   * @param inputs {@code [timesteps, inputSize]}
   * @param timesteps how many
   * @param outputs receives {@code [timesteps, outputSize]}
   * @throws ComportaException if timesteps is negative, there is no room for a size or the session
   *     is closed
   */
  public void run(float[] inputs, int timesteps, float[] outputs) {
    use.enter();
    try {
      requireOpen();
      Ranges.requireCount("session.run", "timesteps", timesteps, 0);
      Ranges.require("session.run", "inputs", (long) timesteps * model.inputSize(), inputs, 0);
      Ranges.require("session.run", "outputs", (long) timesteps * model.outputSize(), outputs, 0);
      stream.run(inputs, timesteps, outputs);
    } finally {
      use.leave();
    }
  }

  /** Back to the state before the first timestep. */
  public void reset() {
    use.enter();
    try {
      requireOpen();
      stream.reset();
    } finally {
      use.leave();
    }
  }

  /**
   * The state now.
   *
   * @return a copy that later steps do not change
   */
  public Snapshot snapshot() {
    use.enter();
    try {
      requireOpen();
      float[] values = new float[stream.stateSize()];
      stream.save(values);
      return new Snapshot(model, values);
    } finally {
      use.leave();
    }
  }

  /**
   * Goes on from a snapshot.
   *
   * @param snapshot of any session of the same model
   * @throws ComportaException if it is of another model
   */
  public void restore(Snapshot snapshot) {
    use.enter();
    try {
      requireOpen();
      if (snapshot.model != model) {
        throw new ComportaException(
            "[session.restore] expected a snapshot of this session's model but got one of another; take it from a session of the same StreamingModel");
      }
      stream.restore(snapshot.values);
    } finally {
      use.leave();
    }
  }

  /**
   * A second session that goes on from here.
   *
   * @return independent of this one
   */
  public Session fork() {
    Snapshot now = snapshot();
    Session copy = model.newSession();
    copy.restore(now);
    return copy;
  }

  /** Ends the session; it must not be used any more. */
  @Override
  public void close() {
    use.enter();
    closed = true;
    use.leave();
  }

  private void requireOpen() {
    if (closed) {
      throw new ComportaException(
          "[session] expected an open session but this one was closed; make another with newSession");
    }
  }
}
