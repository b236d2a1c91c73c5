/**
 * Models of other tools: {@link dev.comporta.exchange.Importer} turns their files into model files,
 * {@link dev.comporta.exchange.ExchangeCheck} compares their outputs, {@link
 * dev.comporta.exchange.TorchExport} exports. Plug-ins map custom layers with {@link
 * dev.comporta.exchange.mapping.LayerMapping}.
 *
 * <p>Not here: our own model file (module serialization), the command (module cli).
 *
 * <p>Start reading at: {@link dev.comporta.exchange.Importer}.
 *
 * <p>To add a format: a reader of bytes in {@code files}, a package that maps its layers to a
 * {@code Draft}, and a line in {@code Importer}.
 *
 * <p>Status: experimental, because layers are still added.
 */
@NullMarked
package dev.comporta.exchange;

import org.jspecify.annotations.NullMarked;
