package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Bfloat16;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * How ranks of a distributed run compress the arrays that they exchange. What a lossy method leaves
 * out is added to the next array of the same rank (error feedback: Seide et al. 2014), so that it
 * is delayed but not lost.
 *
 * @param method how values are written
 * @param share of the values that {@link Method#TOP} sends, in (0, 1]; 1 for the others
 */
@API(status = API.Status.EXPERIMENTAL)
public record Compression(Method method, double share) {
  /** A way to write float32 values. */
  public enum Method {
    /** All bits: 4 bytes for each value. */
    NONE,
    /** Rounded to bfloat16, to nearest even: 2 bytes for each value, 8 significant bits. */
    BF16,
    /**
     * Those of the largest magnitude with their indices, zero for the others (Aji and Heafield
     * 2017): 8 bytes for each value that is sent.
     */
    TOP
  }

  /** All bits are sent. */
  public static final Compression NONE = new Compression(Method.NONE, 1);

  /** Values are rounded to bfloat16. */
  public static final Compression BF16 = new Compression(Method.BF16, 1);

  private static final Pattern TOP = Pattern.compile("top-(\\d{1,3}(?:\\.\\d{1,6})?)%");
  private static final int LOW_BITS = 16;
  private static final int LOW = (1 << LOW_BITS) - 1;

  /**
   * Checks the share.
   *
   * @throws InvalidOptionException if it is out of range
   */
  public Compression {
    if (!(share > 0 && share <= 1)) {
      throw new InvalidOptionException(
          formatted(
              "[compression] expected a share above 0 and up to 1 of the values but got %s",
              share));
    }
  }

  /**
   * Only the values of the largest magnitude are sent.
   *
   * @param share of each slice, rounded up; 0.01 for one in a hundred
   * @return the compression
   * @throws InvalidOptionException if the share is not in (0, 1]
   */
  public static Compression top(double share) {
    return new Compression(Method.TOP, share);
  }

  /**
   * Reads a compression in words.
   *
   * @param text {@code none}, {@code bf16}, or {@code top-1%} for the largest hundredth
   * @return the compression
   * @throws InvalidOptionException if it is none of these
   */
  public static Compression of(String text) {
    Matcher top = TOP.matcher(text);
    if (top.matches()) {
      return top(Double.parseDouble(top.group(1)) / 100);
    }
    return switch (text) {
      case "none" -> NONE;
      case "bf16" -> BF16;
      default ->
          throw new InvalidOptionException(
              formatted(
                  "[compression] expected none, bf16 or, for the largest hundredth of the values, top-1%% but got '%s'",
                  text));
    };
  }

  /**
   * The bytes that a value costs on average, for slices of many values.
   *
   * @return 4, 2, or 8 times the share
   */
  public double bytesPerValue() {
    return switch (method) {
      case NONE -> Float.BYTES;
      case BF16 -> Short.BYTES;
      case TOP -> share * (Integer.BYTES + Float.BYTES);
    };
  }

  /** Whether something may be left out. */
  boolean isLossy() {
    return method != Method.NONE;
  }

  /** The bytes of a number of values. */
  int bytes(int count) {
    return switch (method) {
      case NONE -> Math.multiplyExact(Float.BYTES, count);
      case BF16 -> Math.multiplyExact(Short.BYTES, count);
      case TOP -> Math.multiplyExact(Integer.BYTES + Float.BYTES, kept(count));
    };
  }

  private int kept(int count) {
    return (int) Math.ceil(share * count);
  }

  /** Writes the values from one index up to another. */
  void encode(float[] values, int from, int to, ByteBuffer buffer) {
    switch (method) {
      case NONE -> {
        floats(buffer).put(values, from, to - from);
        buffer.position(buffer.position() + Float.BYTES * (to - from));
      }
      case BF16 -> {
        for (int i = from; i < to; i++) {
          buffer.putShort(Bfloat16.floatToBfloat16(values[i]));
        }
      }
      case TOP -> encodeTop(values, from, to, buffer);
    }
  }

  /** Reads what {@link #encode} wrote: the values from one index up to another. */
  void decode(ByteBuffer buffer, float[] values, int from, int to) {
    switch (method) {
      case NONE -> {
        floats(buffer).get(values, from, to - from);
        buffer.position(buffer.position() + Float.BYTES * (to - from));
      }
      case BF16 -> {
        for (int i = from; i < to; i++) {
          values[i] = Bfloat16.bfloat16ToFloat(buffer.getShort());
        }
      }
      case TOP -> {
        Arrays.fill(values, from, to, 0);
        for (int left = kept(to - from); left > 0; left--) {
          int index = buffer.getInt();
          if (index < 0 || index >= to - from) {
            throw new ComportaException(
                formatted(
                    "[train] expected an index below %d from another rank but got %d; are all executors of one version of Comporta?",
                    to - from, index));
          }
          values[from + index] = buffer.getFloat();
        }
      }
    }
  }

  private static FloatBuffer floats(ByteBuffer buffer) {
    return buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  /** Of equal magnitudes at the limit, the first ones are sent. */
  private void encodeTop(float[] values, int from, int to, ByteBuffer buffer) {
    int kept = kept(to - from);
    int least = magnitude(values, from, to, kept);
    int equal = kept;
    for (int i = from; i < to; i++) {
      equal -= magnitude(values[i]) > least ? 1 : 0;
    }
    for (int i = from; i < to; i++) {
      int magnitude = magnitude(values[i]);
      if (magnitude > least || (magnitude == least && equal-- > 0)) {
        buffer.putInt(i - from).putFloat(values[i]);
      }
    }
  }

  /** In the order of absolute values; that of a NaN is above all others. */
  private static int magnitude(float value) {
    return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
  }

  /** The magnitude of the rank-th largest value, by a radix selection in two passes. */
  private static int magnitude(float[] values, int from, int to, int rank) {
    if (rank == 0) {
      return Integer.MAX_VALUE;
    }
    int[] counts = new int[LOW + 1];
    for (int i = from; i < to; i++) {
      counts[magnitude(values[i]) >>> LOW_BITS]++;
    }
    int left = rank;
    int high = LOW;
    for (; counts[high] < left; high--) {
      left -= counts[high];
    }
    Arrays.fill(counts, 0);
    for (int i = from; i < to; i++) {
      int magnitude = magnitude(values[i]);
      if (magnitude >>> LOW_BITS == high) {
        counts[magnitude & LOW]++;
      }
    }
    int low = LOW;
    for (; counts[low] < left; low--) {
      left -= counts[low];
    }
    return high << LOW_BITS | low;
  }
}
