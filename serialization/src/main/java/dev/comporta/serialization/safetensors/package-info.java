/**
 * The Safetensors format: reading files that other frameworks wrote, as untrusted input.
 *
 * <p>Not here: this project's own model file ({@code dev.comporta.serialization}).
 *
 * <p>Start reading at: {@link dev.comporta.serialization.safetensors.SafetensorsFile}.
 *
 * <p>To add one: a new element type is a constant of {@link
 * dev.comporta.serialization.safetensors.Dtype} and its decoding there.
 */
@NullMarked
package dev.comporta.serialization.safetensors;

import org.jspecify.annotations.NullMarked;
