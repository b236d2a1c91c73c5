package dev.comporta.cells.layers;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Ids;
import org.apiguardian.api.API;

/**
 * Windows that slide over the picture that the features of a timestep are: channel by channel, row
 * by row, so that feature {@code (c * height + i) * width + j} is channel c at row i and column j.
 *
 * @param channels C
 * @param height rows of the picture
 * @param width columns of the picture
 * @param kernelHeight rows of a window
 * @param kernelWidth columns of a window
 * @param stride rows and columns from one window to the next
 * @param pad zeros around the picture on every side
 */
@API(status = API.Status.EXPERIMENTAL)
public record Grid(
    int channels, int height, int width, int kernelHeight, int kernelWidth, int stride, int pad) {
  /**
   * Reads {@code height}, {@code width}, {@code kernel} (or {@code kernel-height} and {@code
   * kernel-width}), {@code stride} and, if the layer pads, {@code pad}.
   *
   * @param inputSize the features of a timestep
   * @param options the layer's options
   * @param strideIsKernel whether windows stand side by side unless a stride is given
   * @param pads whether the layer has an option {@code pad}
   * @return the windows
   * @throws InvalidOptionException if the features are no such picture or a window does not fit
   */
  static Grid read(int inputSize, OptionReader options, boolean strideIsKernel, boolean pads) {
    int height = options.size("height", 1);
    int width = options.size("width", 1);
    int kernel = options.size("kernel", 1, 0);
    int kernelHeight =
        kernel == 0 ? options.size("kernel-height", 1) : options.size("kernel-height", 1, kernel);
    int kernelWidth =
        kernel == 0 ? options.size("kernel-width", 1) : options.size("kernel-width", 1, kernel);
    int stride = options.size("stride", 1, strideIsKernel ? kernelHeight : 1);
    int pad = pads ? options.size("pad", 0, 0) : 0;
    long pixels = (long) height * width;
    if (inputSize % pixels != 0) {
      throw new InvalidOptionException(
          "[%s] expected features that divide into channels of height %d x width %d = %d but the layer before gives %d"
              .formatted(options.name(), height, width, pixels, inputSize));
    }
    if (kernelHeight > height + 2L * pad || kernelWidth > width + 2L * pad) {
      throw new InvalidOptionException(
          "[%s] expected a kernel that fits into height %d x width %d%s but got %d x %d"
              .formatted(
                  options.name(),
                  height,
                  width,
                  pad == 0 ? "" : " with %d zeros around it".formatted(pad),
                  kernelHeight,
                  kernelWidth));
    }
    return new Grid(
        (int) (inputSize / pixels), height, width, kernelHeight, kernelWidth, stride, pad);
  }

  /**
   * The features of a timestep.
   *
   * @return channels times height times width
   */
  public int inputSize() {
    return channels * height * width;
  }

  /**
   * How many windows stand one below the other.
   *
   * @return rows of the result
   */
  public int rows() {
    return (height + 2 * pad - kernelHeight) / stride + 1;
  }

  /**
   * How many windows stand side by side.
   *
   * @return columns of the result
   */
  public int columns() {
    return (width + 2 * pad - kernelWidth) / stride + 1;
  }

  /** The values in a window, all channels together. */
  int patch() {
    return channels * kernelHeight * kernelWidth;
  }

  /**
   * For every place of a window (channel, row, column) the feature that each window has there, or
   * {@link #inputSize} for the zeros around the picture: {@code [patch, windows]}.
   */
  Ids patches() {
    int windows = rows() * columns();
    int[] features = new int[Math.multiplyExact(patch(), windows)];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int k = 0; k < kernelHeight * kernelWidth; k++) {
        for (int w = 0; w < windows; w++) {
          features[at++] = feature(c, k, w);
        }
      }
    }
    return new Ids(patch(), windows, features);
  }

  /**
   * For every place of a window (row, column) the feature that each window of each channel has
   * there: {@code [kernelHeight * kernelWidth, channels * windows]}.
   */
  Ids planes() {
    int windows = rows() * columns();
    int places = kernelHeight * kernelWidth;
    int[] features = new int[Math.multiplyExact(places, channels * windows)];
    int at = 0;
    for (int k = 0; k < places; k++) {
      for (int c = 0; c < channels; c++) {
        for (int w = 0; w < windows; w++) {
          features[at++] = feature(c, k, w);
        }
      }
    }
    return new Ids(places, channels * windows, features);
  }

  private int feature(int channel, int place, int window) {
    int i = window / columns() * stride + place / kernelWidth - pad;
    int j = window % columns() * stride + place % kernelWidth - pad;
    boolean inside = i >= 0 && i < height && j >= 0 && j < width;
    return inside ? (channel * height + i) * width + j : inputSize();
  }
}
