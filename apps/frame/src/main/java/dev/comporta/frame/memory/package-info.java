/**
 * How much a training step computes and holds, before it runs.
 *
 * <p>Start reading at: {@link dev.comporta.frame.memory.TrainingEstimate}.
 *
 * <p>Status: experimental, because it follows the estimates.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.frame.memory;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
