/**
 * Shared support for the tests of Comporta and its plug-ins: the PyTorch reference cases, an engine
 * in double precision, layers run in it, relative errors, small ONNX files, and measurement of
 * allocation.
 *
 * <p>Not here: the contracts that providers are tested against (module kit).
 *
 * <p>Start reading at: {@link dev.comporta.testkit.Safetensors} and {@code ExactTensor}.
 *
 * <p>To add one: code that the tests of two modules need is a public class here; the command does
 * not contain this module.
 *
 * <p>Status: experimental, because our own tests shape it.
 */
@NullMarked
package dev.comporta.testkit;

import org.jspecify.annotations.NullMarked;
