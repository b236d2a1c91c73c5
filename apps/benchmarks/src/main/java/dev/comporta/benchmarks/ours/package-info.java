/**
 * Comporta as one of the compared libraries, through its own public API and nothing else.
 *
 * <p>Not here: how times are taken; that is the same for every library.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.ours.Comporta}.
 *
 * <p>To add a cell: name it in {@code OurModel}, and its parameters in {@code PyTorchLayout}.
 */
@NullMarked
package dev.comporta.benchmarks.ours;

import org.jspecify.annotations.NullMarked;
