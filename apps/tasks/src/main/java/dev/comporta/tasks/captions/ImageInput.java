package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.inference.Captioner;
import java.nio.file.Path;

/** How a model reads the files of pictures or clips. */
sealed interface ImageInput permits ImageInput.Pixels, FeatureGraph {
  /** The frames of each clip; 1 for pictures. */
  int frames();

  /** Whether a picture may have any shape. */
  boolean padded();

  /** The bytes that the numbers of an image take in memory. */
  long bytes();

  /** What determines these bytes, for messages that refuse too many images. */
  String size();

  /** The hash of what computes the numbers from the intensities; empty if these are the numbers. */
  default String sha256() {
    return "";
  }

  /**
   * The intensities of a file, frame by frame and channel by channel, from 0 to 255.
   *
   * @throws dev.comporta.api.ComportaException if it is no picture or clip
   */
  float[] pixels(Path file);

  /**
   * What the model reads of these intensities.
   *
   * @param file where they come from, for messages
   */
  ImageNumbers numbers(float[] pixels, Path file);

  /**
   * The intensities themselves.
   *
   * @param side pixels on a side of a frame
   * @param frames of each clip; 1 for pictures
   * @param padded whether a picture may have any shape
   */
  record Pixels(int side, int frames, boolean padded) implements ImageInput {
    @Override
    public long bytes() {
      return (long) frames * Captioner.CHANNELS * side * side;
    }

    @Override
    public String size() {
      return formatted("--side %d", side);
    }

    @Override
    public float[] pixels(Path file) {
      return Pictures.read(file, side, frames, padded);
    }

    @Override
    public ImageNumbers numbers(float[] pixels, Path file) {
      return new ImageNumbers.Intensities(CaptionedImages.bytes(pixels));
    }
  }
}
