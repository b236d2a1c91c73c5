package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clips are read as they were trained, alone, in a batch, and frame by frame. */
class VideoModelTest {
  private static final int SIDE = 4;

  private static StoredVideo video(Target target) {
    boolean frames = target == Target.FRAMES;
    boolean numbers = target == Target.STEERING;
    return new StoredVideo(
        target,
        SIDE,
        2,
        frames || target == Target.MASK ? 2 : 1,
        frames ? 3 : 0,
        frames ? 4 : 0,
        numbers ? 5 : 0,
        numbers ? 2 : 1);
  }

  private static Spec layers(int features, int outputs) {
    return Spec.of("sequential")
        .with("input-size", features)
        .with(
            "layers",
            List.of(
                Spec.of("recurrent").with("cell", "lstm").with("hidden", 5),
                Spec.of("dense").with("units", outputs)));
  }

  private static int outputs(Target target) {
    return switch (target) {
      case FRAMES -> video(target).features();
      case GESTURE -> 3;
      case BOX -> 4;
      case MASK -> SIDE * SIDE;
      case STEERING -> 1;
    };
  }

  private static LoadedModel model(Target target) {
    return model(
        video(target), layers(video(target).features(), outputs(target)), video(target).stored());
  }

  private static LoadedModel model(StoredVideo video, Spec spec, Vocabulary stored) {
    ModelFile plain =
        video.target() == Target.GESTURE
            ? GoldenModels.fresh(spec, stored, StoredLabels.stored(List.of("a", "b", "c")))
            : GoldenModels.fresh(spec, stored);
    return LoadedModels.of(
        new ModelFile(
            spec, plain.tensors(), plain.vocabularies(), plain.provenance(), video.constants()));
  }

  private static float[] clip(int frames, int seed) {
    Random random = new Random(seed);
    float[] clip = new float[frames * 2 * SIDE * SIDE];
    for (int i = 0; i < clip.length; i++) {
      clip[i] = random.nextFloat();
    }
    return clip;
  }

  @Test
  void patchesBecomeChannels() {
    StoredVideo video = video(Target.FRAMES);
    float[] frame = new float[video.features()];
    for (int i = 0; i < frame.length; i++) {
      frame[i] = i;
    }
    float[] arranged = new float[frame.length];
    video.arrange(frame, 0, arranged, 0);
    // channel 0: the pixels at the top left of each patch, then those at their top right ...
    assertThat(arranged).startsWith(0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15, 16);
    float[] again = new float[frame.length];
    video.restore(arranged, 0, again, 0);
    assertThat(again).isEqualTo(frame);
    float[] plain = new float[frame.length];
    video(Target.BOX).arrange(frame, 0, plain, 0);
    assertThat(plain).isEqualTo(frame);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void theFileSaysHowFramesAreRead(Target target) {
    LoadedModel model = model(target);
    assertThat(model.videoModel().format()).isEqualTo(video(target));
    assertThat(model.can(ModelAbility.READ_VIDEO)).isTrue();
  }

  @Test
  void framesAheadAreThoseOfTheNetworkAfterNothing() {
    LoadedModel model = model(Target.FRAMES);
    VideoModel video = model.videoModel();
    float[] clip = clip(5, 1);
    int features = 2 * SIDE * SIDE;
    float[] input = new float[6 * features];
    for (int t = 0; t < 3; t++) {
      video.format().arrange(clip, (2 + t) * features, input, t * features);
    }
    Batch batch = Batch.ofValues(6, 1, features, input, null);
    float[] logits = model.with(runner -> runner.predict(batch, runner.newCarry(1)));
    float[] expected = new float[4 * features];
    for (int k = 0; k < 4; k++) {
      video.format().restore(logits, (2 + k) * features, expected, k * features);
    }
    float[] next = video.nextFrames(clip);
    assertThat(next).hasSize(expected.length);
    for (int i = 0; i < next.length; i++) {
      assertThat((double) next[i]).isEqualTo(1 / (1 + Math.exp(-expected[i])), within(1e-6));
    }
    try (VideoModel.Stream stream = video.newStream()) {
      float[] last = new float[0];
      for (int t = 0; t < 3; t++) {
        last = stream.next(Arrays.copyOfRange(clip, (2 + t) * features, (3 + t) * features));
      }
      for (int i = 0; i < features; i++) {
        assertThat(last[i]).isEqualTo(next[i], within(1e-6f));
      }
    }
  }

  @Test
  void aBatchHasTheBitsOfEachClip() {
    VideoModel frames = model(Target.FRAMES).videoModel();
    VideoModel labels = model(Target.GESTURE).videoModel();
    VideoModel boxes = model(Target.BOX).videoModel();
    List<float[]> clips = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      clips.add(clip(3 + i % 4, i));
    }
    List<float[]> next = frames.nextFrames(clips);
    List<List<Classification>> each = labels.labelFrames(clips);
    List<float[]> found = boxes.numbers(clips);
    for (int i = 0; i < clips.size(); i += 9) {
      assertThat(next.get(i)).isEqualTo(frames.nextFrames(clips.get(i)));
      assertThat(each.get(i)).isEqualTo(labels.labelFrames(clips.get(i)));
      assertThat(found.get(i)).isEqualTo(boxes.numbers(List.of(clips.get(i))).getFirst());
      assertThat(each.get(i)).hasSize(3 + i % 4);
      assertThat(found.get(i)).hasSize(4 * (3 + i % 4));
    }
    assertThat(labels.labels()).containsExactly("a", "b", "c");
    assertThat(boxes.labels()).isEmpty();
  }

  @Test
  void aStreamAnswersAsTheWholeClip() {
    float[] clip = clip(6, 3);
    int features = 2 * SIDE * SIDE;
    VideoModel labels = model(Target.GESTURE).videoModel();
    VideoModel numbers = model(Target.STEERING).videoModel();
    float[] whole = numbers.numbers(List.of(clip)).getFirst();
    try (VideoModel.Stream one = labels.newStream();
        VideoModel.Stream other = numbers.newStream()) {
      for (int t = 0; t < 6; t++) {
        float[] frame = Arrays.copyOfRange(clip, t * features, (t + 1) * features);
        assertThat(one.label(frame).label()).isEqualTo(labels.labelFrames(clip).get(t).label());
        assertThat(other.numbers(frame)[0]).isEqualTo(whole[t], within(1e-5f));
      }
      assertThatThrownBy(() -> other.label(clip(1, 1)))
          .hasMessageContaining("expected a model with the target gesture but that of")
          .hasMessageContaining("is steering");
      assertThatThrownBy(() -> other.numbers(clip(2, 1)))
          .hasMessageContaining("expected one frame but got 2");
    }
  }

  @Test
  void numbersHaveTheScaleOfTheData() {
    LoadedModel model = model(Target.STEERING);
    float[] clip = clip(2, 4);
    float[] raw = model.run(clip);
    assertThat(model.videoModel().numbers(List.of(clip)).getFirst())
        .containsExactly(raw[0] * 2 + 5, raw[1] * 2 + 5);
  }

  /** The outputs are logits of patches of masks, which have one channel whatever frames have. */
  @Test
  void masksAreProbabilitiesOfPixels() {
    LoadedModel model = model(Target.MASK);
    VideoModel video = model.videoModel();
    int pixels = SIDE * SIDE;
    float[] clip = clip(3, 5);
    float[] logits = model.run(video.format().arranged(clip));
    float[] masks = video.masks(List.of(clip(2, 6), clip)).get(1);
    assertThat(masks).hasSize(3 * pixels);
    try (VideoModel.Stream stream = video.newStream()) {
      for (int t = 0; t < 3; t++) {
        float[] streamed =
            stream.mask(Arrays.copyOfRange(clip, t * 2 * pixels, (t + 1) * 2 * pixels));
        for (int row = 0; row < SIDE; row++) {
          for (int column = 0; column < SIDE; column++) {
            int patch = row / 2 * 2 + column / 2;
            double logit = logits[t * pixels + (row % 2 * 2 + column % 2) * 4 + patch];
            double expected = 1 / (1 + Math.exp(-logit));
            int at = row * SIDE + column;
            assertThat((double) masks[t * pixels + at]).isEqualTo(expected, within(1e-6));
            assertThat((double) streamed[at]).isEqualTo(expected, within(1e-5));
          }
        }
      }
      assertThatThrownBy(() -> stream.next(clip(1, 1)))
          .hasMessageContaining("expected a model with the target frames but that of")
          .hasMessageContaining("is mask");
    }
    assertThatThrownBy(() -> model(Target.BOX).videoModel().masks(List.of(clip)))
        .hasMessageContaining("expected a model with the target mask but that of");
  }

  @Test
  void whatCannotBeUsedIsNamed() {
    VideoModel video = model(Target.FRAMES).videoModel();
    assertThatThrownBy(() -> video.nextFrames(clip(2, 1)))
        .hasMessageContaining("expected a clip of 3 frames or more to predict the next ones");
    assertThatThrownBy(() -> video.nextFrames(new float[33]))
        .hasMessageContaining("expected a clip [frames, 2, 4, 4] of one frame or more, 32 numbers");
    float[] bright = clip(3, 1);
    bright[7] = 1.5f;
    assertThatThrownBy(() -> video.nextFrames(bright))
        .hasMessageContaining("expected intensities from 0 to 1 but got 1.5 at index 7");
    assertThatThrownBy(() -> video.numbers(List.of(clip(3, 1))))
        .hasMessageContaining("expected a model with the target box or steering but that of");
    assertThatThrownBy(
            () -> model(video(Target.BOX), layers(32, 5), video(Target.BOX).stored()).videoModel())
        .hasMessageContaining("to 4 outputs in")
        .hasMessageContaining("from 32 to 5; the file is inconsistent");
    Spec last =
        Spec.of("sequential")
            .with("input-size", 32)
            .with(
                "layers",
                List.of(
                    Spec.of("recurrent")
                        .with("cell", "lstm")
                        .with("hidden", 4)
                        .with("returns", "last")));
    assertThatThrownBy(
            () -> model(video(Target.BOX), last, video(Target.BOX).stored()).videoModel())
        .hasMessageContaining("expected layers that give an output for each frame");
    assertThatThrownBy(() ->
            model(
                    video(Target.BOX),
                    layers(32, 4),
                    new Vocabulary("video", "video", List.of("sound")))
                .videoModel())
        .hasMessageContaining("expected frames, gesture, box, mask or steering as the target of");
    Spec spec = layers(32, 4);
    ModelFile plain = GoldenModels.fresh(spec, video(Target.BOX).stored());
    ModelFile without =
        new ModelFile(spec, plain.tensors(), plain.vocabularies(), plain.provenance(), Map.of());
    assertThatThrownBy(() -> LoadedModels.of(without).videoModel())
        .hasMessageContaining("expected a whole number from 2 to 256 as the pixels on a side");
    assertThatThrownBy(() -> LoadedModels.of(GoldenModels.fresh(spec)).videoModel())
        .hasMessageContaining("expected a model that reads video but");
  }
}
