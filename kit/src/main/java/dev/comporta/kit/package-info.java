/**
 * Contracts: JUnit tests that a provider of a cell, layer, loss, optimizer, schedule, initialiser
 * or attention score inherits.
 *
 * <p>Not here: the contract of a backend (package {@code dev.comporta.testkit.backend}) and that of
 * a task (module taskkit).
 *
 * <p>Start reading at: {@link dev.comporta.kit.CellContract}.
 *
 * <p>To add one: a check is a public test method with one sentence of Javadoc, and a broken
 * provider in the module's tests that it catches.
 *
 * <p>Status: experimental: a contract becomes stricter when a fault slips through it.
 */
@NullMarked
package dev.comporta.kit;

import org.jspecify.annotations.NullMarked;
