/**
 * What the tests of Comporta and of its plug-ins share: the PyTorch reference cases, an engine in
 * double, relative errors, a count of allocated bytes.
 *
 * <p>Not here: tests, which are beside what they test.
 *
 * <p>Start reading at: {@link dev.comporta.testkit.Safetensors} and {@code ExactTensor}.
 *
 * <p>To add one: what two modules' tests need is a public class here; nothing is shipped.
 */
@NullMarked
package dev.comporta.testkit;

import org.jspecify.annotations.NullMarked;
