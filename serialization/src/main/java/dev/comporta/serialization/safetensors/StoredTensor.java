package dev.comporta.serialization.safetensors;

import dev.comporta.api.tensor.Shape;
import org.apiguardian.api.API;

/**
 * The type, shape and location of a tensor in a file.
 *
 * @param name its name
 * @param dtype the type of its elements
 * @param shape its shape, row-major
 * @param begin its first byte in the data section
 */
@API(status = API.Status.EXPERIMENTAL)
public record StoredTensor(String name, Dtype dtype, Shape shape, long begin) {
  /**
   * One past its last byte in the data section.
   *
   * @return begin plus its size in bytes
   */
  public long end() {
    return begin + (long) shape.count() * dtype.bytes();
  }
}
