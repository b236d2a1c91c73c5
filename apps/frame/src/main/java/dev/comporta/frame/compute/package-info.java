/**
 * Backends, threads and the way cells are run, from the names that a user gives.
 *
 * <p>Start reading at: {@link dev.comporta.frame.compute.ComputeFactory}.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.frame.compute;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
