package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Ids;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * Sliding windows over the image that forms the features of a timestep, channel by channel and row
 * by row: feature {@code (c * height + i) * width + j} is channel c, row i and column j.
 *
 * @param channels C
 * @param down the windows along the rows
 * @param across the windows along the columns
 */
@API(status = API.Status.EXPERIMENTAL)
public record Grid(int channels, Axis down, Axis across) {
  /** The most zeros on either side of a picture. */
  private static final int MOST_PAD = 1024;

  /** The most values in all windows of a picture together, each counted once for each window. */
  private static final long MOST_VALUES = 1L << 25;

  /**
   * Windows along one axis of an image: tap k of window w reads {@code w * stride + k * dilation -
   * before}, or zero outside the image.
   *
   * @param size the number of rows or columns of the image
   * @param kernel the number of taps per window
   * @param stride the distance between windows
   * @param dilation the distance between taps
   * @param before the number of zeros before the image
   * @param after the number of zeros behind the image
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Axis(int size, int kernel, int stride, int dilation, int before, int after) {
    /**
     * Windows over an image with the same number of zeros on either side.
     *
     * @param size the number of rows or columns of the image
     * @param kernel the number of taps per window
     * @param stride the distance between windows
     * @param dilation the distance between taps
     * @param pad the number of zeros on either side of the image
     */
    public Axis(int size, int kernel, int stride, int dilation, int pad) {
      this(size, kernel, stride, dilation, pad, pad);
    }

    /**
     * A window at every {@code stride}-th place of the image, with as many zeros around it as they
     * need; if that number is odd, one more behind it. TensorFlow calls this padding {@code same}.
     *
     * @param size the number of rows or columns of the image
     * @param kernel the number of taps per window
     * @param stride the distance between windows
     * @param dilation the distance between taps
     * @return as many windows as {@code size / stride}, rounded up
     */
    public static Axis same(int size, int kernel, int stride, int dilation) {
      long windows = (size + (long) stride - 1) / stride;
      long span = (kernel - 1L) * dilation + 1;
      int zeros = Math.toIntExact(Math.max((windows - 1) * stride + span - size, 0));
      return new Axis(size, kernel, stride, dilation, zeros / 2, zeros - zeros / 2);
    }

    /** The span of a window. */
    private long span() {
      return (kernel - 1L) * dilation + 1;
    }

    private long padded() {
      return (long) size + before + after;
    }

    /**
     * Whether there is a window.
     *
     * @return false if a window spans more than the image with its zeros
     */
    public boolean fits() {
      return span() <= padded();
    }

    /**
     * The number of windows.
     *
     * @return 1 or more
     */
    public int windows() {
      return Math.toIntExact((padded() - span()) / stride + 1);
    }

    /** The index that a tap of a window reads, or -1 outside the image. */
    private int place(int window, int tap) {
      long at = (long) window * stride + (long) tap * dilation - before;
      return at < size ? (int) Math.max(at, -1) : -1;
    }
  }

  /**
   * Reads {@code height}, {@code width}, {@code kernel}, {@code stride} and, for a convolution,
   * {@code dilation} and {@code pad}; each of the last four also per axis, such as {@code
   * kernel-height} and {@code kernel-width}.
   *
   * @param inputSize the number of features per timestep
   * @param options the layer's options
   * @param pools true for pooling: the stride defaults to the window size, and there is no padding
   * @return the windows
   * @throws InvalidOptionException if the features are no such picture, a window does not fit, or
   *     the windows hold too much
   */
  static Grid read(int inputSize, OptionReader options, boolean pools) {
    requireEffect(options, "kernel", "stride", "dilation", "pad");
    Axis down = axis("height", options, pools);
    Axis across = axis("width", options, pools);
    long pixels = (long) down.size * across.size;
    if (inputSize % pixels != 0) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected features that divide into channels of height %d x width %d = %d but the previous layer has %d",
              options.name(), down.size, across.size, pixels, inputSize));
    }
    if (!down.fits() || !across.fits()) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected a kernel that fits into height %d x width %d%s but got one that spans %d x %d",
              options.name(),
              down.size,
              across.size,
              down.before == 0 && across.before == 0
                  ? ""
                  : formatted(" with %d x %d zeros on either side", down.before, across.before),
              down.span(),
              across.span()));
    }
    Grid grid = new Grid((int) (inputSize / pixels), down, across);
    grid.requireBounded(options.name());
    return grid;
  }

  /**
   * The same windows over several images whose channels follow each other as those of one.
   *
   * @param layer what messages call it
   * @param images their number, whose features together are in the range of a layer's
   */
  Grid stacked(String layer, int images) {
    Grid grid = new Grid(channels * images, down, across);
    grid.requireBounded(layer);
    return grid;
  }

  /** Refuses windows that need more memory than a picture is worth, before they are laid out. */
  private void requireBounded(String layer) {
    long windows = (long) rows() * columns();
    long taps = (long) down.kernel * across.kernel; // each at most 2^24
    // each factor is bounded before it is multiplied, so that no product leaves the range
    if (windows > MOST_VALUES || taps > MOST_VALUES || channels * taps > MOST_VALUES / windows) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected windows that hold at most %d values together but %d channels of a kernel of %d x %d at %d x %d places hold more; use a smaller picture, kernel or pad, or a larger stride",
              layer, MOST_VALUES, channels, down.kernel, across.kernel, rows(), columns()));
    }
  }

  /** Refuses a result of more features than a layer may give. */
  void requireResult(String layer, int resultChannels) {
    long features = (long) rows() * columns() * resultChannels; // at most 2^25 times 2^24
    if (features > OptionReader.LARGEST_SIZE) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected a result of at most %d features but %d channels of %d x %d are %d; use fewer channels or a larger stride",
              layer, OptionReader.LARGEST_SIZE, resultChannels, rows(), columns(), features));
    }
  }

  /** Refuses an option for both axes where each axis has its own. */
  private static void requireEffect(OptionReader options, String... forBoth) {
    for (String option : forBoth) {
      if (options.given(option)
          && options.given(option + "-height")
          && options.given(option + "-width")) {
        throw new InvalidOptionException(
            "["
                + options.name()
                + "] expected either option '"
                + option
                + "' or one for each axis but got all three; leave out '"
                + option
                + "'");
      }
    }
  }

  private static Axis axis(String name, OptionReader options, boolean pools) {
    int size = options.size(name, 1);
    int both = options.size("kernel", 1, 0);
    int kernel =
        both == 0 ? options.size("kernel-" + name, 1) : options.size("kernel-" + name, 1, both);
    int stride = of(options, "stride", name, 1, pools ? kernel : 1);
    return pools
        ? new Axis(size, kernel, stride, 1, 0)
        : new Axis(size, kernel, stride, of(options, "dilation", name, 1, 1), pad(options, name));
  }

  private static int pad(OptionReader options, String axis) {
    int both = options.whole("pad", 0, MOST_PAD, 0);
    return options.whole("pad-" + axis, 0, MOST_PAD, both);
  }

  /** Reads an option for one axis, which defaults to the option for both axes. */
  private static int of(
      OptionReader options, String option, String axis, int least, int otherwise) {
    int both = options.size(option, least, otherwise);
    return options.size(option + "-" + axis, least, both);
  }

  /**
   * The number of features per timestep.
   *
   * @return channels times height times width
   */
  public int inputSize() {
    return channels * down.size * across.size;
  }

  /**
   * The number of windows along the rows.
   *
   * @return the rows of the result
   */
  public int rows() {
    return down.windows();
  }

  /**
   * The number of windows along the columns.
   *
   * @return the columns of the result
   */
  public int columns() {
    return across.windows();
  }

  /** The number of positions of a window in one channel. */
  int taps() {
    return down.kernel * across.kernel;
  }

  /**
   * The number of values in a window.
   *
   * @return channels times taps
   */
  public int patch() {
    return channels * taps();
  }

  /**
   * What each window reads, one window after the other, laid out when it is needed.
   *
   * @return {@code [windows, C kernelHeight kernelWidth]}: indices of features, or -1 for a place
   *     outside the image
   */
  public Supplier<Ids> windowsOnFirstUse() {
    return new OnFirstUse<>(() -> {
      int windows = rows() * columns();
      int[] features = new int[Math.multiplyExact(patch(), windows)];
      Arrays.setAll(features, i -> feature(i % patch(), i / patch()));
      return new Ids(windows, patch(), features);
    });
  }

  /**
   * The same position by position, {@code [C kernelHeight kernelWidth, windows]}, with the number
   * of features for a place outside the image.
   */
  Supplier<Ids> positionsOnFirstUse() {
    return new OnFirstUse<>(() -> {
      int windows = rows() * columns();
      int[] features = new int[Math.multiplyExact(patch(), windows)];
      Arrays.setAll(
          features,
          i -> {
            int feature = feature(i / windows, i % windows);
            return feature < 0 ? inputSize() : feature;
          });
      return new Ids(patch(), windows, features);
    });
  }

  /**
   * The order that turns the results of all windows, one window after the other, into maps, laid
   * out when it is needed.
   *
   * @param maps the number of maps
   * @return {@code [maps, windows]}: indices of {@code [windows, maps]}
   */
  public Supplier<Ids> mapsOnFirstUse(int maps) {
    return new OnFirstUse<>(() -> {
      int windows = rows() * columns();
      int[] order = new int[Math.multiplyExact(maps, windows)];
      Arrays.setAll(order, i -> i % windows * maps + i / windows);
      return new Ids(maps, windows, order);
    });
  }

  /**
   * For every position in a window (row, column), the feature index of each window of each channel:
   * {@code [taps, channels * windows]}.
   */
  Ids planes() {
    int windows = rows() * columns();
    int[] features = new int[Math.multiplyExact(taps(), channels * windows)];
    int at = 0;
    for (int k = 0; k < taps(); k++) {
      for (int c = 0; c < channels; c++) {
        for (int w = 0; w < windows; w++) {
          features[at++] = feature(c * taps() + k, w);
        }
      }
    }
    return new Ids(taps(), channels * windows, features);
  }

  /**
   * The feature that a position of a window (channel, row, column) reads, or -1 outside the image.
   */
  private int feature(int position, int window) {
    int tap = position % taps();
    int i = down.place(window / columns(), tap / across.kernel);
    int j = across.place(window % columns(), tap % across.kernel);
    return i < 0 || j < 0 ? -1 : (position / taps() * down.size + i) * across.size + j;
  }
}
