package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import org.jspecify.annotations.Nullable;

/** Counts the elements of a tensor that are NaN or infinite. */
final class NonFinite {
  private int index;
  private int count;
  private int first;
  private double value;

  /** Looks at the first elements of an array. */
  void see(float[] elements, int length) {
    for (int i = 0; i < length; i++) {
      see(elements[i]);
    }
  }

  /** Looks at one element. */
  void see(double element) {
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
    return describe(tensor.name(), tensor.values(), 0, tensor.shape().count());
  }

  /** What is wrong with a tensor in a part of an array, or null. */
  static @Nullable String describe(String name, float[] values, int from, int count) {
    NonFinite seen = new NonFinite();
    for (int i = from; i < from + count; i++) {
      seen.see(values[i]);
    }
    return seen.count == 0
        ? null
        : formatted(
            "tensor %s has %d of %d values that are not finite, the first is %s at index %d",
            Text.quoted(name), seen.count, count, seen.value, seen.first);
  }
}
