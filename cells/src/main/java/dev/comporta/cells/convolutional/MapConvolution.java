package dev.comporta.cells.convolutional;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.layers.Grid;
import java.util.function.Supplier;

/**
 * A convolution of the maps of one timestep that keeps their height and width: zeros surround them.
 *
 * @param grid the maps and the windows, one for each place
 * @param patches what each window reads
 */
record MapConvolution(Grid grid, Supplier<Ids> patches) {
  /**
   * A convolution.
   *
   * @param channels the number of maps
   * @param kernel the height and width of the kernel, odd
   */
  static MapConvolution of(int channels, int height, int width, int kernel) {
    Grid grid =
        new Grid(
            channels,
            new Grid.Axis(height, kernel, 1, 1, kernel / 2),
            new Grid.Axis(width, kernel, 1, 1, kernel / 2));
    return new MapConvolution(grid, grid.patchesOnFirstUse());
  }

  /** The rows of a kernel: the numbers that a window holds. */
  int window() {
    return grid.patch();
  }

  /**
   * Convolves maps.
   *
   * @param maps {@code [B, channels height width]}
   * @param kernel {@code [window, filters]}
   * @return {@code [filters, height width B]}
   */
  Tensor apply(Tensor maps, Tensor kernel) {
    int rows = maps.shape().size(0);
    Tensor table = maps.transpose().concat(0, maps.constant(Shape.of(1, rows), 0));
    Tensor written =
        table
            .gather(patches.get()) // [window, height width, B]
            .reshape(window(), grid.rows() * grid.columns() * rows);
    return kernel.apply(new Op.MatMul(true, false), written);
  }
}
