/**
 * Comporta as one of the compared libraries, used only through its public API.
 *
 * <p>Not here: time measurement, which is the same for every library.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.ours.Comporta}.
 *
 * <p>To add a cell: add it to {@code OurModel}, and its parameters to {@code PyTorchLayout}.
 */
@NullMarked
package dev.comporta.benchmarks.ours;

import org.jspecify.annotations.NullMarked;
