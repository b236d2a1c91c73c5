/**
 * The task {@code speech}: the words in a recording.
 *
 * <p>Not here: features of sound (module training), decoding (module attention), and what answers
 * when a model is loaded ({@link dev.comporta.inference.SpeechRecognizer}).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.speech.Speech}.
 *
 * <p>To read another format of sound, write a reader that gives what {@code WavFile} gives.
 */
@NullMarked
package dev.comporta.tasks.speech;

import org.jspecify.annotations.NullMarked;
