/**
 * JSON files that users write, read as untrusted input.
 *
 * <p>Not here: what their keys mean (packages {@code options} and {@code training}), JSON lines
 * (package {@code data}).
 *
 * <p>Start reading at: {@link dev.comporta.frame.json.JsonFile}.
 */
@NullMarked
package dev.comporta.frame.json;

import org.jspecify.annotations.NullMarked;
