package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.model.Spec;
import dev.comporta.inference.content.StoredMusic;
import dev.comporta.serialization.ModelFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chords are drawn with the probabilities that the model gives whole sequences. */
class MusicGeneratorTest {
  private static final int KEYS = 4;
  private static final int LOWEST = 60;
  private static final List<List<Integer>> START =
      List.of(List.of(60, 63), List.of(), List.of(61, 62, 63));

  private static Spec spec(boolean nade) {
    Spec gru = Spec.of("recurrent").with("cell", "gru").with("hidden", 6);
    List<Spec> layers =
        nade
            ? List.of(
                Spec.of("nade").with("units", KEYS).with("hidden", 5).with("layers", List.of(gru)))
            : List.of(gru, Spec.of("dense").with("units", KEYS));
    return Spec.of("sequential").with("input-size", nade ? 2 * KEYS : KEYS).with("layers", layers);
  }

  private static LoadedModel model(Spec spec, Map<String, Double> constants) {
    ModelFile plain = GoldenModels.fresh(spec);
    return LoadedModels.of(
        new ModelFile(spec, plain.tensors(), plain.vocabularies(), plain.provenance(), constants));
  }

  private static LoadedModel model(boolean nade) {
    return model(spec(nade), new StoredMusic(LOWEST, 2).constants());
  }

  /** The logits of the last chord of a piece, from a run over the whole piece. */
  private static float[] logits(LoadedModel model, List<List<Integer>> chords) {
    int size = model.network().inputSize();
    float[] x = new float[chords.size() * size];
    for (int t = 0; t < chords.size(); t++) {
      for (int note : t == 0 ? List.<Integer>of() : chords.get(t - 1)) {
        x[t * size + note - LOWEST] = 1;
      }
      for (int note : size > KEYS ? chords.get(t) : List.<Integer>of()) {
        x[t * size + KEYS + note - LOWEST] = 1;
      }
    }
    float[] all = model.run(x);
    return Arrays.copyOfRange(all, all.length - KEYS, all.length);
  }

  private static List<Integer> chord(int bits) {
    List<Integer> chord = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      if ((bits >> key & 1) == 1) {
        chord.add(LOWEST + key);
      }
    }
    return chord;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void chordsAreDrawnWithTheirProbabilities(boolean nade) {
    LoadedModel model = model(nade);
    assertThat(model.abilities()).containsExactly(ModelAbility.GENERATE_MUSIC);
    MusicGenerator music = model.musicGenerator();
    assertThat(music.lowestNote()).isEqualTo(60);
    assertThat(music.highestNote()).isEqualTo(63);
    assertThat(music.stepsPerBeat()).isEqualTo(2);
    int draws = 8000;
    for (List<List<Integer>> start : List.of(START, List.<List<Integer>>of())) {
      int[] drawn = new int[1 << KEYS];
      for (int seed = 0; seed < draws; seed++) {
        int bits = 0;
        for (int note : music.continued(start, 1, 1, seed).getFirst()) {
          bits |= 1 << (note - LOWEST);
        }
        drawn[bits]++;
      }
      double all = 0;
      for (int bits = 0; bits < drawn.length; bits++) {
        List<List<Integer>> piece = new ArrayList<>(start);
        piece.add(chord(bits));
        float[] logits = logits(model, piece);
        double probability = 1;
        for (int key = 0; key < KEYS; key++) {
          double on = 1 / (1 + Math.exp(-logits[key]));
          probability *= (bits >> key & 1) == 1 ? on : 1 - on;
        }
        all += probability;
        // five standard deviations
        assertThat((double) drawn[bits] / draws)
            .isCloseTo(probability, within(5 * Math.sqrt(probability / draws)));
      }
      assertThat(all).isCloseTo(1, within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void temperatureZeroTakesKeysAboveOneHalf(boolean nade) {
    LoadedModel model = model(nade);
    MusicGenerator music = model.musicGenerator();
    List<List<Integer>> added = music.continued(START, 5, 0, 1);
    assertThat(added).hasSize(5).isEqualTo(music.continued(START, 5, 0, 2));
    List<List<Integer>> piece = new ArrayList<>(START);
    for (List<Integer> chord : added) {
      piece.add(chord);
      float[] logits = logits(model, piece);
      for (int key = 0; key < KEYS; key++) {
        assertThat(chord.contains(LOWEST + key)).isEqualTo(logits[key] > 0);
      }
    }
    assertThat(music.continued(START, 9, 1, 5)).isEqualTo(music.continued(START, 9, 1, 5));
  }

  @Test
  void whatCannotBeContinuedIsRefused() {
    MusicGenerator music = model(true).musicGenerator();
    assertThatThrownBy(() -> music.continued(List.of(List.of(60), List.of(64)), 1, 1, 1))
        .hasMessage(
            "[music] expected notes from 60 to 63, the keys of the model, but step 2 has 64");
    assertThatThrownBy(() -> music.continued(START, 0, 1, 1))
        .hasMessage("[music] expected 1 step or more but got 0");
    assertThatThrownBy(() -> music.continued(START, 1, Double.NaN, 1))
        .hasMessage("[music] expected a temperature of 0 or more but got NaN");
    assertThatThrownBy(() -> model(spec(true), Map.of()).musicGenerator())
        .hasMessageContaining("expected a model of music but m does not give the lowest key");
    Map<String, Double> wrong = Map.of("lowest key of the piano roll", 21.5, "steps per beat", 2.0);
    assertThatThrownBy(() -> model(spec(true), wrong).musicGenerator())
        .hasMessageContaining("expected a whole number from 0 to 127 as the lowest key");
    Spec other = GoldenModels.layers(3, Spec.of("dense").with("units", KEYS));
    assertThatThrownBy(() -> model(other, new StoredMusic(LOWEST, 2).constants()).musicGenerator())
        .hasMessageContaining("to read the 4 keys that it gives, once or twice, but it reads 3");
  }
}
