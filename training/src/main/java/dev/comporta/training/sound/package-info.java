/**
 * Sound as a sequence of features: the energies of mel bands, from a fast Fourier transform.
 *
 * <p>Not here: files of sound, which the applications read, and models.
 *
 * <p>Start reading at: {@link dev.comporta.training.sound.LogMel}.
 *
 * <p>To add other features, copy {@link dev.comporta.training.sound.LogMel}; they must give the
 * same frames for a whole recording and for one that arrives in parts.
 *
 * <p>Status: experimental.
 */
@NullMarked
package dev.comporta.training.sound;

import org.jspecify.annotations.NullMarked;
