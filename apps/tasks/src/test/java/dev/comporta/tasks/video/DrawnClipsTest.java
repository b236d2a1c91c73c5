package dev.comporta.tasks.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is drawn is what is known of it, and batches hold it frame by frame. */
class DrawnClipsTest {
  private static final int SIDE = 16;
  private static final RandomSource RANDOM = new CounterRandom(5);

  private static StoredVideo video(Target target, int patch) {
    int channels = target == Target.GESTURE ? 2 : 1;
    int frames = target == Target.FRAMES ? 4 : 0;
    return new StoredVideo(target, SIDE, channels, patch, frames, frames, 0, 1);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void clipsFollowFromTheStreamAlone(Target target) {
    StoredVideo video = video(target, 1);
    for (int i = 0; i < 5; i++) {
      Clip one = VideoData.draw(video, RANDOM.stream(i));
      Clip again = VideoData.draw(video, RANDOM.stream(i));
      Clip other = VideoData.draw(video, RANDOM.stream(i + 1));
      assertThat(again.pixels()).isEqualTo(one.pixels());
      assertThat(again.values()).isEqualTo(one.values());
      assertThat(other.pixels()).isNotEqualTo(one.pixels());
      assertThat(one.pixels()).hasSize(one.frames() * video.features());
      for (float pixel : one.pixels()) {
        assertThat(pixel).isBetween(0f, 1f);
      }
    }
  }

  /** A place after a bounce is the mirror image of one that goes on. */
  @Test
  void shapesBounceOffTheEdges() {
    float radius = 0.2f;
    float at = 0.5f;
    float step = 0.07f;
    float direction = step;
    float simulated = at;
    for (int t = 1; t < 60; t++) {
      simulated += direction;
      if (simulated > 1 - radius) {
        simulated = 2 * (1 - radius) - simulated;
        direction = -direction;
      } else if (simulated < radius) {
        simulated = 2 * radius - simulated;
        direction = -direction;
      }
      assertThat(MovingShapes.Mover.bounced(at + t * step, radius))
          .isEqualTo(simulated, within(1e-4f));
      assertThat(MovingShapes.Mover.bounced(at - t * step, radius))
          .isBetween(radius - 1e-4f, 1 - radius + 1e-4f);
    }
  }

  /** The brightest pixels of a clip without a pole lie in the box of the moving object. */
  @Test
  void boxesAreAroundWhatMoves() {
    int inside = 0;
    int bright = 0;
    for (int i = 0; i < 40; i++) {
      Clip clip = MovingBox.draw(RANDOM.stream("boxes").stream(i), SIDE);
      for (int t = 0; t < clip.frames(); t++) {
        for (int p = 0; p < SIDE * SIDE; p++) {
          if (clip.pixels()[t * SIDE * SIDE + p] > 0.8) {
            double x = (p % SIDE + 0.5) / SIDE;
            double y = (p / SIDE + 0.5) / SIDE;
            float[] box = clip.values();
            bright++;
            inside +=
                x > box[4 * t] && x < box[4 * t + 2] && y > box[4 * t + 1] && y < box[4 * t + 3]
                    ? 1
                    : 0;
          }
        }
      }
    }
    assertThat(bright).isGreaterThan(2000);
    assertThat(inside).isGreaterThan(bright * 99 / 100);
  }

  /** A pixel belongs to the mask of a rectangle if its box covers at least half of it. */
  @Test
  void masksAreTheShapesInTheirBoxes() {
    int rectangles = 0;
    for (int i = 0; i < 20; i++) {
      Clip boxed = MovingBox.draw(RANDOM.stream("masks").stream(i), SIDE);
      Clip masked = MovingBox.drawMasked(RANDOM.stream("masks").stream(i), SIDE);
      assertThat(masked.pixels()).isEqualTo(boxed.pixels());
      assertThat(masked.values()).containsOnly(0, 1).hasSize(masked.frames() * SIDE * SIDE);
      int inside = 0;
      double area = 0;
      int same = 0;
      int sure = 0;
      for (int t = 0; t < masked.frames(); t++) {
        float[] box = Arrays.copyOfRange(boxed.values(), 4 * t, 4 * t + 4);
        area += (double) SIDE * SIDE * (box[2] - box[0]) * (box[3] - box[1]);
        for (int p = 0; p < SIDE * SIDE; p++) {
          boolean has = masked.values()[t * SIDE * SIDE + p] == 1;
          double covered = covered(p % SIDE, box[0], box[2]) * covered(p / SIDE, box[1], box[3]);
          assertThat(!has || covered > 0.4).as("a pixel inside is in the box").isTrue();
          inside += has ? 1 : 0;
          if (Math.abs(covered - 0.5) > 0.1) {
            sure++;
            same += has == covered > 0.5 ? 1 : 0;
          }
        }
      }
      if (same == sure) {
        rectangles++;
        assertThat(inside / area).isBetween(0.85, 1.15);
      } else {
        assertThat(inside / area).as("an ellipse").isEqualTo(Math.PI / 4, within(0.1));
      }
    }
    assertThat(rectangles).isBetween(4, 16);
  }

  /** How much of a pixel lies between two places, in parts of the side. */
  private static double covered(int pixel, double from, double to) {
    return Math.max(0, Math.min(pixel + 1.0, to * SIDE) - Math.max(pixel, from * SIDE));
  }

  @Test
  void masksOfABatchAreInTheOrderOfItsPixels() {
    StoredVideo video = video(Target.MASK, 2);
    ClipSource clips = ClipSource.drawn(3, RANDOM.stream("drawn"), it -> VideoData.draw(video, it));
    Batch batch = new ClipExamples(clips, video, List.of(), 3).batch(1, 0);
    float[] targets = Objects.requireNonNull(batch.targets());
    for (int row = 0; row < 3; row++) {
      Clip clip = clips.clip(1, row);
      for (int t = 0; t < clip.frames(); t++) {
        float[] read = new float[SIDE * SIDE];
        float[] wanted = new float[SIDE * SIDE];
        video.restore(batch.values(), (t * 3 + row) * SIDE * SIDE, read, 0);
        video.restore(targets, (t * 3 + row) * SIDE * SIDE, wanted, 0);
        assertThat(read).isEqualTo(clip.part(t, t + 1));
        assertThat(wanted)
            .isEqualTo(Arrays.copyOfRange(clip.values(), t * SIDE * SIDE, (t + 1) * SIDE * SIDE));
      }
    }
  }

  @Test
  void allGesturesAreDrawnAndOnlyDepthTellsPushFromPull() {
    Set<String> seen = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      seen.add(Gesture.draw(RANDOM.stream(i), 2, SIDE).label());
    }
    assertThat(seen).containsExactlyElementsOf(Gesture.words()).hasSize(10);
    for (int t = 0; t <= 10; t++) {
      double[] push = Gesture.PUSH.hand(t / 10.0, 0);
      double[] pull = Gesture.PULL.hand(1 - t / 10.0, 0);
      assertThat(push).containsExactly(pull, within(1e-12));
    }
  }

  /** Overlaps of boxes on a grid, counted cell by cell. */
  @Test
  void overlapsAreThoseOfCountedCells() {
    for (int i = 0; i < 200; i++) {
      RandomSource random = RANDOM.stream("cells").stream(i);
      float[] boxes = new float[8];
      for (int b = 0; b < 2; b++) {
        for (int axis = 0; axis < 2; axis++) {
          int from = random.below(10, 4 * b + axis);
          boxes[4 * b + axis] = from;
          boxes[4 * b + 2 + axis] = from + random.below(10, 4 * b + 2 + axis);
        }
      }
      int shared = 0;
      int either = 0;
      float[] masks = new float[800];
      for (int x = 0; x < 20; x++) {
        for (int y = 0; y < 20; y++) {
          boolean one = x >= boxes[0] && x < boxes[2] && y >= boxes[1] && y < boxes[3];
          boolean other = x >= boxes[4] && x < boxes[6] && y >= boxes[5] && y < boxes[7];
          shared += one && other ? 1 : 0;
          either += one || other ? 1 : 0;
          masks[20 * x + y] = one ? 0.5f : 0.49f;
          masks[400 + 20 * x + y] = other ? 1 : 0;
        }
      }
      assertThat(VideoScores.overlap(masks, 0, masks, 400, 400))
          .isEqualTo(either == 0 ? 1 : (double) shared / either, within(1e-12));
      assertThat(VideoScores.overlap(boxes, 0, boxes, 4))
          .isEqualTo(either == 0 ? 0 : (double) shared / either, within(1e-6));
    }
    assertThat(VideoScores.overlap(new float[] {3, 3, 1, 1}, 0, new float[] {0, 0, 4, 4}, 0))
        .as("a box whose right side is left of its left one")
        .isZero();
    assertThat(VideoScores.psnr(0.01)).isEqualTo(20, within(1e-12));
  }

  @Test
  void targetsAreTheNextFramesAndNothingIsReadAfterThoseGiven() {
    StoredVideo video = video(Target.FRAMES, 2);
    ClipSource clips = ClipSource.drawn(5, RANDOM.stream("drawn"), it -> VideoData.draw(video, it));
    ClipExamples examples = new ClipExamples(clips, video, List.of(), 3);
    assertThat(examples.chunks()).isEqualTo(2);
    int features = video.features();
    for (int index = 0; index < 2; index++) {
      Batch batch = examples.batch(4, index);
      int[] lengths = index == 0 ? new int[] {7, 7, 7} : new int[] {7, 7, 0};
      assertThat(batch.lengths()).isEqualTo(index == 0 ? null : lengths);
      float[] targets = Objects.requireNonNull(batch.targets());
      for (int row = 0; row < 3 && lengths[row] > 0; row++) {
        Clip clip = clips.clip(4, index * 3 + row);
        for (int t = 0; t < 7; t++) {
          float[] read = new float[features];
          float[] wanted = new float[features];
          video.restore(batch.values(), (t * 3 + row) * features, read, 0);
          video.restore(targets, (t * 3 + row) * features, wanted, 0);
          assertThat(read).isEqualTo(t < 4 ? clip.part(t, t + 1) : new float[features]);
          assertThat(wanted).isEqualTo(clip.part(t + 1, t + 2));
        }
      }
    }
  }

  @Test
  void labelsOfPaddingDoNotCount() {
    StoredVideo video = video(Target.GESTURE, 1);
    List<Clip> drawn = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      drawn.add(VideoData.draw(video, RANDOM.stream(i)));
    }
    ClipSource clips = ClipSource.of(drawn, RANDOM.stream("order"));
    List<String> labels = Gesture.words();
    Batch batch = new ClipExamples(clips, video, labels, 6).batch(2, 0);
    Ids ids = Objects.requireNonNull(batch.labels());
    int frames = 0;
    Set<Clip> seen = new java.util.HashSet<>();
    for (int row = 0; row < 6; row++) {
      Clip clip = clips.clip(2, row);
      seen.add(clip);
      frames += clip.frames();
      for (int t = 0; t < batch.timesteps(); t++) {
        assertThat(ids.values()[t * 6 + row])
            .isEqualTo(t < clip.frames() ? labels.indexOf(clip.label()) : -1);
      }
    }
    assertThat(seen).hasSize(6);
    assertThat(batch.count()).isEqualTo(frames);
    assertThat(Arrays.stream(ids.values()).filter(it -> it >= 0).count()).isEqualTo(frames);
  }

  /** Steering follows the bend and the offset; numbers are scaled by the training data. */
  @Test
  void numbersAreScaled() {
    StoredVideo video = video(Target.STEERING, 1);
    VideoData data = VideoData.drawn(20, 4, video, RANDOM);
    List<Clip> clips = data.training().first(20);
    double sum = 0;
    double squares = 0;
    for (Clip clip : clips) {
      for (float value : clip.values()) {
        sum += value;
        squares += (double) value * value;
      }
    }
    double mean = sum / 320;
    assertThat(data.video().mean()).isEqualTo(mean, within(1e-9));
    assertThat(data.video().deviation())
        .isEqualTo(Math.sqrt(squares / 320 - mean * mean), within(1e-6));
    Batch batch = new ClipExamples(data.training(), data.video(), List.of(), 20).batch(0, 0);
    float[] targets = Objects.requireNonNull(batch.targets());
    double scaled = 0;
    for (float target : targets) {
      scaled += target;
    }
    assertThat(scaled / 320).isEqualTo(0, within(1e-5));
  }
}
