package dev.comporta.serialization;

import org.apiguardian.api.API;

/**
 * How a file stores the elements of a tensor. Whatever it is, a tensor that was read has float32
 * elements, except {@link #F64}, whose elements are double. Format 1 has float32 and float64 only.
 */
@API(status = API.Status.EXPERIMENTAL)
public enum ElementType {
  /** IEEE 754 binary32; keeps every bit. */
  F32("f32", 4),
  /** IEEE 754 binary64; only for the float64 arrays of a checkpoint. */
  F64("f64", 8),
  /** IEEE 754 binary16: 11 significant bits, values up to 65504. */
  F16("f16", 2),
  /** The upper half of a binary32: 8 significant bits and the range of float32. */
  BF16("bf16", 2),
  /** A signed byte, times the float32 scale of its output channel. */
  I8("int8", 1);

  private final String label;
  private final int bytes;

  ElementType(String label, int bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  /**
   * The name for people.
   *
   * @return such as {@code int8}
   */
  public String label() {
    return label;
  }

  /**
   * The size of one element.
   *
   * @return the number of bytes, without the scales of {@link #I8}
   */
  public int bytes() {
    return bytes;
  }
}
