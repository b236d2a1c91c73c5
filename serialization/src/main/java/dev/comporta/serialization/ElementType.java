package dev.comporta.serialization;

import org.apiguardian.api.API;

/** The types that an element of a stored tensor can have. Format 1 holds float32 and float64. */
@API(status = API.Status.EXPERIMENTAL)
public enum ElementType {
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary64; only for a checkpoint's rows of numbers. */
  F64(8),
  /** IEEE 754 binary16; reserved. */
  F16(2),
  /** The upper half of a binary32; reserved. */
  BF16(2),
  /** A signed byte; reserved. */
  I8(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * The size of one element.
   *
   * @return bytes
   */
  public int bytes() {
    return bytes;
  }
}
