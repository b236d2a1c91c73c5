/**
 * The task {@code video}: from clips to the next frames, or to a label, a box, a mask or a number
 * for each frame, on folders of frames and GIF files, or on drawn clips.
 *
 * <p>Not here: how a loaded model answers ({@link dev.comporta.inference.VideoModel}), the layers
 * (module cells), files and pictures of clips (module view).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.video.Video}.
 *
 * <p>To add a gesture: a constant of {@code Gesture}.
 */
@NullMarked
package dev.comporta.tasks.video;

import org.jspecify.annotations.NullMarked;
