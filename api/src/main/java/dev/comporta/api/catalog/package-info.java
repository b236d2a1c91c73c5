/**
 * Looks up providers by their permanent names.
 *
 * <p>Not here: the providers themselves.
 *
 * <p>Start reading at: {@link dev.comporta.api.catalog.Catalog}.
 *
 * <p>To add one: a new kind of provider is one line in {@link dev.comporta.api.catalog.Kind} and
 * one {@code uses} in the module descriptor.
 *
 * <p>Status: {@code Catalog} and {@code Kind} are stable. Origins and plug-ins are experimental,
 * because they are new.
 */
@NullMarked
package dev.comporta.api.catalog;

import org.jspecify.annotations.NullMarked;
