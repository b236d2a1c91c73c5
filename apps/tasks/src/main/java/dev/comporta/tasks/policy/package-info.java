/**
 * The task {@code policy}: a recurrent network that acts, in three small games in which something
 * has to be remembered. Each game knows the mean return of the best policy without memory.
 *
 * <p>Not here: the loss of REINFORCE ({@code policy-gradient}, module training), and the trainer,
 * which gives the source of the episodes the current model ({@link
 * dev.comporta.training.data.ChunkSource#batch(int, int, dev.comporta.cells.model.ModelRunner)}).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.policy.Policy}, then {@code Episodes}.
 *
 * <p>To add a game: a class that implements {@code Game}, and its name there.
 */
@NullMarked
package dev.comporta.tasks.policy;

import org.jspecify.annotations.NullMarked;
