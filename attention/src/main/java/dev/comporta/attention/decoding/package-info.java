/**
 * Decoding of output sequences in batches: greedy search, beam search and sampling.
 *
 * <p>Not here: the models that give the probabilities of the next token (except for the adapter of
 * an encoder-decoder, {@link dev.comporta.attention.decoding.DecoderSteps}), vocabularies, text.
 *
 * <p>Start reading at: {@link dev.comporta.attention.decoding.BeamSearch}.
 *
 * <p>To add a method: query a {@link dev.comporta.attention.decoding.NextTokens}, return {@link
 * dev.comporta.attention.decoding.Hypothesis hypotheses}, and add the settings to the permitted
 * types of {@link dev.comporta.attention.decoding.Decoding}.
 *
 * <p>Status: experimental, because further ways of decoding are to come.
 */
@NullMarked
package dev.comporta.attention.decoding;

import org.jspecify.annotations.NullMarked;
