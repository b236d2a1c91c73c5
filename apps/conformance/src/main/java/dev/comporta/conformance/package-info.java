/**
 * Comparison with reference cases that PyTorch computed in float64, one Safetensors file a case.
 *
 * <p>Not here: reading of Safetensors files (module serialization), printing (module cli).
 *
 * <p>Start reading at: {@link dev.comporta.conformance.Conformance}.
 *
 * <p>To add one: a new kind of case is a class like {@code LayerCases} and a line in {@link
 * dev.comporta.conformance.Conformance}.
 *
 * <p>Status: experimental, because it serves one command.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.conformance;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
