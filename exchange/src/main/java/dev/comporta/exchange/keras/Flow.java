package dev.comporta.exchange.keras;

import org.jspecify.annotations.Nullable;

/**
 * The shape of what flows between layers.
 *
 * @param features the number of features, 0 for ids
 * @param timesteps the number of timesteps, -1 if it is not fixed; 1 for a vector
 * @param vector whether there is no time axis
 * @param picture what picture the features are, or null
 */
record Flow(int features, int timesteps, boolean vector, @Nullable Picture picture) {
  /**
   * A picture as features.
   *
   * @param height the number of rows
   * @param width the number of columns
   * @param channels the number of channels
   * @param channelsLast whether they are pixel by pixel, as in Keras; else channel by channel, as
   *     in our layers
   * @param axes 2, or 1 for a line, whose height is 1 and not an axis in Keras
   */
  record Picture(int height, int width, int channels, boolean channelsLast, int axes) {
    Picture(int height, int width, int channels, boolean channelsLast) {
      this(height, width, channels, channelsLast, 2);
    }

    /** A picture of other channels, channel by channel. */
    Picture of(int otherChannels) {
      return new Picture(height, width, otherChannels, false, axes);
    }

    int size() {
      return Math.multiplyExact(Math.multiplyExact(height, width), channels);
    }
  }

  Flow(int features, int timesteps, boolean vector) {
    this(features, timesteps, vector, null);
  }

  static Flow vector(int features) {
    return new Flow(features, 1, true);
  }

  Flow with(int otherFeatures) {
    return new Flow(otherFeatures, timesteps, vector);
  }

  Flow with(Picture other) {
    return new Flow(other.size(), timesteps, vector, other);
  }

  Flow during(int otherTimesteps) {
    return new Flow(features, otherTimesteps, false, picture);
  }

  /** Rejects a layer that needs a time axis if there is none. */
  void requireSequence(Config config) {
    requireNoPicture(config);
    if (vector) {
      throw config.refuse("expected a sequence but got a vector");
    }
  }

  /** Rejects a layer that does not know pictures. */
  void requireNoPicture(Config config) {
    if (picture != null) {
      throw config.refuse("reads pictures, which is not supported; flatten them before it");
    }
  }
}
