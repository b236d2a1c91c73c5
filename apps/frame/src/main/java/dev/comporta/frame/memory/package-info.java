/**
 * How much a training step computes and holds, before it runs.
 *
 * <p>Start reading at: {@link dev.comporta.frame.memory.TrainingForecast}.
 */
@NullMarked
package dev.comporta.frame.memory;

import org.jspecify.annotations.NullMarked;
