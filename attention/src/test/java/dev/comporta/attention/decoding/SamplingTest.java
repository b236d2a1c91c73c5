package dev.comporta.attention.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplingTest {
  private static final Sampler AS_THE_MODEL_SAYS = new Sampler(1, 0, 1);

  private static List<BeamSearch.Found> sample(
      Sampler sampler, int samples, int longest, long... seeds) {
    return decode(new SamplingSettings(sampler, samples, 7), longest, seeds);
  }

  private static List<BeamSearch.Found> decode(Decoding decoding, int longest, long... seeds) {
    int[] lengths = new int[seeds.length];
    Arrays.fill(lengths, longest);
    return decoding.decode(
        new HashModel(seeds),
        HashModel.BEGIN,
        HashModel.END,
        lengths,
        LongStream.of(seeds).mapToObj(Long::toString).toList(),
        true);
  }

  @Test
  void aTemperatureOfZeroIsABeamOfOne() {
    long[] seeds = {1, 2, 3, 4, 5, 6, 7, 8};
    List<BeamSearch.Found> drawn = sample(new Sampler(0, 0, 1), 1, 6, seeds);
    List<BeamSearch.Found> greedy = decode(BeamSettings.GREEDY, 6, seeds);
    for (int i = 0; i < seeds.length; i++) {
      assertThat(drawn.get(i).hypotheses()).isEqualTo(greedy.get(i).hypotheses());
    }
  }

  @Test
  void neitherSequencesNorSamplesSeeEachOther() {
    long[] seeds = {11, 12, 13, 14, 15};
    List<BeamSearch.Found> together = sample(AS_THE_MODEL_SAYS, 4, 7, seeds);
    for (int i = 0; i < seeds.length; i++) {
      List<Hypothesis> four = together.get(i).hypotheses();
      assertThat(sample(AS_THE_MODEL_SAYS, 4, 7, seeds[i]).getFirst().hypotheses())
          .isEqualTo(four)
          .hasSize(4);
      assertThat(sample(AS_THE_MODEL_SAYS, 2, 7, seeds[i]).getFirst().hypotheses())
          .isEqualTo(four.subList(0, 2));
    }
    assertThat(together)
        .anySatisfy(found -> assertThat(found.hypotheses()).doesNotHaveDuplicates());
  }

  @Test
  void tokensAreAsFrequentAsTheModelSays() {
    int draws = 8000;
    long model = 21;
    double[] shares = new double[HashModel.V];
    for (Hypothesis drawn : sample(AS_THE_MODEL_SAYS, draws, 1, model).getFirst().hypotheses()) {
      shares[drawn.ended() ? HashModel.END : drawn.tokens().getFirst()] += 1.0 / draws;
    }
    float[] logs = HashModel.logs(model, List.of(HashModel.BEGIN));
    for (int v = 0; v < HashModel.V; v++) {
      double p = Math.exp(logs[v]);
      assertThat(shares[v]).isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / draws) + 1e-9));
    }
  }

  @Test
  void logProbabilitiesAndScoresAreTheModelsWhateverTheTemperature() {
    for (Hypothesis drawn : sample(new Sampler(3, 2, 0.9), 20, 5, 31).getFirst().hypotheses()) {
      List<Integer> prefix = new ArrayList<>(List.of(HashModel.BEGIN));
      double sum = 0;
      for (int t = 0; t < drawn.logProbabilities().size(); t++) {
        int token = t < drawn.tokens().size() ? drawn.tokens().get(t) : HashModel.END;
        float log = HashModel.logs(31, prefix)[token];
        assertThat(drawn.logProbabilities().get(t)).isEqualTo(log);
        assertThat(drawn.attended(t)).isEqualTo((t + 1) % HashModel.S);
        prefix.add(token);
        sum += log;
      }
      assertThat(drawn.score()).isCloseTo(sum, within(1e-6));
      assertThat(drawn.ended() || drawn.tokens().size() == 5).isTrue();
    }
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    assertThatThrownBy(() -> new SamplingSettings(AS_THE_MODEL_SAYS, 0, 1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[sampling] expected 1 sample or more but got 0");
    assertThatThrownBy(() -> sample(AS_THE_MODEL_SAYS, 1, 0, 1))
        .isInstanceOf(dev.comporta.api.tensor.ShapeException.class)
        .hasMessage(
            "[sampling] expected 1 maximum lengths of 1 or more and as many random sources but got [0] and 1");
    assertThatThrownBy(() -> sample(AS_THE_MODEL_SAYS, Integer.MAX_VALUE, 5, 1, 2, 3))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining(
            "for each of 3 sequences, 6,442,450,941 in total; lower --n-best or --batch");
  }
}
