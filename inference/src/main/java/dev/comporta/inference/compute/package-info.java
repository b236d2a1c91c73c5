/**
 * Backends, threads and the way cells are run, from the names that a user gives.
 *
 * <p>Start reading at: {@link dev.comporta.inference.compute.ComputeFactory}.
 *
 * <p>Status: experimental, because it is new.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.inference.compute;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
