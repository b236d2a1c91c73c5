/**
 * What plug-ins implement to import layers of their own from other tools: a {@link
 * dev.comporta.exchange.mapping.LayerMapping} says which of our layers a {@link
 * dev.comporta.exchange.mapping.CustomLayer} becomes.
 *
 * <p>Not here: the layers that Comporta knows by itself (packages keras, torch and others).
 *
 * <p>Start reading at: {@link dev.comporta.exchange.mapping.LayerMapping}.
 *
 * <p>Status: experimental, because it is new.
 */
@NullMarked
package dev.comporta.exchange.mapping;

import org.jspecify.annotations.NullMarked;
