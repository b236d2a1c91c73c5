package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Counts the elements of a tensor that are NaN or infinite. */
final class NonFinite {
  private final int width;
  private int index;
  private int count;
  private int first;
  private double value;

  /** A counter of elements of so many bytes, 4 or 8. */
  NonFinite(ElementType type) {
    this.width = type.bytes();
  }

  /** Looks at the elements of a chunk; the next element's number is given and returned. */
  int decode(int at, ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      see(width == Float.BYTES ? buffer.getFloat() : buffer.getDouble());
    }
    return index;
  }

  private void see(double element) {
    if (!Double.isFinite(element)) {
      if (count == 0) {
        first = index;
        value = element;
      }
      count++;
    }
    index++;
  }

  int count() {
    return count;
  }

  /** What is wrong with a tensor in words, or null if all of its values are finite. */
  static @Nullable String describe(NamedTensor tensor) {
    NonFinite seen = new NonFinite(ElementType.F32);
    for (float element : tensor.values()) {
      seen.see(element);
    }
    return seen.count == 0
        ? null
        : formatted(
            "tensor %s has %d of %d values that are not finite, the first is %s at index %d",
            Text.quoted(tensor.name()), seen.count, tensor.shape().count(), seen.value, seen.first);
  }
}
