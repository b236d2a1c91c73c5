/**
 * The Safetensors format: reads files written by other frameworks, as untrusted input.
 *
 * <p>Not here: this project's own model file ({@code dev.comporta.serialization}).
 *
 * <p>Start reading at: {@link dev.comporta.serialization.safetensors.SafetensorsFile}.
 *
 * <p>To add an element type: add a constant to {@link dev.comporta.serialization.safetensors.Dtype}
 * and decode it there.
 *
 * <p>Status: experimental, because files in several parts are to come.
 */
@NullMarked
package dev.comporta.serialization.safetensors;

import org.jspecify.annotations.NullMarked;
