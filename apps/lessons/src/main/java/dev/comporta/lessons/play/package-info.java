/**
 * What lessons run: small models and single cells whose gradients are observed.
 *
 * <p>Not here: the lessons.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.play.Net}.
 *
 * <p>To add one: see {@code Net}.
 */
@NullMarked
package dev.comporta.lessons.play;

import org.jspecify.annotations.NullMarked;
