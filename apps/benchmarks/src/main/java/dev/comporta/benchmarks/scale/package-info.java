/**
 * What distributed training costs: a formula for the time of a round, and a simulation of its
 * messages that the formula is compared with. Not here: measurements, which docs/scale.md reports.
 *
 * <p>Start reading at: {@link dev.comporta.benchmarks.scale.RoundCost}.
 *
 * <p>To add a way to exchange: its bytes and seconds in {@code RoundCost}, and its messages in
 * {@code RoundSimulation}.
 */
@NullMarked
package dev.comporta.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
