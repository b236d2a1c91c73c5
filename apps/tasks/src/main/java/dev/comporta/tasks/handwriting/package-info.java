/**
 * The tasks {@code handwriting}, letters from pen strokes, and {@code handwriting-synthesis}, pen
 * strokes from letters; from files in JSON and UNIPEN, or written with a stroke alphabet.
 *
 * <p>Not here: features of strokes ({@link dev.comporta.inference.InkFeatures}), how a loaded model
 * reads ({@link dev.comporta.inference.HandwritingReader}), the search for letters (module
 * attention), pictures (module view).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.handwriting.Handwriting}.
 *
 * <p>To add a letter to the stroke alphabet: a line in {@code StrokeFont}. To read another format:
 * a reader that returns samples, called in {@code InkSet}.
 */
@NullMarked
package dev.comporta.tasks.handwriting;

import org.jspecify.annotations.NullMarked;
