package dev.comporta.tasks.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredSpeech;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.sound.LogMel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Batches of recordings, alone, joined and changed at random. */
class SpeechExamplesTest {
  private static final int BANDS = 3;
  private static final LogMel MEL = new LogMel(1000, 20, 10, BANDS);
  private static final RandomSource RANDOM = new CounterRandom(3);
  private static final StoredSpeech STORED =
      new StoredSpeech(
          MEL,
          new Normalization(new double[BANDS], new double[] {1, 1, 1}),
          List.of(" ", "a", "b"),
          List.of("ab", "b"));

  /** Recording i has a text of its own and i + 5 frames of the value i. */
  private static List<Recording> recordings(int count) {
    List<Recording> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = i % 2 == 0 ? "ab" : "b";
      all.add(new Recording("r" + i, i % 3 == 0 ? "ann" : "bob", i, text, new float[] {i}));
    }
    return all;
  }

  private static List<float[]> features(int count) {
    List<float[]> features = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] own = new float[(i + 5) * BANDS];
      Arrays.fill(own, i);
      features.add(own);
    }
    return features;
  }

  private static SpeechExamples examples(int count, int batch, int most, boolean augment) {
    return new SpeechExamples(
        recordings(count), features(count), STORED, batch, most, augment, RANDOM);
  }

  @Test
  void everyRecordingIsInOneRowOfAnEpoch() {
    SpeechExamples examples = examples(10, 4, 1, false);
    assertThat(examples.chunks()).isEqualTo(3);
    assertThat(examples.rows()).isEqualTo(4);
    List<Integer> seen = new ArrayList<>();
    for (int chunk = 0; chunk < 3; chunk++) {
      Batch batch = examples.batch(0, chunk);
      int[] lengths = batch.lengths();
      Ids labels = batch.labels();
      for (int row = 0; row < 4; row++) {
        if (lengths[row] > 0) {
          int value = (int) batch.values()[row * BANDS];
          seen.add(value);
          assertThat(lengths[row]).isEqualTo(value + 5);
          assertThat(labels.values()[row]).isEqualTo(value % 2 == 0 ? 2 : 3);
        }
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void stringsJoinRecordingsOfOneSpeakerAnewInEachEpoch() {
    SpeechExamples examples = examples(30, 5, 4, false);
    List<List<Integer>> first = strings(examples, 0);
    List<List<Integer>> second = strings(examples, 1);
    for (List<List<Integer>> epoch : List.of(first, second)) {
      assertThat(epoch.stream().flatMap(List::stream).distinct()).hasSize(30);
      for (List<Integer> string : epoch) {
        assertThat(string).hasSizeBetween(1, 4);
        assertThat(string.stream().map(i -> i % 3 == 0).distinct()).hasSize(1);
      }
    }
    assertThat(first).isNotEqualTo(second);
    assertThat(strings(examples, 0)).isEqualTo(first);
    assertThat(strings(examples(30, 5, 4, false), 1)).isEqualTo(second);
  }

  /** The recordings of each string, by the values of their frames; silence lies between them. */
  private static List<List<Integer>> strings(SpeechExamples examples, int epoch) {
    List<List<Integer>> strings = new ArrayList<>();
    for (int chunk = 0; chunk < examples.chunks(); chunk++) {
      Batch batch = examples.batch(epoch, chunk);
      for (int row = 0; row < examples.rows(); row++) {
        Map<Integer, Integer> frames = new TreeMap<>();
        List<Integer> string = new ArrayList<>();
        for (int t = 0; t < batch.lengths()[row]; t++) {
          float value = batch.values()[(t * examples.rows() + row) * BANDS];
          if (value >= 0 && frames.merge((int) value, 1, Integer::sum) == 1) {
            string.add((int) value);
          } else if (value < 0) {
            assertThat(value).isEqualTo(MEL.silence());
          }
        }
        frames.forEach((value, count) -> assertThat(count).isEqualTo(value + 5));
        if (!string.isEmpty()) {
          strings.add(string);
          StringBuilder text = new StringBuilder();
          for (int i = row; i < batch.labels().values().length; i += examples.rows()) {
            if (batch.labels().values()[i] > 0) {
              text.append(STORED.character(batch.labels().values()[i]));
            }
          }
          assertThat(text.toString())
              .isEqualTo(
                  String.join(" ", string.stream().map(i -> i % 2 == 0 ? "ab" : "b").toList()));
        }
      }
    }
    return strings;
  }

  @Test
  void changesAreBoundedAndReproducible() {
    float[] raw = new float[40 * BANDS];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = i / BANDS;
    }
    for (int seed = 0; seed < 50; seed++) {
      float[] changed = Augmentation.changed(raw, BANDS, 36, RANDOM.stream(seed));
      assertThat(changed.length / BANDS).isBetween(36, 46);
      assertThat(changed[0]).isCloseTo(0, within(2.1f));
      assertThat(changed[changed.length - 1]).isCloseTo(39, within(2.1f));
      assertThat(Augmentation.changed(raw, BANDS, 36, RANDOM.stream(seed))).isEqualTo(changed);
    }
    float[] ones = new float[40 * 10];
    Arrays.fill(ones, 1);
    int masked = 0;
    for (int seed = 0; seed < 50; seed++) {
      float[] own = ones.clone();
      Augmentation.mask(own, 10, RANDOM.stream(seed));
      int zeros = 0;
      for (float value : own) {
        zeros += value == 0 ? 1 : 0;
      }
      assertThat(zeros).isLessThanOrEqualTo(40 + 4 * 10);
      masked += zeros;
    }
    assertThat(masked).isPositive();
    assertThat(examples(10, 4, 2, true).batch(1, 0).values())
        .isEqualTo(examples(10, 4, 2, true).batch(1, 0).values());
    Augmentation.mask(new float[2], 2, RANDOM); // one frame
  }

  @Test
  void everyFrameOfARecordingIsNeeded() {
    assertThatThrownBy(() ->
            new SpeechExamples(
                List.of(new Recording("short.wav", "ann", 1, "abba", new float[1])),
                List.of(new float[4 * BANDS]),
                STORED,
                1,
                1,
                false,
                RANDOM))
        .hasMessage(
            "[speech] expected at least 5 frames for the characters of 'abba' but short.wav has 4; give a smaller --hop, or remove it");
  }

  @Test
  void joinedRecordingsHaveTheirSamplesInOrder() {
    List<Recording> all = recordings(20);
    List<Recording> strings = Recording.joined(all, 3, 1000, RANDOM);
    assertThat(strings.stream().mapToInt(it -> it.text().split(" ").length).sum()).isEqualTo(20);
    int sounds = 0;
    for (Recording string : strings) {
      for (float sample : string.samples()) {
        sounds += sample == 0 ? 0 : 1;
      }
      int words = string.text().split(" ").length;
      assertThat(string.samples().length)
          .isBetween(words, words + (int) ((words - 1) * 1000 * Recording.LONGEST_PAUSE));
    }
    assertThat(sounds).isEqualTo(19); // the sample of the first recording is 0
    assertThat(Recording.joined(all, 1, 1000, RANDOM)).hasSize(20);
  }
}
