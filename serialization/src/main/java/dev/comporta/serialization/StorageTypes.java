package dev.comporta.serialization;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Chooses how the parameters of a model are stored. Rounding happens when the file is written;
 * everything that reads it computes with float32 again.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class StorageTypes {
  /** The last part of the name of an embedding's matrix, whose rows are its outputs. */
  private static final String TABLE = ".table";

  private StorageTypes() {}

  /**
   * The types that parameters can be stored as.
   *
   * @return all of them, from the most exact to the smallest
   */
  public static List<ElementType> ofParameters() {
    return List.of(ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.I8);
  }

  /**
   * The same model, to be stored as a type. These tensors stay float32: for {@link ElementType#I8}
   * those with fewer than two axes, such as biases, which are few and are added to everything; for
   * {@link ElementType#F16} and {@link ElementType#BF16} those with a value beyond the range of the
   * type.
   *
   * <p>The output channels of {@link ElementType#I8} are the last axis, because a row vector is
   * multiplied from the left; those of an embedding's {@code table} are its rows.
   *
   * @param file the model
   * @param type one of {@link #ofParameters}
   * @return the model with the same values
   * @throws IllegalArgumentException for {@link ElementType#F64}
   */
  public static ModelFile convert(ModelFile file, ElementType type) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (NamedTensor tensor : file.tensors()) {
      tensors.add(convert(tensor, type));
    }
    return new ModelFile(
        file.spec(), tensors, file.vocabularies(), file.provenance(), file.metrics());
  }

  private static NamedTensor convert(NamedTensor tensor, ElementType type) {
    return switch (type) {
      case F32, F64 -> tensor.storedAs(type);
      case F16, BF16 ->
          tensor.storedAs(
              HalfElements.firstBeyond(tensor.values(), type) < 0 ? type : ElementType.F32);
      case I8 -> {
        int rank = tensor.shape().rank();
        yield rank < 2
            ? tensor.storedAs(ElementType.F32)
            : tensor.storedAsBytes(tensor.name().endsWith(TABLE) ? 0 : rank - 1);
      }
    };
  }
}
