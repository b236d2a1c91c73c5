/**
 * Readers of data that several tasks share.
 *
 * <p>Not here: texts, vocabularies and batches (module training, packages text and data).
 *
 * <p>Start reading at: {@link dev.comporta.frame.data.JsonSequences}.
 *
 * <p>Status: experimental, because further kinds of data are to come.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.frame.data;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
