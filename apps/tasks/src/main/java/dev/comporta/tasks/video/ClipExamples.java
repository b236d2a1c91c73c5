package dev.comporta.tasks.video;

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
    List<float[]> inputs = new ArrayList<>();
    List<float[]> next = new ArrayList<>();
    for (Clip clip : some) {
      float[] frames = video.arranged(clip.pixels());
      float[] input = new float[timesteps * features];
      System.arraycopy(frames, 0, input, 0, video.given() * features);
      inputs.add(input);
      next.add(Arrays.copyOfRange(frames, features, (timesteps + 1) * features));
    }
    return Batch.ofSequences(inputs, features, rows).targets(features, next);
  }

  private Batch each(List<Clip> some) {
    List<float[]> inputs = some.stream().map(clip -> video.arranged(clip.pixels())).toList();
    Batch batch = Batch.ofSequences(inputs, video.features(), rows);
    return switch (video.target()) {
      case GESTURE -> batch.labels(some.stream().map(this::label).toList());
      case MASK -> {
        StoredVideo masks = video.ofMasks();
        yield batch.targets(
            masks.features(), some.stream().map(clip -> masks.arranged(clip.values())).toList());
      }
      case BOX -> batch.targets(StoredVideo.BOX, some.stream().map(this::scaled).toList());
      default -> batch.targets(1, some.stream().map(this::scaled).toList());
    };
  }

  /** The label of a clip for each of its frames. */
  private int[] label(Clip clip) {
    int[] labelled = new int[clip.frames()];
    Arrays.fill(labelled, labels.indexOf(clip.label()));
    return labelled;
  }

  private float[] scaled(Clip clip) {
    float[] scaled = new float[clip.values().length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) ((clip.values()[i] - video.mean()) / video.deviation());
    }
    return scaled;
  }
}
