package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random trees of layers: plans, sessions, groups and runs of several timesteps give what the
 * definition gives, values and gradients, on every backend. The build compares a few hundred; any
 * number is compared by hand with {@code -Dcomporta.random.networks=100000}, and one again with
 * {@code -Dcomporta.random.networks=1 -Dcomporta.random.seed=N}.
 */
@Tag("longer")
class RandomNetworksTest {
  private static final int NETWORKS = Integer.getInteger("comporta.random.networks", 150);
  private static final long SEED = Long.getLong("comporta.random.seed", 1);

  @Test
  void everyWayToRunANetworkGivesTheSame() {
    int compared = 0;
    int streamed = 0;
    for (long seed = SEED; seed < SEED + NETWORKS; seed++) {
      RandomNetwork network = RandomNetwork.of(seed);
      String difference = NetworkComparison.difference(network);
      if (difference != null) {
        RandomNetwork smallest = NetworkComparison.shrunk(network);
        throw new AssertionError(
            "%s%nin %s%nsmallest: %s%nin %s"
                .formatted(difference, network, NetworkComparison.difference(smallest), smallest));
      }
      if (NetworkComparison.runs(network)) {
        compared++;
        streamed += network.streams() ? 1 : 0;
      }
    }
    // Most trees can be built and run: a generator of refused ones would prove nothing.
    assertThat(compared).isGreaterThanOrEqualTo(NETWORKS * 9 / 10);
    assertThat(streamed).isGreaterThanOrEqualTo(NETWORKS / 3);
  }
}
