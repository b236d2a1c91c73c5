/**
 * Files that a run will write, tried before it starts.
 *
 * <p>Start reading at: {@link dev.comporta.frame.files.OutputFile}.
 *
 * <p>Status: experimental, because it serves the commands.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.frame.files;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
