/**
 * The contract of a task, and what surrounds it: its experiment, recipe, scores and abilities.
 *
 * <p>Not here: options (package {@code options}), the training run (package {@code training}).
 *
 * <p>Start reading at: {@link dev.comporta.frame.Task}.
 *
 * <p>To add one: a task implements {@link dev.comporta.frame.Task} and is named as a provider in
 * its module's descriptor.
 *
 * <p>Status: experimental, because further families of tasks may ask for more.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.frame;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
