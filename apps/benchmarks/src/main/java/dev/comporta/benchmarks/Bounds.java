package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.comporta.benchmarks.ours.Comporta;
import dev.comporta.benchmarks.peers.Workload;
import java.util.List;

/**
 * What this machine can do at most, measured before the rows: the rate of fused multiply-adds, and
 * the rate at which memory is read, for blocks of several sizes.
 *
 * @param peakOfOne FMA rate of one thread, in 1e9 FLOP/s
 * @param peak FMA rate of all threads of this run together, in 1e9 FLOP/s
 * @param coreCache the bytes of the largest cache that belongs to one core alone (L2)
 * @param bandwidths the rates of reading, by ascending size
 */
public record Bounds(
    @JsonProperty("fma_gflops_one_thread") double peakOfOne,
    @JsonProperty("fma_gflops") double peak,
    @JsonProperty("core_cache_bytes") long coreCache,
    @JsonProperty("bandwidths") List<Bandwidth> bandwidths) {

  /**
   * The rate at which a block is read again and again.
   *
   * @param bytes its size
   * @param one with one thread, in 1e9 bytes per second
   * @param all with all threads, each of which reads its own part
   */
  public record Bandwidth(
      @JsonProperty("bytes") long bytes,
      @JsonProperty("one_thread_gb_s") double one,
      @JsonProperty("gb_s") double all) {}

  /** Copies the list. */
  public Bounds {
    bandwidths = List.copyOf(bandwidths);
  }

  /** Measures them in a JVM of its own, with the options of all rows. */
  static Bounds measure(int threads) {
    String line =
        Child.lastLine(
            Comporta.launch()
                .withMain(BoundsProbe.class.getName())
                .command(Integer.toString(threads)));
    try {
      return new ObjectMapper().readValue(line, Bounds.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("[bench] the bounds of this machine were not measured", e);
    }
  }

  /**
   * The bound of a row: the larger of two times, that of its FLOPs at the FMA peak and that of
   * reading its weights once for each pass.
   *
   * @param workload the row's workload
   * @param micros our median time of an execution
   */
  Bound of(Workload workload, double micros) {
    boolean alone = workload instanceof Workload.Product product && product.packed();
    double arithmetic = workload.flops() / (alone ? peakOfOne : peak) / 1e3;
    long bytes = workload.weightBytes();
    double reading = bytes == 0 ? 0 : workload.passes() * bytes / bandwidth(bytes, alone) / 1e3;
    double least = Math.max(arithmetic, reading);
    return new Bound(reading > arithmetic ? "bandwidth" : "fma", least, least / micros);
  }

  /**
   * The rate of reading a block, in 1e9 bytes per second. A block that fits the cache of one core
   * is read by one thread, because sharing a shorter time costs more than it gains.
   */
  double bandwidth(long bytes, boolean alone) {
    boolean one = alone || bytes <= coreCache;
    Bandwidth below = bandwidths.getFirst();
    for (Bandwidth above : bandwidths) {
      if (bytes <= above.bytes()) {
        double width = above.bytes() - below.bytes();
        double fraction = width == 0 ? 1 : Math.max(0, (bytes - below.bytes()) / width);
        return (1 - fraction) * rate(below, one) + fraction * rate(above, one);
      }
      below = above;
    }
    return rate(below, one);
  }

  private static double rate(Bandwidth bandwidth, boolean one) {
    return one ? bandwidth.one() : bandwidth.all();
  }

  /** One line for the head of a table. */
  String line() {
    return formatted(
        "FMA peak %.0f GFLOP/s (one thread %.0f); reads with one thread %.0f GB/s of L1, %.0f of L2 (%d KiB), with all threads %.0f of %d MiB",
        peak,
        peakOfOne,
        bandwidths.getFirst().one(),
        bandwidth(coreCache / 2, true),
        coreCache >> 10,
        bandwidths.getLast().all(),
        bandwidths.getLast().bytes() >> 20);
  }
}
