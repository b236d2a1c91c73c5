package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one long sequence of ids into B parallel streams, and the streams into chunks of T
 * timesteps. Row b of chunk k continues row b of chunk k - 1, so the state can be carried over.
 *
 * <p>With {@code k1 < k2} chunks overlap: there is an update every {@code k1} timesteps, whose
 * gradients flow back over {@code k2} timesteps; the chunk therefore starts before the timesteps
 * that contribute to its loss (Williams and Peng 1990). With {@code k1 = k2} chunks do not overlap.
 *
 * <p>Each id except the last is an input whose label is the next id. Every such pair contributes to
 * the loss of exactly one chunk. Stream lengths differ by at most one timestep, and the last chunk
 * may be shorter, with lengths if the streams differ.
 *
 * <p>With several parts, there are B streams for each, and a chunk has those of one part. Chunks
 * can be requested in any order, so a resumed run needs only a position. Not thread-safe: the
 * arrays of a chunk are reused for the next one.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class StreamBatcher implements ChunkSource {
  private final IdSequence ids;
  private final int batch;
  private final int parts;
  private final Windows windows;
  private final long[] starts; // of each stream
  private final long[] sizes; // of each stream
  private final int[] inputs; // of the longest chunk
  private final int[] labels;

  /**
   * Creates the streams.
   *
   * @param ids the whole sequence
   * @param batch B, the number of streams
   * @param timesteps T, the number of timesteps of a full chunk
   * @throws InvalidOptionException if a size is less than 1 or the sequence is shorter than a chunk
   *     or has fewer pairs than rows
   */
  public StreamBatcher(int[] ids, int batch, int timesteps) {
    this(IdSequence.of(ids), batch, timesteps);
  }

  /**
   * Creates the streams of a sequence that may be larger than RAM.
   *
   * @param ids the whole sequence
   * @param batch B, the number of streams
   * @param timesteps T, the number of timesteps of a full chunk
   * @throws InvalidOptionException if a size is less than 1 or the sequence is shorter than a chunk
   *     or has fewer pairs than rows
   */
  public StreamBatcher(IdSequence ids, int batch, int timesteps) {
    this(ids, batch, timesteps, timesteps);
  }

  /**
   * Creates the streams for truncated BPTT with overlapping chunks.
   *
   * @param ids the whole sequence
   * @param batch B, the number of streams
   * @param k1 the number of timesteps between updates
   * @param k2 the number of timesteps that gradients flow back, {@code k1} or more
   * @throws InvalidOptionException if a size is less than 1, {@code k1} is above {@code k2}, or the
   *     sequence is shorter than {@code k1} or has fewer pairs than rows
   */
  public StreamBatcher(IdSequence ids, int batch, int k1, int k2) {
    this(ids, batch, k1, k2, 1);
  }

  /**
   * Creates the streams of several parts, each of which is trained on as if it were a text of its
   * own: in parallel, or with a smaller batch than there are streams.
   *
   * @param ids the whole sequence
   * @param batch B, the number of streams of a part
   * @param k1 the number of timesteps between updates
   * @param k2 the number of timesteps that gradients flow back, {@code k1} or more
   * @param parts the number of parts, 1 or more
   * @throws InvalidOptionException as the other constructors, where a batch has the rows of all
   *     parts
   */
  public StreamBatcher(IdSequence ids, int batch, int k1, int k2, int parts) {
    if (batch < 1 || k1 < 1) {
      throw new InvalidOptionException(
          formatted(
              "[batches] expected a batch size and a chunk length of 1 or more but got %d and %d",
              batch, k1));
    }
    Windows.require(k1, k2);
    long pairs = ids.size() - 1;
    if (pairs < k1) {
      throw new InvalidOptionException(
          formatted(
              "[batches] expected more ids than a chunk of %d timesteps but the text has %d; use a longer text or a shorter chunk",
              k1, ids.size()));
    }
    long streams = (long) batch * Math.max(1, parts);
    if (parts < 1 || pairs < streams || streams > Integer.MAX_VALUE) {
      throw new InvalidOptionException(
          parts == 1
              ? formatted(
                  "[batches] expected more ids than a batch of %d rows but the text has %d; use a longer text or a smaller batch",
                  batch, ids.size())
              : formatted(
                  "[batches] expected 1 or more parts and more ids than their %d batches of %d rows but the text has %d; use a longer text, a smaller batch or fewer parts",
                  parts, batch, ids.size()));
    }
    this.ids = ids;
    this.batch = batch;
    this.parts = parts;
    this.starts = new long[(int) streams];
    this.sizes = new long[(int) streams];
    long start = 0;
    for (int row = 0; row < streams; row++) {
      starts[row] = start;
      sizes[row] = pairs / streams + (row < pairs % streams ? 1 : 0);
      start += sizes[row];
    }
    long longest = sizes[0]; // the first stream is the longest
    this.windows = new Windows((int) Math.min(k1, longest), (int) Math.min(k2, longest), longest);
    this.inputs = new int[windows.k2() * batch];
    this.labels = new int[windows.k2() * batch];
  }

  @Override
  public int rows() {
    return batch;
  }

  /**
   * The number of pairs of input and label per epoch.
   *
   * @return one less than the number of ids
   */
  public long pairs() {
    return ids.size() - 1;
  }

  @Override
  public int chunks() {
    return Math.multiplyExact(windows.count(), parts);
  }

  @Override
  public int parts() {
    return parts;
  }

  /**
   * One chunk.
   *
   * @param index from 0 to {@link #chunks} - 1
   * @return the chunk; its arrays are valid until the next call
   */
  public Chunk chunk(int index) {
    int window = index / parts;
    return chunk(index % parts, windows.start(window), windows.end(window));
  }

  private Chunk chunk(int part, long from, long to) {
    int steps = (int) (to - from);
    int[] lengths = null;
    Arrays.fill(labels, -1);
    for (int row = 0; row < batch; row++) {
      int stream = part * batch + row;
      int length = (int) Math.min(steps, sizes[stream] - from);
      long first = starts[stream] + from;
      int next = length > 0 ? ids.get(first) : 0;
      for (int t = 0; t < length; t++) {
        inputs[t * batch + row] = next;
        next = ids.get(first + t + 1);
        labels[t * batch + row] = next;
      }
      for (int t = length; t < steps; t++) {
        inputs[t * batch + row] = 0;
      }
      if (length < steps) {
        lengths = lengths == null ? filled(steps) : lengths;
        lengths[row] = length;
      }
    }
    return new Chunk(new Ids(steps, batch, inputs), new Ids(steps, batch, labels), lengths);
  }

  /** The same chunk in every epoch. */
  @Override
  public Batch batch(int epoch, int index) {
    Chunk chunk = chunk(index);
    return Batch.ofIds(chunk.inputs(), chunk.lengths())
        .labels(chunk.labels())
        .context(windows.context(index / parts));
  }

  @Override
  public @Nullable Batch advance(int epoch, int index) {
    int window = index / parts;
    if (!windows.overlapsNext(window)) {
      return null;
    }
    Chunk chunk = chunk(index % parts, windows.start(window), windows.start(window + 1));
    return Batch.ofIds(chunk.inputs(), chunk.lengths());
  }

  @Override
  public boolean continues(int index) {
    return index >= parts;
  }

  private int[] filled(int steps) {
    int[] lengths = new int[batch];
    Arrays.fill(lengths, steps);
    return lengths;
  }

  /**
   * One chunk of all streams.
   *
   * @param inputs {@code [T, B]}
   * @param labels {@code [T, B]}, the id after each input; -1 at padding
   * @param lengths the length of each row, or null if all rows are full
   */
  @SuppressWarnings("ArrayRecordComponent") // created for each chunk that needs it
  public record Chunk(Ids inputs, Ids labels, int @Nullable [] lengths) {}
}
