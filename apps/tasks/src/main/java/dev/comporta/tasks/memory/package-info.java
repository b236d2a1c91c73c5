/**
 * The tasks {@code copy}, {@code recall} and {@code sort}: whether a model stores vectors of bits
 * and answers with the right ones, in the right order.
 *
 * <p>Not here: the sequences ({@link dev.comporta.training.data.BitProblem}), and cells with a
 * memory (module cells).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.memory.Copy}.
 */
@NullMarked
package dev.comporta.tasks.memory;

import org.jspecify.annotations.NullMarked;
