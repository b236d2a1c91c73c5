/**
 * The contract of a tensor backend: every primitive at every size, with tolerances derived from its
 * definition.
 *
 * <p>Not here: the contracts of cells, layers and other providers (module kit).
 *
 * <p>Start reading at: {@link dev.comporta.testkit.backend.BackendContract}.
 *
 * <p>To add one: a primitive needs a test method of its name in {@code BackendContract}.
 *
 * <p>Status: experimental, because each new primitive extends the contract.
 */
@NullMarked
package dev.comporta.testkit.backend;

import org.jspecify.annotations.NullMarked;
