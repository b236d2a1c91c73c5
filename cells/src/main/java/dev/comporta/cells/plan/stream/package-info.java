/**
 * The other way to run a compiled step: a stack of layers, one timestep at a time, for inference.
 *
 * <p>In: layers and their parameters. Out: a {@link dev.comporta.cells.plan.stream.StreamPlan},
 * which any number of {@link dev.comporta.cells.plan.stream.Stream}s share; a {@code StreamGroup}
 * runs many at once. A stream owns its states; all else lies in memory from a {@code ScratchPool},
 * so that a step allocates nothing.
 *
 * <p>Not here: training and whole sequences (package {@code run}).
 *
 * <p>Start reading at: {@code StreamPlan}, then {@code StreamLayer} (one compiled layer), {@code
 * LayerStream} and {@code Lane} (its timestep), {@code LayerMemory} and {@code LaneMemory} (where
 * states are), {@code StreamScratch} and {@code Relay} (layers and threads). For a single row,
 * {@code RowFusion} merges calls and {@code Shares} divides columns among threads. {@code
 * StateLayout} says which states there are.
 */
@NullMarked
package dev.comporta.cells.plan.stream;

import org.jspecify.annotations.NullMarked;
