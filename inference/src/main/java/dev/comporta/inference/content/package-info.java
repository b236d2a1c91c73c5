/**
 * What model files hold in addition to the parameters: vocabularies, the normalisation of columns
 * and the layout of a series. Tasks write it, and the typed API reads it.
 *
 * <p>Not here: the format of the files (module serialization), tokens and codecs themselves (module
 * training, package {@code text}).
 *
 * <p>Start reading at: {@link dev.comporta.inference.content.PairCodecs}.
 *
 * <p>To add a kind: a class with one method that reads a {@code ModelFile} and one that returns
 * what is written. Names and kinds never change once files contain them.
 *
 * <p>Status: experimental, because further tasks keep further content in files.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.inference.content;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
