package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Tensor;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * A convolution of the maps of one timestep, as a step of a cell needs it.
 *
 * @param grid the maps and the windows, one for each place of the result
 * @param patches what each window reads, one window after the other
 */
@API(status = API.Status.EXPERIMENTAL)
public record MapConvolution(Grid grid, Supplier<Ids> patches) {
  /**
   * A convolution of whole maps.
   *
   * @param channels the number of maps
   * @param down the windows along the rows
   * @param across the windows along the columns
   * @return the convolution, whose windows are laid out when it is first applied
   */
  public static MapConvolution of(int channels, Grid.Axis down, Grid.Axis across) {
    Grid grid = new Grid(channels, down, across);
    return new MapConvolution(grid, grid.windowsOnFirstUse());
  }

  /**
   * Refuses convolutions that need more memory in a timestep than a row of maps is worth, before
   * they are laid out.
   *
   * @param cell the name of the cell, for the message
   * @param most the most numbers in all windows or gates of a timestep, per row
   * @param places the number of places of the result
   * @param channels the number of maps that are read
   * @param filters the number of maps of the cell's state, for each of which there are four gates
   * @param taps the number of places in a window of one map
   * @throws InvalidOptionException if there are more numbers
   */
  public static void requireBounded(
      String cell, int most, long places, int channels, int filters, long taps) {
    long window = Math.max(channels, filters) * taps;
    if (Math.max(window, 4L * filters) > most / places) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected at most %d numbers in the windows and in the gates of a timestep but %d channels and %d filters at %d places with a kernel of %d have more; use smaller maps, fewer filters or a smaller kernel",
              cell, most, channels, filters, places, taps));
    }
  }

  /**
   * The number of maps in some features.
   *
   * @param cell the name of the cell, for the message
   * @param what what has these features, for the message
   * @param features the number of features
   * @param height the rows of a map
   * @param width the columns of a map
   * @return 1 or more
   * @throws InvalidOptionException if the features are no whole maps
   */
  public static int maps(String cell, String what, int features, int height, int width) {
    long places = (long) height * width;
    if (features % places != 0) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected %s of whole maps of %d x %d but got %d features",
              cell, what, height, width, features));
    }
    return (int) (features / places);
  }

  /**
   * The rows of a kernel.
   *
   * @return the number of values that a window holds
   */
  public int window() {
    return grid.patch();
  }

  /**
   * The number of places of a map of the result.
   *
   * @return rows times columns
   */
  public int places() {
    return grid.rows() * grid.columns();
  }

  /**
   * Convolves maps.
   *
   * @param maps {@code [B, channels height width]}
   * @param kernel {@code [window, filters]}
   * @return {@code [B, places, filters]}
   */
  public Tensor apply(Tensor maps, Tensor kernel) {
    return maps.gatherColumns(patches.get()).rowsOf(places(), window()).matmul(kernel);
  }
}
