package dev.comporta.cells.convolutional;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.layers.Grid;
import java.util.function.Supplier;

/**
 * A convolution of the maps of one timestep that keeps their height and width: zeros surround them.
 *
 * @param grid the maps and the windows, one for each place
 * @param patches what each window reads, one window after the other
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
    return new MapConvolution(grid, grid.windowsOnFirstUse());
  }

  /** The rows of a kernel: the numbers that a window holds. */
  int window() {
    return grid.patch();
  }

  /** The number of places of a map. */
  int places() {
    return grid.rows() * grid.columns();
  }

  /**
   * Convolves maps.
   *
   * @param maps {@code [B, channels height width]}
   * @param kernel {@code [window, filters]}
   * @return {@code [B, height width, filters]}
   */
  Tensor apply(Tensor maps, Tensor kernel) {
    return maps.gatherColumns(patches.get()).rowsOf(places(), window()).matmul(kernel);
  }
}
