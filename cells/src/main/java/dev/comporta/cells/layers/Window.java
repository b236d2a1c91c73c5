package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Sliding windows over the timesteps of each row: tap k of window t reads timestep {@code t *
 * stride + k * dilation - before}, or zero outside the row.
 *
 * @param width the number of taps per window
 * @param stride the timesteps between windows
 * @param dilation the timesteps between taps
 * @param before the number of zeros before the first timestep of a row
 * @param after the number of zeros after its last timestep
 */
@API(status = API.Status.EXPERIMENTAL)
public record Window(int width, int stride, int dilation, int before, int after) {
  /** The most timesteps from the first tap of a window to its last, and the most zeros around. */
  private static final int LONGEST = 1 << 16;

  /**
   * Reads {@code width}, {@code stride}, {@code dilation}, {@code padding} and {@code pad}.
   *
   * @param options the layer's options
   * @param taps the name of the option for the width
   * @param suffix ends the names of the others
   * @param inputSize the features of a timestep
   * @return the windows
   * @throws InvalidOptionException if an option is out of range, two options contradict each other,
   *     or a window, or the past that it reads, has more values than a layer may have features
   */
  static Window read(OptionReader options, String taps, String suffix, int inputSize) {
    int width = options.size(taps, 1);
    int stride = options.size("stride" + suffix, 1, 1);
    int dilation = options.size("dilation" + suffix, 1, 1);
    String padding = options.choice("padding" + suffix, "same", List.of("same", "causal", "none"));
    int pad = options.whole("pad" + suffix, 0, LONGEST, -1);
    long span = (width - 1L) * dilation;
    String given = formatted("%s %d with dilation%s %d", taps, width, suffix, dilation);
    if (span > LONGEST) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected a window of at most %d timesteps but %s spans %d",
              options.name(), LONGEST + 1, given, span + 1));
    }
    long values = Math.max(width, span) * inputSize; // 2^16 times 2^24
    if (values > OptionReader.LARGEST_SIZE) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected a window of at most %d values but %s over %d features spans %d",
              options.name(), OptionReader.LARGEST_SIZE, given, inputSize, values));
    }
    int reach = (int) span;
    if (pad >= 0) {
      return new Window(width, stride, dilation, pad, pad);
    }
    return switch (padding) {
      case "causal" -> {
        if (stride != 1) {
          throw new InvalidOptionException(
              formatted(
                  "[%s] option 'padding%s' expected 'same' or 'none' with a stride of %d but got 'causal', which carries its past from chunk to chunk and therefore needs a stride of 1",
                  options.name(), suffix, stride));
        }
        yield new Window(width, 1, dilation, reach, 0);
      }
      case "none" -> new Window(width, stride, dilation, 0, 0);
      default -> new Window(width, stride, dilation, reach / 2, reach - reach / 2);
    };
  }

  /** Whether all zeros are before a row, so that no window reads a later timestep. */
  boolean isCausal() {
    return before > 0 && after == 0;
  }

  /**
   * The number of windows of a row: as many as fit into its timesteps and the zeros around them.
   *
   * @param length the timesteps of the row
   * @return the number of windows; 0 for a row without timesteps
   */
  public int count(int length) {
    long room = (long) length + before + after - (width - 1L) * dilation - 1;
    return length == 0 || room < 0 ? 0 : (int) (room / stride) + 1;
  }

  /** The number of windows of every row. */
  int[] counts(int[] lengths) {
    int[] counts = new int[lengths.length];
    for (int b = 0; b < lengths.length; b++) {
      counts[b] = count(lengths[b]);
    }
    return counts;
  }
}
