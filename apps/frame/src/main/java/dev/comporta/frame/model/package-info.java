/**
 * Models opened from their files.
 *
 * <p>Not here: the format of model files (module serialization).
 *
 * <p>Start reading at: {@link dev.comporta.frame.model.OpenModel}.
 *
 * <p>To add one: nothing is registered here.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.frame.model;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
