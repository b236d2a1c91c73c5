package dev.comporta.tasks.video;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Batches of clips, padded to the longest, with a target for each frame. Where frames are
 * predicted, the model reads those that are given, then nothing, and its target is always the next
 * frame (the conditional encoder and the unconditional decoder of Srivastava et al. 2015, section
 * 2.2, as one network).
 */
final class ClipExamples implements ChunkSource {
  private final ClipSource clips;
  private final StoredVideo video;
  private final List<String> labels;
  private final int rows;

  /**
   * Batches of clips.
   *
   * @param labels those of the model; empty if it has none
   * @param rows B, or fewer if there are fewer clips
   */
  ClipExamples(ClipSource clips, StoredVideo video, List<String> labels, int rows) {
    this.clips = clips;
    this.video = video;
    this.labels = labels;
    this.rows = Math.min(rows, clips.count());
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int chunks() {
    return Math.ceilDiv(clips.count(), rows);
  }

  @Override
  public Batch batch(int epoch, int index) {
    List<Clip> some = new ArrayList<>();
    for (int i = index * rows; i < Math.min((index + 1) * rows, clips.count()); i++) {
      some.add(clips.clip(epoch, i));
    }
    return video.target() == Target.FRAMES ? frames(some) : each(some);
  }

  private Batch frames(List<Clip> some) {
    int features = video.features();
    int timesteps = video.given() + video.ahead() - 1;
    float[] values = new float[Shape.of(timesteps, rows, features).count()];
    float[] targets = new float[values.length];
    int[] lengths = new int[rows];
    for (int row = 0; row < some.size(); row++) {
      float[] pixels = some.get(row).pixels();
      lengths[row] = timesteps;
      for (int t = 0; t < timesteps; t++) {
        int at = (t * rows + row) * features;
        if (t < video.given()) {
          video.arrange(pixels, t * features, values, at);
        }
        video.arrange(pixels, (t + 1) * features, targets, at);
      }
    }
    return Batch.ofValues(timesteps, rows, features, values, some.size() == rows ? null : lengths)
        .targets(features, targets);
  }

  private Batch each(List<Clip> some) {
    int features = video.features();
    int size = video.target() == Target.BOX ? StoredVideo.BOX : 1;
    boolean labelled = video.target() == Target.GESTURE;
    int timesteps = some.stream().mapToInt(Clip::frames).max().orElse(0);
    float[] values = new float[Shape.of(timesteps, rows, features).count()];
    float[] targets = new float[labelled ? 0 : Shape.of(timesteps, rows, size).count()];
    int[] ids = new int[timesteps * rows];
    int[] lengths = new int[rows];
    Arrays.fill(ids, -1);
    for (int row = 0; row < some.size(); row++) {
      Clip clip = some.get(row);
      lengths[row] = clip.frames();
      for (int t = 0; t < clip.frames(); t++) {
        int place = t * rows + row;
        video.arrange(clip.pixels(), t * features, values, place * features);
        if (labelled) {
          ids[place] = labels.indexOf(clip.label());
        } else {
          for (int i = 0; i < size; i++) {
            targets[place * size + i] =
                (float) ((clip.values()[t * size + i] - video.mean()) / video.deviation());
          }
        }
      }
    }
    boolean ragged = Arrays.stream(lengths).anyMatch(length -> length < timesteps);
    Batch batch = Batch.ofValues(timesteps, rows, features, values, ragged ? lengths : null);
    return labelled ? batch.labels(new Ids(timesteps, rows, ids)) : batch.targets(size, targets);
  }
}
