/**
 * Searches for the tokens of an output sequence: greedy, beam search and sampling, many at once.
 *
 * <p>Not here: the models that are asked for the next token (but for the door to an
 * encoder-decoder, {@link dev.comporta.attention.decoding.DecoderSteps}), vocabularies, text.
 *
 * <p>Start reading at: {@link dev.comporta.attention.decoding.BeamSearch}.
 *
 * <p>To add one: ask a {@link dev.comporta.attention.decoding.NextTokens} row by row, answer with
 * {@link dev.comporta.attention.decoding.Hypothesis hypotheses}, and name its settings in {@link
 * dev.comporta.attention.decoding.Decoding}.
 */
@NullMarked
package dev.comporta.attention.decoding;

import org.jspecify.annotations.NullMarked;
