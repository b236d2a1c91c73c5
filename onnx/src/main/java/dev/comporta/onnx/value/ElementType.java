package dev.comporta.onnx.value;

import dev.comporta.api.tensor.Bfloat16;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** The element types of tensors, with ONNX's numbers. */
@API(status = API.Status.EXPERIMENTAL)
public enum ElementType {
  /** 32-bit floating point. */
  FLOAT32(1, Storage.FLOATS, 4),
  /** Unsigned 8-bit integers. */
  UINT8(2, Storage.LONGS, 1),
  /** Signed 8-bit integers. */
  INT8(3, Storage.LONGS, 1),
  /** Unsigned 16-bit integers. */
  UINT16(4, Storage.LONGS, 2),
  /** Signed 16-bit integers. */
  INT16(5, Storage.LONGS, 2),
  /** Signed 32-bit integers. */
  INT32(6, Storage.LONGS, 4),
  /** Signed 64-bit integers. */
  INT64(7, Storage.LONGS, 8),
  /** Text. */
  STRING(8, Storage.STRINGS, 0),
  /** Truth values. */
  BOOL(9, Storage.LONGS, 1),
  /** IEEE 754 half precision. */
  FLOAT16(10, Storage.FLOATS, 2),
  /** 64-bit floating point. */
  FLOAT64(11, Storage.DOUBLES, 8),
  /** Unsigned 32-bit integers. */
  UINT32(12, Storage.LONGS, 4),
  /** Unsigned 64-bit integers. */
  UINT64(13, Storage.LONGS, 8),
  /** The upper half of float32. */
  BFLOAT16(16, Storage.FLOATS, 2);

  /** How the elements of a type are held in memory. */
  public enum Storage {
    /** {@code float[]}. */
    FLOATS,
    /** {@code double[]}. */
    DOUBLES,
    /** {@code long[]}, for all integers and truth values. */
    LONGS,
    /** {@code String[]}. */
    STRINGS
  }

  private final int number;
  private final Storage storage;
  private final int bytes;

  ElementType(int number, Storage storage, int bytes) {
    this.number = number;
    this.storage = storage;
    this.bytes = bytes;
  }

  /**
   * ONNX's number of this type.
   *
   * @return the value of {@code data_type}
   */
  public int number() {
    return number;
  }

  /**
   * How elements are held in memory.
   *
   * @return the kind of array
   */
  public Storage storage() {
    return storage;
  }

  /**
   * The size of an element in {@code raw_data}.
   *
   * @return bytes; 0 for text
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether this is one of the four floating-point types.
   *
   * @return true for float16, bfloat16, float32 and float64
   */
  public boolean isFloating() {
    return storage == Storage.FLOATS || storage == Storage.DOUBLES;
  }

  /**
   * Whether values must be rounded after arithmetic on floats.
   *
   * @return true for float16 and bfloat16
   */
  public boolean isHalf() {
    return this == FLOAT16 || this == BFLOAT16;
  }

  /**
   * An integer as this type holds it: the lowest bits, extended; 0 or 1 for truth values.
   *
   * @param value any number
   * @return the number in the type's range
   */
  public long wrap(long value) {
    return switch (this) {
      case UINT8 -> value & 0xff;
      case INT8 -> (byte) value;
      case UINT16 -> value & 0xffff;
      case INT16 -> (short) value;
      case INT32 -> (int) value;
      case UINT32 -> value & 0xffffffffL;
      case BOOL -> value != 0 ? 1 : 0;
      default -> value;
    };
  }

  /**
   * A float as this type holds it.
   *
   * @param value any number
   * @return the nearest number of the type
   */
  public float round(float value) {
    return switch (this) {
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BFLOAT16 -> Bfloat16.bfloat16ToFloat(Bfloat16.floatToBfloat16(value));
      default -> value;
    };
  }

  /**
   * The type with one of ONNX's numbers.
   *
   * @param number the value of {@code data_type}
   * @return the type, or null if it is not supported
   */
  public static @Nullable ElementType of(int number) {
    for (ElementType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return null;
  }

  /**
   * The name that people know.
   *
   * @return for example {@code float32}
   */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
