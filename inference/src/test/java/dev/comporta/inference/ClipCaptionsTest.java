package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.model.Spec;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredCaptionWords;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clips are captioned with attention to their frames, alone and in a batch. */
class ClipCaptionsTest {
  private static final List<String> WORDS = List.of("<unk>", "<eos>", "a", "star", "moves", "up");
  private static final int SIDE = 8;
  private static final int FRAMES = 5;
  private static final int SIZE = 3 * SIDE * SIDE;

  private static LoadedModel model(boolean attention, boolean places, Map<String, Double> numbers) {
    List<Spec> encoder = new ArrayList<>();
    encoder.add(
        Spec.of("conv2d")
            .with("height", SIDE)
            .with("width", SIDE)
            .with("filters", 3)
            .with("kernel", 4)
            .with("stride", 4));
    if (places) {
      encoder.add(Spec.of("picture-places").with("height", 2).with("width", 2));
    }
    encoder.add(Spec.of("bidirectional").with("cell", "lstm").with("hidden", 4));
    Spec decoder =
        Spec.of(attention ? "attention-decoder" : "decoder").with("cell", "lstm").with("hidden", 6);
    Spec spec =
        Spec.of("encoder-decoder")
            .with("source-input-size", SIZE)
            .with("encoder", encoder)
            .with(
                "layers",
                List.of(
                    Spec.of("embedding").with("vocabulary", WORDS.size()).with("size", 4),
                    decoder,
                    Spec.of("dense").with("units", WORDS.size())));
    ModelFile plain =
        GoldenModels.fresh(spec, StoredCaptionWords.stored(WordVocabulary.ofTokens(WORDS)));
    return LoadedModels.of(
        new ModelFile(spec, plain.tensors(), plain.vocabularies(), plain.provenance(), numbers));
  }

  private static float[] clip(int factor) {
    float[] clip = new float[FRAMES * SIZE];
    for (int i = 0; i < clip.length; i++) {
      clip[i] = (i * factor + i / SIZE * 40) % 256;
    }
    return clip;
  }

  /** The first word is that of the network, which reads the frames as timesteps. */
  @Test
  void captionsAreThoseOfTheNetwork() {
    LoadedModel model = model(true, false, StoredCaptionWords.constants(FRAMES));
    assertThat(model.abilities()).containsExactly(ModelAbility.CAPTION);
    Captioner captioner = model.captioner();
    assertThat(captioner.frames()).isEqualTo(FRAMES);
    assertThat(captioner.rows() * captioner.columns()).isEqualTo(1);
    Hypothesis best =
        captioner
            .caption(List.of(clip(31)), BeamSettings.GREEDY)
            .getFirst()
            .hypotheses()
            .getFirst();

    float[] values = clip(31);
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 - values[i] / 127.5f;
    }
    Batch batch =
        Batch.ofSequences(List.of(new int[] {1}), 1)
            .source(Batch.ofValues(FRAMES, 1, SIZE, values, null));
    float[] logits = model.with(runner -> runner.predict(batch, runner.newCarry(1)));
    int first = 0;
    for (int i = 1; i < logits.length; i++) {
      first = logits[i] > logits[first] ? i : first;
    }
    List<Integer> tokens = new ArrayList<>(best.tokens());
    tokens.add(1);
    assertThat(tokens.getFirst()).isEqualTo(first);
  }

  @Test
  void aClipIsCaptionedAloneAsInABatchAndTheOrderOfItsFramesMatters() {
    Captioner captioner = model(true, false, StoredCaptionWords.constants(FRAMES)).captioner();
    List<ImageCaption> together =
        captioner.caption(List.of(clip(7), clip(31), reversed(clip(31))), BeamSettings.DEFAULT);
    ImageCaption alone = captioner.caption(clip(31));
    assertThat(together.get(1).hypotheses()).isEqualTo(alone.hypotheses());
    assertThat(together.get(2).hypotheses().getFirst().score())
        .isNotEqualTo(alone.hypotheses().getFirst().score());
    Hypothesis longest =
        alone.hypotheses().stream()
            .max(java.util.Comparator.comparingInt(it -> it.tokens().size()))
            .orElseThrow();
    for (float[] weights : longest.attention()) {
      float sum = 0;
      for (float weight : weights) {
        sum += weight;
      }
      assertThat(weights).hasSize(FRAMES);
      assertThat(sum).isBetween(0.999f, 1.001f);
    }
  }

  private static float[] reversed(float[] clip) {
    float[] reversed = new float[clip.length];
    for (int frame = 0; frame < FRAMES; frame++) {
      System.arraycopy(clip, frame * SIZE, reversed, (FRAMES - 1 - frame) * SIZE, SIZE);
    }
    return reversed;
  }

  /** With positions in each frame, the decoder attends to those of all frames. */
  @Test
  void positionsOfFramesAndModelsWithoutAttention() {
    Captioner places = model(true, true, StoredCaptionWords.constants(FRAMES)).captioner();
    assertThat(places.rows()).isEqualTo(2);
    for (float[] weights : places.caption(clip(31)).hypotheses().getFirst().attention()) {
      assertThat(weights).hasSize(4 * FRAMES);
    }
    Captioner plain = model(false, false, StoredCaptionWords.constants(FRAMES)).captioner();
    assertThat(plain.hasAttention()).isFalse();
    assertThat(plain.rows()).isZero();
    assertThat(plain.caption(clip(31)).texts()).isNotEmpty();
  }

  @Test
  void whatCannotBeUsed() {
    Captioner captioner = model(true, false, StoredCaptionWords.constants(FRAMES)).captioner();
    assertThatThrownBy(() -> captioner.caption(new float[SIZE]))
        .hasMessage(
            "[caption] expected images [5, 3, 8, 8] of 960 numbers but image 0 has 192; scale it first");
    for (double frames : new double[] {1, 2.5, 101, Double.NaN}) {
      LoadedModel wrong = model(true, false, Map.of("frames of a clip", frames));
      assertThatThrownBy(wrong::captioner)
          .hasMessageContaining("expected a whole number from 2 to 100 as the frames of a clip");
    }
  }
}
