package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sum of an array over all ranks. Each rank adds one slice, in the order of ranks ({@link
 * TreeSum}), and sends the sum to all others (reduce-scatter and all-gather), so that a rank sends
 * at most twice the bytes of the array, however many ranks there are.
 *
 * <p>If arrays are compressed, both are: with the array {@code g_r} of rank r, what it left out
 * before {@code e_r}, and the compression C,
 *
 * <pre>
 *   x_r = g_r + e_r
 *   S   = sum over r of C(x_r)      in the slice of rank s; x_s itself is not sent, and added as it is
 *   e_r = x_r - C(x_r)              in the slices of the others
 *   e_s = S - C(S)                  in its own slice
 * </pre>
 *
 * <p>and the result is C(S): error feedback in both directions (DoubleSqueeze, Tang et al. 2019,
 * algorithm 1, with a server for each slice). Nothing is lost: all results so far and the sum of
 * all e are the sum of all arrays, up to rounding.
 */
final class RankSum {
  /** The name in a checkpoint of what this rank left out. */
  static final String NAME = "left-out";

  private final Exchange exchange;
  private final Compression compression;
  private final int length;
  private final float[] left; // empty if nothing is left out
  private double norm;

  RankSum(Distribution distribution, int length) {
    this.exchange = distribution.exchange();
    this.compression = distribution.compression();
    this.length = length;
    this.left = new float[compression.isLossy() ? length : 0];
  }

  /** What is added to the next array, or null if nothing is left out. */
  float @Nullable [] left() {
    return compression.isLossy() ? left : null;
  }

  void save(Map<String, float[]> weights) {
    if (compression.isLossy()) {
      weights.put(NAME, left.clone());
    }
  }

  /** Restores a state that was checked. */
  void restore(TrainingState state) {
    if (compression.isLossy()) {
      FloatArrays.restore("what compression left out", left, state.weights().get(NAME));
    }
  }

  /** What happened in the sum before, as an event. */
  TrainingEvent.Exchanged event(long step) {
    return new TrainingEvent.Exchanged(step, norm, norm(left));
  }

  /**
   * Replaces arrays by their sums over all ranks.
   *
   * @param values of the length of this sum
   * @param numbers as many on all ranks; never compressed
   */
  void sum(float[] values, double[] numbers) {
    for (int i = 0; i < left.length; i++) {
      values[i] += left[i];
    }
    norm = norm(values);
    int rank = exchange.rank();
    List<byte[]> slices = new ArrayList<>();
    for (int to = 0; to < exchange.ranks(); to++) {
      slices.add(slice(values, to, to == rank ? Compression.NONE : compression, numbers));
    }
    add(exchange.allToAll(slices), values, numbers);
    List<byte[]> sums = exchange.allGather(slice(values, rank, compression));
    for (int from = 0; from < sums.size(); from++) {
      ByteBuffer sum = received(sums.get(from), compression.bytes(from(from + 1) - from(from)));
      compression.decode(sum, values, from(from), from(from + 1));
    }
  }

  /** The slice of a rank as bytes, after some numbers; what they leave out is kept. */
  private byte[] slice(float[] values, int of, Compression by, double... numbers) {
    int from = from(of);
    int to = from(of + 1);
    byte[] message = new byte[Double.BYTES * numbers.length + by.bytes(to - from)];
    ByteBuffer bytes = little(message);
    for (double number : numbers) {
      bytes.putDouble(number);
    }
    int head = bytes.position();
    by.encode(values, from, to, bytes);
    if (by.isLossy()) {
      by.decode(bytes.position(head), left, from, to);
      for (int i = from; i < to; i++) {
        left[i] = values[i] - left[i];
      }
    }
    return message;
  }

  /** Adds the slice of this rank, in the order of ranks. */
  private void add(List<byte[]> slices, float[] values, double[] numbers) {
    int from = from(exchange.rank());
    int count = from(exchange.rank() + 1) - from;
    TreeSum tree = new TreeSum(count, numbers.length);
    float[] slice = new float[count];
    double[] some = new double[numbers.length];
    for (int rank = 0; rank < slices.size(); rank++) {
      Compression by = rank == exchange.rank() ? Compression.NONE : compression;
      ByteBuffer bytes = received(slices.get(rank), Double.BYTES * some.length + by.bytes(count));
      for (int i = 0; i < some.length; i++) {
        some[i] = bytes.getDouble();
      }
      by.decode(bytes, slice, 0, count);
      tree.add(1, slice, some);
    }
    tree.finish(slice, numbers);
    System.arraycopy(slice, 0, values, from, count);
  }

  /** Where the slice of a rank begins. */
  private int from(int rank) {
    return (int) ((long) length * rank / exchange.ranks());
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer received(byte[] bytes, int expected) {
    if (expected != bytes.length) {
      throw new ComportaException(
          formatted(
              "[train] expected %d bytes from another rank but got %d; are all executors of one version of Comporta?",
              expected, bytes.length));
    }
    return little(bytes);
  }

  private static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
