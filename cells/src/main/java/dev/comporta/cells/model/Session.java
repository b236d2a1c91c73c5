package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.plan.stream.Stream;
import dev.comporta.tensor.Exclusive;
import org.apiguardian.api.API;

/**
 * One stream through a {@link StreamingModel}: the model's weights are shared, the state is the
 * session's. A session is for one thread at a time and refuses a second one that calls while the
 * first is at work; thousands of sessions may run on many threads.
 *
 * <p><b>Memory.</b> A session costs its state and about 200 bytes: 2.3 kB for two LSTM layers of
 * 128 units. Steps run in memory that the sessions of a model share, once for each step that is
 * under way at the same time. A step allocates nothing once it is compiled.
 *
 * <p><b>The first steps</b> are slow, and on the backend {@code simd} every vector is an object
 * until the JVM has compiled the kernels. For two LSTM layers of 16 units, whose steps take about 1
 * µs in the end, the first 1,000 steps take 0.1 to 1 ms and allocate 100 kB each, and it takes
 * 40,000 steps and more than 600 MB until nothing is allocated. {@link StreamingModel#warmUp}
 * prevents this: it takes two to three seconds, mostly asleep, and allocates less than 20 MB for
 * this model; then the first 1,000 steps take twice the final time on average or less, and allocate
 * nothing. It allocates more for larger models (130 MB for two GRU layers of 128 units) and on a
 * machine whose processors are busy. The ahead-of-time cache of JDK 25 does not help: it does not
 * archive modules if an incubator module is added, as the Vector API requires.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Session implements AutoCloseable {
  private final StreamingModel model;
  private final Stream stream;
  private final Exclusive use = new Exclusive("session", "give each thread a session of its own");
  private boolean closed;

  Session(StreamingModel model, Stream stream) {
    this.model = model;
    this.stream = stream;
  }

  /**
   * The state of a session at some timestep, which can be restored by any session of the same
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
   * Runs one timestep on features.
   *
   * @param input {@code [inputSize]}
   * @param output receives {@code [outputSize]}
   * @throws ComportaException if a size is wrong or the session is closed
   */
  public void step(float[] input, float[] output) {
    step(input, 0, output, 0);
  }

  /**
   * Runs one timestep on features.
   *
   * @param input contains {@code [inputSize]}
   * @param inputOffset where it starts
   * @param output receives {@code [outputSize]}
   * @param outputOffset where it starts
   * @throws ComportaException if an array is too small or the session is closed
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
   * Runs one timestep on an id, for a model whose first layer is an embedding.
   *
   * @param id 0 .. vocabulary-1
   * @param output receives {@code [outputSize]}
   * @throws ComportaException if the id is out of range or the session is closed
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
   * Runs many timesteps on features, with the same bits as successive calls of {@link #step}, but
   * faster, because the products of the inputs are computed for many timesteps at once.
   *
   * @param inputs {@code [timesteps, inputSize]}
   * @param timesteps the number of timesteps
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

  /** Resets the session to the state before the first timestep. */
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
   * The current state.
   *
   * @return a copy that later steps do not change
   */
  public Snapshot snapshot() {
    use.enter();
    try {
      requireOpen();
      return new Snapshot(model, stream.save());
    } finally {
      use.leave();
    }
  }

  /**
   * Restores a snapshot.
   *
   * @param snapshot the snapshot of any session of the same model
   * @throws ComportaException if it belongs to another model
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
   * The current state as bytes that outlive the process: {@link #load} restores them in any session
   * or {@linkplain SessionGroup#load row of a group} of the same model, which then continues with
   * the same bits, after a restart or on another machine. The bytes describe themselves (format
   * version, names and sizes of all states) and end with a checksum. They hold the state only, not
   * the weights: load them with the model that they were saved with.
   *
   * @return the bytes, some dozens more than four per number of the state
   * @throws ComportaException if the session is closed
   */
  public byte[] save() {
    use.enter();
    try {
      requireOpen();
      return model.saved().write(stream.save());
    } finally {
      use.leave();
    }
  }

  /**
   * Restores what {@link #save} returned. The bytes need not be trusted: all of them are checked
   * first, and if they are refused, the session keeps its state. Infinite numbers are restored as
   * they are; a state with a NaN is refused, since it would only produce more of them.
   *
   * @param bytes the saved state of a session, or of a row of a group
   * @throws ComportaException if they are not a state that a model with the same layers saved, or
   *     have been changed since, or contain a NaN, or if the session is closed
   */
  public void load(byte[] bytes) {
    use.enter();
    try {
      requireOpen();
      stream.restore(model.saved().read("session.load", bytes));
    } finally {
      use.leave();
    }
  }

  /**
   * Creates a second session that continues from the current state.
   *
   * @return an independent session
   */
  public Session fork() {
    Snapshot now = snapshot();
    Session copy = model.newSession();
    copy.restore(now);
    return copy;
  }

  /** Closes the session; it must no longer be used. */
  @Override
  public void close() {
    use.enter();
    closed = true;
    use.leave();
  }

  private void requireOpen() {
    if (closed) {
      throw new ComportaException(
          "[session] expected an open session but this one is closed; create another with newSession");
    }
  }
}
