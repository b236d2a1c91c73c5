/**
 * The task of polyphonic music. Files are read as piano rolls ({@link
 * dev.comporta.tasks.music.MusicFiles}), cut into batches ({@link
 * dev.comporta.tasks.music.PieceWindows}) and scored ({@link
 * dev.comporta.tasks.music.MusicScores}); {@link dev.comporta.tasks.music.MusicWriter} writes what
 * a model plays.
 *
 * <p>Not here: drawing chords from a model, which is in {@code dev.comporta.inference}.
 *
 * <p>To add a file format, write a reader that gives {@link dev.comporta.tasks.music.Piece}s and
 * call it in {@code MusicFiles}.
 *
 * <p>Start reading at: {@link dev.comporta.tasks.music.Music}.
 */
@NullMarked
package dev.comporta.tasks.music;

import org.jspecify.annotations.NullMarked;
