/**
 * Looks up providers by their permanent names.
 *
 * <p>Not here: the providers themselves.
 *
 * <p>Start reading at: {@link dev.comporta.api.catalog.Catalog}.
 *
 * <p>To add one: a new kind of provider is one line in {@link dev.comporta.api.catalog.Kind} and
 * one {@code uses} in the module descriptor.
 */
@NullMarked
package dev.comporta.api.catalog;

import org.jspecify.annotations.NullMarked;
