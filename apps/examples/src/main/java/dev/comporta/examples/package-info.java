/**
 * Code shared by the programs of the guide.
 *
 * <p>Not here: the programs, which are in one package per page of the guide, and library code.
 *
 * <p>Start reading at: {@link dev.comporta.examples.SmallModel}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples;

import org.jspecify.annotations.NullMarked;
