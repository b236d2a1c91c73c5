/**
 * Backends, threads and the way cells are run, from the names that a user gives.
 *
 * <p>Start reading at: {@link dev.comporta.frame.compute.ComputeFactory}.
 */
@NullMarked
package dev.comporta.frame.compute;

import org.jspecify.annotations.NullMarked;
