/**
 * Model files and checkpoints: atomic writing, reading as untrusted input, and descriptions without
 * loading the tensors.
 *
 * <p>Not here: building the model from the data (module cells), deciding when to save (module
 * training).
 *
 * <p>Start reading at: {@link dev.comporta.serialization.ModelFiles}, then {@code ContainerReader}.
 *
 * <p>To change the format: {@code docs/formats/model-file.md} first, then {@code model.proto}, then
 * a new golden file.
 *
 * <p>Status: experimental: files stay readable forever, the classes may change with the next
 * format.
 */
@NullMarked
package dev.comporta.serialization;

import org.jspecify.annotations.NullMarked;
