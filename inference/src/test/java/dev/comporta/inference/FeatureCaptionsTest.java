package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredCaptionWords;
import dev.comporta.inference.content.StoredImageFeatures;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Captions of features that another network computed. */
class FeatureCaptionsTest {
  private static final List<String> WORDS = List.of("<unk>", "<eos>", "a", "star", "box", "up");
  private static final int CHANNELS = 5;
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;
  private static final int SIZE = CHANNELS * ROWS * COLUMNS;
  private static final StoredImageFeatures FEATURES =
      new StoredImageFeatures("net.onnx", "ab".repeat(32), 40, 12.5);

  private static LoadedModel model(Vocabulary features, Map<String, Double> numbers) {
    Spec spec =
        Spec.of("encoder-decoder")
            .with("source-input-size", SIZE)
            .with(
                "encoder",
                List.of(
                    Spec.of("picture-places").with("height", ROWS).with("width", COLUMNS),
                    Spec.of("dense").with("units", 7).with("activation", "relu")))
            .with(
                "layers",
                List.of(
                    Spec.of("embedding").with("vocabulary", WORDS.size()).with("size", 4),
                    Spec.of("attention-decoder").with("cell", "gru").with("hidden", 6),
                    Spec.of("dense").with("units", WORDS.size())));
    ModelFile plain =
        GoldenModels.fresh(spec, StoredCaptionWords.stored(WordVocabulary.ofTokens(WORDS)))
            .with(features);
    return LoadedModels.of(
        new ModelFile(spec, plain.tensors(), plain.vocabularies(), plain.provenance(), numbers));
  }

  private static float[] features(int factor) {
    float[] features = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      features[i] = i * factor % 83;
    }
    return features;
  }

  /** The network reads the features in deviations from the mean. */
  @Test
  void captionsAreThoseOfTheNetwork() {
    LoadedModel model = model(FEATURES.stored(), FEATURES.constants());
    assertThat(model.abilities()).containsExactly(ModelAbility.CAPTION);
    Captioner captioner = model.captioner();
    assertThat(captioner.features()).contains(FEATURES);
    assertThat(List.of(captioner.side(), captioner.rows(), captioner.columns()))
        .containsExactly(0, ROWS, COLUMNS);
    float[] given = features(31);
    var best =
        captioner
            .caption(List.of(features(7), given), BeamSettings.GREEDY)
            .getLast()
            .hypotheses()
            .getFirst();
    assertThat(given).as("not changed").isEqualTo(features(31));

    float[] values = features(31);
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) ((values[i] - 40) / 12.5);
    }
    Batch batch =
        Batch.ofSequences(List.of(new int[] {1}), 1)
            .source(Batch.ofValues(1, 1, SIZE, values, null));
    float[] logits = model.with(runner -> runner.predict(batch, runner.newCarry(1)));
    double sum = 0;
    int first = 0;
    for (int i = 0; i < logits.length; i++) {
      sum += Math.exp(logits[i]);
      first = logits[i] > logits[first] ? i : first;
    }
    assertThat(first).isEqualTo(best.tokens().isEmpty() ? 1 : best.tokens().getFirst());
    assertThat(best.logProbabilities().getFirst().doubleValue())
        .isCloseTo(logits[first] - Math.log(sum), within(1e-5));
  }

  @Test
  void whatIsNoFeatures() {
    Captioner captioner = model(FEATURES.stored(), FEATURES.constants()).captioner();
    assertThatThrownBy(() -> captioner.caption(new float[SIZE + 1]))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[caption] expected features [5, 2, 3] of 30 numbers but image 0 has 31; compute them by net.onnx");
    float[] features = features(3);
    features[4] = Float.NaN;
    assertThatThrownBy(() -> captioner.caption(features))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[caption] expected finite features but got NaN at index 4");
  }

  @Test
  void filesThatContradictThemselves() {
    Map<String, Double> noDeviation = new HashMap<>(FEATURES.constants());
    noDeviation.replaceAll((_, value) -> value == 12.5 ? 0.0 : value);
    for (Map<String, Double> numbers : List.of(Map.<String, Double>of(), noDeviation)) {
      LoadedModel model = model(FEATURES.stored(), numbers);
      assertThat(model.abilities()).isEmpty();
      assertThatThrownBy(model::captioner)
          .isInstanceOf(ComportaException.class)
          .hasMessageContaining("the file, hash, mean and deviation of image features")
          .hasMessageNotContaining("\n");
    }
    Vocabulary other = new Vocabulary("features", FEATURES.stored().kind(), List.of("net.onnx"));
    assertThat(model(other, FEATURES.constants()).abilities()).isEmpty();
  }
}
