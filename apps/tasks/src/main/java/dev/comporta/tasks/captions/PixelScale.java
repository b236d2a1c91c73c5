package dev.comporta.tasks.captions;

import java.util.Locale;

/** How a network that was trained on pictures expects their intensities. */
enum PixelScale {
  /** From 0 to 1. */
  UNIT(1 / 255f),
  /** From -1 to 1, as TensorFlow's MobileNet and Inception. */
  SYMMETRIC(1 / 127.5f),
  /** From 0 to 255. */
  BYTES(1),
  /**
   * From 0 to 1, then the difference from the mean of each channel over ImageNet in standard
   * deviations, as in torchvision.
   */
  IMAGENET(1 / 255f);

  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  private final float factor;

  PixelScale(float factor) {
    this.factor = factor;
  }

  /** The scale of a word of {@code --pixels}. */
  static PixelScale of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * An intensity on this scale.
   *
   * @param intensity from 0 to 255
   * @param channel 0 for red, 1 for green, 2 for blue
   */
  float apply(float intensity, int channel) {
    float value = intensity * factor;
    return switch (this) {
      case UNIT, BYTES -> value;
      case SYMMETRIC -> value - 1;
      case IMAGENET -> (value - MEAN[channel]) / DEVIATION[channel];
    };
  }
}
