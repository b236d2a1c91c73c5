/**
 * Shared support for the tests of Comporta and its plug-ins: the PyTorch reference cases, an engine
 * in double precision, relative errors, and measurement of allocation.
 *
 * <p>Not here: tests, which are in the modules that they test.
 *
 * <p>Start reading at: {@link dev.comporta.testkit.Safetensors} and {@code ExactTensor}.
 *
 * <p>To add one: code that the tests of two modules need is a public class here; this module is not
 * shipped.
 */
@NullMarked
package dev.comporta.testkit;

import org.jspecify.annotations.NullMarked;
