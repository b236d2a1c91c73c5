/** How a model learns: losses, optimizers, truncated BPTT, data, checkpoints. */
@NullMarked
package dev.comporta.training;

import org.jspecify.annotations.NullMarked;
