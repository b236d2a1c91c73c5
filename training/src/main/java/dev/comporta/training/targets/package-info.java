/**
 * What losses make of a target: masks of the timesteps that count, checked labels, constant
 * tensors.
 *
 * <p>Not here: the losses themselves, which are found through the catalog.
 *
 * <p>Start reading at: {@link dev.comporta.training.targets.Counted}.
 *
 * <p>To write a loss: mask prediction and target with {@code Counted.keep}, sum, and divide by
 * {@code Counted.count}; test it with {@code LossContract} of module kit.
 *
 * <p>Status: experimental, because it is new.
 */
@NullMarked
package dev.comporta.training.targets;

import org.jspecify.annotations.NullMarked;
