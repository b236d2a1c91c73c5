package dev.comporta.exchange.keras;

/**
 * What flows between layers.
 *
 * @param features the number of features, 0 for ids
 * @param timesteps the number of timesteps, -1 if it is open; 1 for a vector
 * @param vector whether there is no axis of time
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
}
