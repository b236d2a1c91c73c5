/**
 * Decoding of models trained with connectionist temporal classification (CTC): the labels that the
 * outputs of the timesteps stand for, how likely they are, and which timesteps they cover.
 *
 * <p>Not here: the loss {@code ctc}, which trains such models, and what labels mean.
 *
 * <p>Start reading at: {@link dev.comporta.attention.ctc.CtcOutputs}.
 *
 * <p>To add a search, read the probabilities of {@link dev.comporta.attention.ctc.CtcOutputs} and
 * return {@link dev.comporta.attention.ctc.CtcHypothesis hypotheses}; compare it with a sum over
 * all paths, as {@code CtcDecodingTest} does.
 *
 * <p>Status: experimental.
 */
@NullMarked
package dev.comporta.attention.ctc;

import org.jspecify.annotations.NullMarked;
