/**
 * From training to a service: a model file, its answers, streams.
 *
 * <p>Not here: the ways to start a service (apps/serve-example, outside this build).
 *
 * <p>Start reading at: {@link dev.comporta.examples.serving.Poet}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples.serving;

import org.jspecify.annotations.NullMarked;
