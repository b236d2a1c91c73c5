package dev.comporta.benchmarks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.comporta.benchmarks.peers.Measurement;
import dev.comporta.benchmarks.peers.Workload;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table. Times are in microseconds per execution: a training step, an inference call
 * or a product; for a cold start per character, for a first answer since the start of the JVM.
 *
 * @param kind training, inference or kernel
 * @param workload the row's permanent name
 * @param peer the other library; {@code built-in} for our built-in layer compared with written-out
 *     equations; null if Comporta was measured alone
 * @param ours our median time
 * @param others the peer's median time, or null
 * @param spread half the interquartile range as a fraction of the median: of the ratio over the
 *     turns, or of our times if there is no peer
 * @param ratio the peer's median time divided by ours
 * @param oursMinimum our shortest time
 * @param peerMinimum the peer's shortest time
 * @param oursSpread half the interquartile range of our times, as a fraction of the median
 * @param peerSpread the same for the peer
 * @param oursGflops the rate of matrix products at the median, in 1e9 FLOP/s, if counted
 * @param peerGflops the same for the peer
 * @param oursMegabytes the resident memory of our process in MiB, if the row measures it
 * @param peerMegabytes the same for the peer
 * @param unit the unit of the throughput, such as {@code target tokens}, if the row has one
 * @param oursPerSecond our throughput at the median, in units per second
 * @param peerPerSecond the same for the peer
 * @param bound the least time that this machine allows, and our share of it, if there is one
 * @param outputChange the largest difference of an output from that of the peer, if the row has
 *     rounded parameters
 */
@JsonPropertyOrder({"kind", "workload", "peer", "ours_us", "peer_us", "ratio", "spread"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Row(
    @JsonProperty String kind,
    @JsonProperty String workload,
    @JsonProperty @Nullable String peer,
    @JsonProperty("ours_us") double ours,
    @JsonProperty("peer_us") @Nullable Double others,
    @JsonProperty @Nullable Double ratio,
    @JsonProperty double spread,
    @JsonProperty("ours_min_us") double oursMinimum,
    @JsonProperty("peer_min_us") @Nullable Double peerMinimum,
    @JsonProperty("ours_spread") double oursSpread,
    @JsonProperty("peer_spread") @Nullable Double peerSpread,
    @JsonProperty("ours_gflops") @Nullable Double oursGflops,
    @JsonProperty("peer_gflops") @Nullable Double peerGflops,
    @JsonProperty("ours_mb") @Nullable Double oursMegabytes,
    @JsonProperty("peer_mb") @Nullable Double peerMegabytes,
    @JsonProperty @Nullable String unit,
    @JsonProperty("ours_per_second") @Nullable Double oursPerSecond,
    @JsonProperty("peer_per_second") @Nullable Double peerPerSecond,
    @JsonProperty @Nullable Bound bound,
    @JsonProperty("output_change") @Nullable Double outputChange) {

  static Row of(Workload workload, Measurement ours) {
    return alone(workload.kind(), workload.name(), ours, workload.flops()).counting(workload);
  }

  static Row of(Workload workload, String peer, Comparison comparison) {
    return of(workload.kind(), workload.name(), peer, comparison, workload.flops())
        .counting(workload);
  }

  static Row alone(String kind, String workload, Measurement ours, double flops) {
    return new Row(
        kind,
        workload,
        null,
        ours.medianMicros(),
        null,
        null,
        ours.spread(),
        ours.minimumMicros(),
        null,
        ours.spread(),
        null,
        gflops(flops, ours),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  static Row of(String kind, String workload, String peer, Comparison comparison, double flops) {
    Measurement ours = comparison.ours();
    Measurement others = comparison.peer();
    return new Row(
        kind,
        workload,
        peer,
        ours.medianMicros(),
        others.medianMicros(),
        comparison.ratio(),
        comparison.spread(),
        ours.minimumMicros(),
        others.minimumMicros(),
        ours.spread(),
        others.spread(),
        gflops(flops, ours),
        gflops(flops, others),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  Row withMegabytes(double oursMb, @Nullable Double peerMb) {
    return with(oursMb, peerMb, unit, oursPerSecond, peerPerSecond, bound, outputChange);
  }

  private Row counting(Workload counted) {
    int items = counted.items();
    return items == 0
        ? this
        : with(
            oursMegabytes,
            peerMegabytes,
            counted.unit(),
            1e6 * items / ours,
            others == null ? null : 1e6 * items / others,
            bound,
            outputChange);
  }

  Row within(Bound least) {
    return with(
        oursMegabytes, peerMegabytes, unit, oursPerSecond, peerPerSecond, least, outputChange);
  }

  Row withOutputChange(double largest) {
    return with(oursMegabytes, peerMegabytes, unit, oursPerSecond, peerPerSecond, bound, largest);
  }

  private Row with(
      @Nullable Double oursMb,
      @Nullable Double peerMb,
      @Nullable String counted,
      @Nullable Double oursRate,
      @Nullable Double peerRate,
      @Nullable Bound least,
      @Nullable Double largestChange) {
    return new Row(
        kind,
        workload,
        peer,
        ours,
        others,
        ratio,
        spread,
        oursMinimum,
        peerMinimum,
        oursSpread,
        peerSpread,
        oursGflops,
        peerGflops,
        oursMb,
        peerMb,
        counted,
        oursRate,
        peerRate,
        least,
        largestChange);
  }

  private static @Nullable Double gflops(double flops, Measurement time) {
    return flops == 0 ? null : flops / time.medianMicros() / 1e3;
  }
}
