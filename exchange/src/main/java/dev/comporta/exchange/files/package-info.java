/**
 * Readers of other tools' files as untrusted input: bytes in, named arrays and trees out.
 *
 * <p>Not here: what the arrays mean.
 *
 * <p>Start reading at: {@link dev.comporta.exchange.files.Tensors}.
 *
 * <p>To add one: validate every size before memory is allocated, and add a fuzz target.
 */
@NullMarked
package dev.comporta.exchange.files;

import org.jspecify.annotations.NullMarked;
