package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Examples;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import dev.comporta.view.GifFile;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Drawn clips as files that {@link ClipFolder} reads. */
final class ClipFiles {
  private static final int GIVEN = 10;
  private static final int AHEAD = 10;

  private ClipFiles() {}

  /** Clips that no training has seen, the same that a model is scored on for this seed. */
  static List<Examples.Example> examples(Target target, int side, int count, long seed) {
    int channels = target == Target.GESTURE ? 2 : 1;
    StoredVideo video = new StoredVideo(target, side, channels, 1, GIVEN, AHEAD, 0, 1);
    List<Examples.Example> files = new ArrayList<>();
    StringBuilder table = new StringBuilder();
    List<Clip> clips = VideoData.unseen(video, count, seed);
    for (int i = 0; i < clips.size(); i++) {
      Clip clip = clips.get(i);
      String file = formatted("clip-%d.gif", i);
      String text =
          formatted(
              "%d frames%s", clip.frames(), clip.label().isEmpty() ? "" : ": " + clip.label());
      files.add(new Examples.Example(file, text, () -> gif(clip, 0, side)));
      if (channels > 1) {
        files.add(
            new Examples.Example(
                formatted("clip-%d.depth.gif", i),
                "the depth of this clip",
                () -> gif(clip, 1, side)));
      }
      if (target == Target.MASK) {
        files.add(
            new Examples.Example(
                formatted("clip-%d.mask.gif", i),
                "the mask of the moving object in this clip",
                () -> GifFile.gray(clip.values(), side, side, side, ClipDrawing.DELAY)));
      }
      lines(table, clip, file, target, side);
    }
    if (!table.isEmpty()) {
      byte[] bytes = table.toString().getBytes(StandardCharsets.UTF_8);
      files.add(
          new Examples.Example(
              ClipFolder.TABLE, "the labels of the clips, for evaluate --data", () -> bytes));
    }
    return files;
  }

  private static byte[] gif(Clip clip, int channel, int side) {
    List<BufferedImage> frames = new ArrayList<>();
    for (int t = 0; t < clip.frames(); t++) {
      frames.add(GifFile.gray(clip.picture(t, channel, side), 0, side));
    }
    return GifFile.bytes(frames, ClipDrawing.DELAY);
  }

  private static void lines(StringBuilder table, Clip clip, String file, Target target, int side) {
    float[] values = clip.values();
    switch (target) {
      case FRAMES, MASK -> {}
      case GESTURE -> table.append(formatted("%s\t%s\n", file, clip.label()));
      case BOX -> {
        for (int t = 0; t < clip.frames(); t++) {
          int at = t * StoredVideo.BOX;
          table.append(
              formatted(
                  "%s\t%d\t%s\t%s\t%s\t%s\n",
                  file,
                  t + 1,
                  values[at] * side,
                  values[at + 1] * side,
                  (values[at + 2] - values[at]) * side,
                  (values[at + 3] - values[at + 1]) * side));
        }
      }
      case STEERING -> {
        for (int t = 0; t < clip.frames(); t++) {
          table.append(formatted("%s\t%d\t%s\n", file, t + 1, values[t]));
        }
      }
    }
  }
}
