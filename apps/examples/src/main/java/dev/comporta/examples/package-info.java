/**
 * What the programs of the guide share.
 *
 * <p>Not here: the programs, one package for each page of the guide, and anything that a library
 * would need.
 *
 * <p>Start reading at: {@link dev.comporta.examples.Practice}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples;

import org.jspecify.annotations.NullMarked;
