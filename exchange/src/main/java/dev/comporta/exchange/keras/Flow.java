package dev.comporta.exchange.keras;

/**
 * The shape of what flows between layers.
 *
 * @param features the number of features, 0 for ids
 * @param timesteps the number of timesteps, -1 if it is not fixed; 1 for a vector
 * @param vector whether there is no time axis
 */
record Flow(int features, int timesteps, boolean vector) {
  static Flow vector(int features) {
    return new Flow(features, 1, true);
  }

  Flow with(int otherFeatures) {
    return new Flow(otherFeatures, timesteps, vector);
  }

  Flow during(int otherTimesteps) {
    return new Flow(features, otherTimesteps, false);
  }

  /** Rejects a layer that needs a time axis if there is none. */
  void requireSequence(Config config) {
    if (vector) {
      throw config.refuse("expected a sequence but got a vector");
    }
  }
}
