/**
 * The task {@code adding}: whether a cell remembers two numbers over hundreds of timesteps.
 *
 * <p>Not here: cells and their initialisation (modules cells and training).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.adding.Adding}.
 */
@NullMarked
package dev.comporta.tasks.adding;

import org.jspecify.annotations.NullMarked;
