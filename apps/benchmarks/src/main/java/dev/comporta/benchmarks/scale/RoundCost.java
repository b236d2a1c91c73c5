package dev.comporta.benchmarks.scale;

/**
 * A round of data-parallel training: each of M ranks makes K steps, and then all sum an array of P
 * floats by a reduce-scatter and an all-gather between all pairs of ranks. With c bytes for each
 * float, bandwidth b, latency l and a cost o of each message,
 *
 * <pre>
 *   sent by a rank     2 (M - 1) / M * c P bytes
 *   exchange           2 (l + (M - 1) (c P / (M b) + o))
 *   round              K * step + exchange
 * </pre>
 *
 * <p>The factor 2 (M - 1) / M is that of every all-reduce with the least traffic (Patarasuk and
 * Yuan 2009, section 2).
 *
 * @param parameters P
 * @param ranks M
 * @param network between the ranks
 * @param stepSeconds the time of a step on a rank
 * @param localSteps K
 * @param bytesPerValue c: 4, or less if values are {@linkplain
 *     dev.comporta.training.Compression#bytesPerValue compressed}; the time to compress them is not
 *     included
 */
public record RoundCost(
    long parameters,
    int ranks,
    Network network,
    double stepSeconds,
    int localSteps,
    double bytesPerValue) {
  /**
   * A network in which each rank sends and receives at the same time, and no switch is a
   * bottleneck.
   *
   * @param bytesPerSecond the bandwidth of a rank, in each direction
   * @param latencySeconds from the end of a message's sending to that of its receipt
   * @param messageSeconds what a rank spends on each message beyond the time of its bytes
   */
  public record Network(double bytesPerSecond, double latencySeconds, double messageSeconds) {}

  /** The bytes that a rank sends in a round. */
  public double bytes() {
    return 2 * (ranks - 1) * messageBytes();
  }

  /** The bytes of a message: a slice of the array. */
  double messageBytes() {
    return bytesPerValue * parameters / ranks;
  }

  /** How long a message occupies its sender, and then its receiver. */
  double occupied() {
    return messageBytes() / network.bytesPerSecond() + network.messageSeconds();
  }

  /** The seconds of the exchange at the end of a round. */
  public double exchangeSeconds() {
    return ranks == 1 ? 0 : 2 * (network.latencySeconds() + (ranks - 1) * occupied());
  }

  /** The seconds of a round. */
  public double seconds() {
    return localSteps * stepSeconds + exchangeSeconds();
  }

  /**
   * The least K with which exchanges take at most a tenth of the time of the steps: the network is
   * the bottleneck no longer.
   */
  public long enoughLocalSteps() {
    return Math.max(1, (long) Math.ceil(10 * exchangeSeconds() / stepSeconds));
  }
}
