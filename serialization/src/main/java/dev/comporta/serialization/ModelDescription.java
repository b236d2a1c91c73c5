package dev.comporta.serialization;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The content of a model file or checkpoint, without the values of its tensors.
 *
 * @param kind {@code model} or {@code checkpoint}
 * @param format the version of the format
 * @param fileLength the length of the file in bytes
 * @param spec the specification of the model
 * @param tensors the parameters
 * @param vocabularies the vocabularies
 * @param provenance the origin of the model
 * @param metrics the metrics by name
 * @param progress the progress of a checkpoint; null for a model
 * @param trainingTensors the training state of a checkpoint, float64 arrays last; empty for a model
 */
@API(status = API.Status.EXPERIMENTAL)
public record ModelDescription(
    String kind,
    int format,
    long fileLength,
    Spec spec,
    List<StoredTensor> tensors,
    List<Vocabulary> vocabularies,
    Provenance provenance,
    Map<String, Double> metrics,
    @Nullable Spec progress,
    List<StoredTensor> trainingTensors) {
  /**
   * One stored tensor.
   *
   * @param name its name
   * @param shape its shape
   * @param type how its elements are stored
   * @param channelAxis the axis of the output channels, which have a scale each; -1 unless the type
   *     is {@link ElementType#I8}
   * @param sha256 the SHA-256 of its little-endian bytes, 64 lower-case hexadecimal digits
   * @param nonFinite how many of its elements are NaN or infinite
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record StoredTensor(
      String name, Shape shape, ElementType type, int channelAxis, String sha256, int nonFinite) {
    StoredTensor withNonFinite(int count) {
      return new StoredTensor(name, shape, type, channelAxis, sha256, count);
    }

    /**
     * The size of the tensor in the file.
     *
     * @return its bytes, those of scales included
     */
    public long byteLength() {
      return headBytes() + (long) count() * type.bytes();
    }

    /** The bytes of the scales before the elements. */
    long headBytes() {
      return type == ElementType.I8 ? ByteElements.headBytes(shape, channelAxis) : 0;
    }

    /**
     * The number of elements.
     *
     * @return the product of the shape
     */
    public int count() {
      return shape.count();
    }
  }

  /**
   * The parameters that cannot be computed with.
   *
   * @return those with an element that is NaN or infinite
   */
  public List<StoredTensor> broken() {
    return tensors.stream().filter(tensor -> tensor.nonFinite() > 0).toList();
  }

  /**
   * The number of elements of all parameters.
   *
   * @return the sum of their counts
   */
  public long parameterCount() {
    return tensors.stream().mapToLong(StoredTensor::count).sum();
  }
}
