package dev.comporta.serialization;

import org.apiguardian.api.API;

/** The element types of stored tensors. Format 1 uses float32 and float64. */
@API(status = API.Status.EXPERIMENTAL)
public enum ElementType {
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary64; only for the float64 arrays of a checkpoint. */
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
   * @return the number of bytes
   */
  public int bytes() {
    return bytes;
  }
}
