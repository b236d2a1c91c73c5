/**
 * PyTorch: state dictionaries to our layers.
 *
 * <p>Not here: reading pickles (package files).
 *
 * <p>Start reading at: {@link dev.comporta.exchange.torch.TorchImport}.
 *
 * <p>To add one: a case in TorchModule.
 */
@NullMarked
package dev.comporta.exchange.torch;

import org.jspecify.annotations.NullMarked;
