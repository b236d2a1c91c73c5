package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.plan.stream.StreamGroup;
import dev.comporta.tensor.Exclusive;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Streams that are stepped together as the rows of one product, each with the same bits as alone. A
 * group has a fixed number of rows. Streams {@link #join} and {@link #leave} it while it runs; a
 * row that is not joined costs its memory but no time, is neither read from the inputs nor written
 * to the outputs, and never changes the results of others.
 *
 * <p>For one thread at a time, whichever rows they use: a second one that calls while the first is
 * at work is refused. Different threads may use the group one after the other. A step allocates
 * nothing.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SessionGroup {
  private static final int NONE = -1;

  private final StreamingModel model;
  private final StreamGroup group;
  private final int streams;

  /** The inputs and outputs of the joined rows without gaps; empty until there is a gap. */
  private float[] inputsWithoutGaps = new float[0];

  private float[] outputsWithoutGaps = inputsWithoutGaps;

  /** For each row, its stream among those that are stepped, or {@link #NONE}. */
  private final int[] streamOf;

  /** For each stream that is stepped, its row. */
  private final int[] rowOf;

  private int joined;

  /** The number of joined rows whose stream has another number. */
  private int moved;

  private final Exclusive use = new Exclusive("group", "give each thread a group of its own");

  SessionGroup(StreamingModel model, StreamGroup group, int streams, int joined) {
    this.model = model;
    this.group = group;
    this.streams = streams;
    this.streamOf = new int[streams];
    this.rowOf = new int[streams];
    Arrays.fill(streamOf, NONE);
    for (int row = 0; row < joined; row++) {
      place(row, row);
    }
    this.joined = joined;
    if (model.vocabulary() > 0) {
      inputsWithoutGaps = new float[streams * model.inputSize()];
    }
  }

  /**
   * Runs one timestep of every joined row on features.
   *
   * @param inputs {@code [streams, inputSize]}, of which the joined rows are read
   * @param outputs receives {@code [streams, outputSize]}, of which the joined rows are written
   * @throws dev.comporta.api.ComportaException if an array is too small
   */
  public void step(float[] inputs, float[] outputs) {
    use.enter();
    try {
      int size = model.inputSize();
      Ranges.require("group.step", "inputs", (long) streams * size, inputs, 0);
      requireOutputs(outputs);
      if (moved == 0) {
        group.step(joined, inputs, outputs);
        return;
      }
      for (int i = 0; i < joined; i++) {
        System.arraycopy(inputs, rowOf[i] * size, inputsWithoutGaps, i * size, size);
      }
      stepWithoutGaps(outputs);
    } finally {
      use.leave();
    }
  }

  /**
   * Runs one timestep of every joined row on ids, for a model whose first layer is an embedding.
   *
   * @param ids one id per stream, of which those of the joined rows are read
   * @param outputs receives {@code [streams, outputSize]}, of which the joined rows are written
   * @throws dev.comporta.api.ComportaException if an id is out of range
   */
  public void step(int[] ids, float[] outputs) {
    use.enter();
    try {
      Ranges.require("group.step", "ids", streams, ids);
      requireOutputs(outputs);
      int size = model.inputSize();
      for (int i = 0; i < joined; i++) {
        System.arraycopy(
            model.table(), model.row(ids[rowOf[i]]), inputsWithoutGaps, i * size, size);
      }
      if (moved == 0) {
        group.step(joined, inputsWithoutGaps, outputs);
      } else {
        stepWithoutGaps(outputs);
      }
    } finally {
      use.leave();
    }
  }

  private void requireOutputs(float[] outputs) {
    Ranges.require("group.step", "outputs", (long) streams * model.outputSize(), outputs, 0);
  }

  private void stepWithoutGaps(float[] outputs) {
    int size = model.outputSize();
    group.step(joined, inputsWithoutGaps, outputsWithoutGaps);
    for (int i = 0; i < joined; i++) {
      System.arraycopy(outputsWithoutGaps, i * size, outputs, rowOf[i] * size, size);
    }
  }

  /** Resets all joined rows to the state before the first timestep. */
  public void reset() {
    use.enter();
    try {
      for (int i = 0; i < joined; i++) {
        group.reset(i);
      }
    } finally {
      use.leave();
    }
  }

  /**
   * Resets a joined row to the state before the first timestep.
   *
   * @param row the row
   * @throws ComportaException if it is not joined
   */
  public void reset(int row) {
    use.enter();
    try {
      group.reset(stream("group.reset", row));
    } finally {
      use.leave();
    }
  }

  /**
   * Adds a stream in its initial state. The row is the stream's until it leaves: other streams that
   * join or leave do not change it.
   *
   * @return its row: the lowest that is free
   * @throws ComportaException if all rows are joined
   */
  public int join() {
    use.enter();
    try {
      int row = 0;
      while (row < streams && streamOf[row] != NONE) {
        row++;
      }
      if (row == streams) {
        throw new ComportaException(
            formatted(
                "[group.join] expected a free row but all %d are joined; let one leave or open another group",
                streams));
      }
      group.reset(joined);
      place(row, joined);
      joined++;
      makeRoom();
      return row;
    } finally {
      use.leave();
    }
  }

  /**
   * Removes a stream. Its state is lost unless it was {@linkplain #save saved}, and its row is free
   * for another.
   *
   * @param row the row
   * @throws ComportaException if it is not joined
   */
  public void leave(int row) {
    use.enter();
    try {
      int gap = stream("group.leave", row);
      moved -= gap == row ? 0 : 1;
      streamOf[row] = NONE;
      joined--;
      if (gap < joined) {
        int last = rowOf[joined];
        moved -= last == joined ? 0 : 1;
        group.copy(joined, gap);
        place(last, gap);
        makeRoom();
      }
    } finally {
      use.leave();
    }
  }

  /**
   * The current state of a joined row as bytes that outlive the process; see {@link Session#save}.
   *
   * @param row the row
   * @return bytes that {@link #load} and {@link Session#load} restore
   * @throws ComportaException if the row is not joined
   */
  public byte[] save(int row) {
    use.enter();
    try {
      return model.saved().write(group.save(stream("group.save", row)));
    } finally {
      use.leave();
    }
  }

  /**
   * Restores what {@link #save} or {@link Session#save} returned in a joined row; see {@link
   * Session#load}. If the bytes are refused, the row keeps its state.
   *
   * @param row the row
   * @param bytes the saved state
   * @throws ComportaException if the row is not joined or the bytes are refused
   */
  public void load(int row, byte[] bytes) {
    use.enter();
    try {
      int stream = stream("group.load", row);
      group.restore(stream, model.saved().read("group.load", bytes));
    } finally {
      use.leave();
    }
  }

  /**
   * Whether a stream has the row.
   *
   * @param row the row
   * @return false if it is free, or no row of this group
   */
  public boolean isJoined(int row) {
    use.enter();
    try {
      return row >= 0 && row < streams && streamOf[row] != NONE;
    } finally {
      use.leave();
    }
  }

  /**
   * The number of rows.
   *
   * @return 1 or more
   */
  public int streams() {
    return streams;
  }

  private int stream(String operation, int row) {
    if (row < 0 || row >= streams) {
      throw new ComportaException(
          formatted(
              "[%s] expected a row between 0 and %d but got %d", operation, streams - 1, row));
    }
    if (streamOf[row] == NONE) {
      throw new ComportaException(
          formatted("[%s] expected a joined row but row %d is free; join first", operation, row));
    }
    return streamOf[row];
  }

  private void place(int row, int stream) {
    streamOf[row] = stream;
    rowOf[stream] = row;
    moved += row == stream ? 0 : 1;
  }

  /** Makes room to close gaps, so that a step allocates nothing. */
  private void makeRoom() {
    if (moved > 0 && outputsWithoutGaps.length == 0) {
      inputsWithoutGaps = new float[streams * model.inputSize()];
      outputsWithoutGaps = new float[streams * model.outputSize()];
    }
  }
}
