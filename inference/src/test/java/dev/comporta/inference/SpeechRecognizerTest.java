package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.ctc.CtcOutputs;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredSpeech;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.sound.LogMel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Speech is recognised alone, in a batch and as a stream. */
class SpeechRecognizerTest {
  private static final int BANDS = 5;
  private static final StoredSpeech STORED =
      new StoredSpeech(
          new LogMel(1000, 20, 10, BANDS),
          new Normalization(new double[] {1, 2, 3, 4, 5}, new double[] {1, 2, 1, 2, 1}),
          List.of(" ", "a", "b"),
          List.of("ab", "ba", "b"));

  private static LoadedModel model(String layer, int units, Map<String, Double> constants) {
    Spec spec =
        Spec.of(SequenceModel.KIND)
            .with("input-size", BANDS)
            .with(
                "layers",
                List.of(
                    Spec.of(layer).with("cell", "gru").with("hidden", 6),
                    Spec.of("dense").with("units", units)));
    ModelFile plain =
        GoldenModels.fresh(spec, STORED.stored().getFirst(), STORED.stored().getLast());
    return LoadedModels.of(
        new ModelFile(spec, plain.tensors(), plain.vocabularies(), plain.provenance(), constants));
  }

  private static float[] noise(int length, int seed) {
    RandomSource random = new CounterRandom(seed).stream("noise");
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.3 * random.normal(i) * (1 + i / 100 % 3));
    }
    return samples;
  }

  @Test
  void textsAreThoseOfTheNetwork() {
    LoadedModel model = model("bidirectional", 4, STORED.constants());
    assertThat(model.abilities()).containsExactly(ModelAbility.RECOGNIZE_SPEECH);
    SpeechRecognizer recognizer = model.speechRecognizer();
    assertThat(recognizer.sampleRate()).isEqualTo(1000);
    float[] samples = noise(600, 1);
    float[] logits = model.run(STORED.scaled(STORED.features().of(samples)));
    CtcOutputs outputs = CtcOutputs.ofLogits(logits, 4, 0);
    Transcript greedy =
        recognizer.recognizeAll(List.of(samples), RecognitionSettings.GREEDY).getFirst();
    assertThat(greedy.text())
        .isEqualTo(StoredSpeech.normalized(STORED.decode(outputs.greedy().labels())));
    Transcript searched = recognizer.recognize(samples);
    assertThat(searched.text()).matches("((ab|ba|b)( (ab|ba|b))*)?");
    assertThat(searched.probability()).isBetween(0.0, 1.0);
    assertThat(searched.logProbability())
        .isCloseTo(outputs.logProbability(STORED.encode(searched.text(), "x")), within(1e-9));
    assertThat(searched.frames()).isEqualTo(59);
    assertThat(searched.words().stream().map(Transcript.Part::text))
        .containsExactlyElementsOf(
            searched.text().isEmpty() ? List.of() : List.of(searched.text().split(" ")));
    double before = 0;
    for (Transcript.Part character : searched.characters()) {
      assertThat(character.from()).isGreaterThanOrEqualTo(before);
      assertThat(character.to()).isGreaterThan(character.from());
      before = character.to();
    }
    assertThat(recognizer.recognize(new float[0]).text()).isEmpty();
  }

  @Test
  void aBatchHasTheBitsOfEachRecording() {
    SpeechRecognizer recognizer = model("bidirectional", 4, STORED.constants()).speechRecognizer();
    List<float[]> recordings = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      recordings.add(noise(100 + 37 * (i % 7), i));
    }
    List<Transcript> all = recognizer.recognizeAll(recordings, RecognitionSettings.DEFAULT);
    for (int i = 0; i < 40; i += 3) {
      assertThat(all.get(i)).isEqualTo(recognizer.recognize(recordings.get(i)));
    }
    assertThat(recognizer.recognizeAll(List.of(), RecognitionSettings.DEFAULT)).isEmpty();
  }

  @Test
  void aStreamGivesTheWordsOfTheWhole() {
    SpeechRecognizer recognizer = model("recurrent", 4, STORED.constants()).speechRecognizer();
    int words = 0;
    for (int seed = 0; seed < 20; seed++) {
      float[] samples = noise(500 + seed, seed);
      Transcript whole =
          recognizer.recognizeAll(List.of(samples), RecognitionSettings.GREEDY).getFirst();
      List<Transcript.Part> parts = new ArrayList<>();
      try (SpeechStream stream = recognizer.newStream()) {
        for (int from = 0; from < samples.length; from += 13) {
          parts.addAll(
              stream.add(Arrays.copyOfRange(samples, from, Math.min(samples.length, from + 13))));
          assertThat(stream.pending()).doesNotContain(" ");
        }
        parts.addAll(stream.end());
        assertThat(stream.frames()).isEqualTo(whole.frames());
      }
      assertThat(parts.stream().map(Transcript.Part::text))
          .containsExactlyElementsOf(whole.words().stream().map(Transcript.Part::text).toList());
      words += parts.size();
    }
    assertThat(words).isPositive();
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(
            () -> model("bidirectional", 4, STORED.constants()).speechRecognizer().newStream())
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("reads frame by frame, trained with --unidirectional, but");
    assertThatThrownBy(() -> model("recurrent", 3, STORED.constants()).speechRecognizer())
        .hasMessageContaining("an output for the blank and each of 3 characters")
        .hasMessageContaining("and has 3; the file is inconsistent");
    Map<String, Double> constants = new LinkedHashMap<>(STORED.constants());
    constants.put("samples of a hop", 1.5);
    assertThatThrownBy(() -> model("recurrent", 4, constants).speechRecognizer())
        .hasMessageContaining("a whole number from 1 to 65536 as the samples of a hop of")
        .hasMessageContaining("but got 1.5");
    constants.putAll(STORED.constants());
    constants.remove("mean of mel band 3");
    assertThatThrownBy(() -> model("recurrent", 4, constants).speechRecognizer())
        .hasMessageContaining("mel band 3");
    assertThatThrownBy(() -> STORED.encode("abc", "x.wav"))
        .hasMessageContaining("in the text of x.wav but got 'c'");
    assertThatThrownBy(() -> new RecognitionSettings(0, true))
        .hasMessageContaining("a beam of 1 or more but got 0");
    SpeechRecognizer recognizer = model("recurrent", 4, STORED.constants()).speechRecognizer();
    assertThatThrownBy(() -> recognizer.recognize(0, Float.POSITIVE_INFINITY))
        .hasMessageContaining("but sample 1 is Infinity");
  }

  @Test
  void textsAreNormalised() {
    assertThat(StoredSpeech.normalized("  Two\t THREE ")).isEqualTo("two three");
    assertThat(StoredSpeech.characters(List.of("two three"))).hasSize(7);
    assertThat(StoredSpeech.words(List.of("two three", "two", ""))).containsExactly("three", "two");
  }
}
