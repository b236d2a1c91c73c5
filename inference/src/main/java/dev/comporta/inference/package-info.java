/**
 * From a model file to answers. {@link dev.comporta.inference.Models} loads a file with all checks
 * and builds its network once; the {@link dev.comporta.inference.LoadedModel} says what the model
 * can do and does it: text, translations, forecasts, captions, labels, or plain sequences in and
 * out. The commands are built on this package.
 *
 * <p>Not here: options, files of data, pictures and printing (module frame and the tasks), training
 * (module training), search methods (module attention, package {@code decoding}).
 *
 * <p>Start reading at: {@link dev.comporta.inference.Models}, then {@link
 * dev.comporta.inference.LoadedModel}.
 *
 * <p>To add a kind of answer: a class whose constructor takes a {@code LoadedModel} and refuses one
 * that cannot give it, records for its answers, a {@link dev.comporta.inference.ModelAbility} and
 * an accessor in {@code LoadedModel}.
 *
 * <p>Status: experimental, because it is new and services have yet to use it.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.inference;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
