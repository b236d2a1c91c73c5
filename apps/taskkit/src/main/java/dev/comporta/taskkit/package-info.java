/**
 * The contract of a task, which a task's own test inherits.
 *
 * <p>Not here: the contracts of cells, layers, losses and so on (module kit).
 *
 * <p>Start reading at: {@link dev.comporta.taskkit.TaskContract}.
 *
 * <p>To add a check: write a public test method with one sentence of Javadoc, and a broken task in
 * the module's tests that it catches.
 *
 * <p>Status: experimental: the contract becomes stricter when a fault slips through it.
 */
@NullMarked
package dev.comporta.taskkit;

import org.jspecify.annotations.NullMarked;
