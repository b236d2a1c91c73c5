package dev.comporta.cells.layers;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;

/** Images as a table of features, so that a window is a gather of table rows. */
final class Pictures {
  private Pictures() {}

  /**
   * {@code [T, B, F] -> [F, T B]}, or {@code [F + 1, T B]} with a last row for positions outside
   * the image.
   */
  static Tensor featuresFirst(Tensor x, boolean surrounded, float around) {
    Tensor table = x.transpose();
    int pictures = table.shape().columns();
    return surrounded ? table.concat(0, x.constant(Shape.of(1, pictures), around)) : table;
  }
}
