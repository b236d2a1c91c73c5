/**
 * Files that a run will write, tried before it starts.
 *
 * <p>Start reading at: {@link dev.comporta.frame.files.OutputFile}.
 */
@NullMarked
package dev.comporta.frame.files;

import org.jspecify.annotations.NullMarked;
