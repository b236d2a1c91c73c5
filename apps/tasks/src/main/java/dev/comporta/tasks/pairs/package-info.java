/**
 * Pairs of texts: the tasks {@code translation}, {@code dates}, {@code numbers} and {@code
 * execute}, which train an encoder-decoder with or without attention.
 *
 * <p>Not here: the layers of such models and the search for outputs (module attention), training
 * (package {@code dev.comporta.frame.training}), pictures (module view), programs and their
 * interpreter (package programs).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.pairs.Dates}.
 *
 * <p>To add one: extend {@code PairTask}, and name the class in the module's descriptor.
 */
@NullMarked
package dev.comporta.tasks.pairs;

import org.jspecify.annotations.NullMarked;
