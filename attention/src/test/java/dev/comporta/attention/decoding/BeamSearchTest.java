package dev.comporta.attention.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beam search compared with exhaustive search, on a model that depends on all previous tokens. */
class BeamSearchTest {
  private static final int BEGIN = HashModel.BEGIN;
  private static final int END = HashModel.END;
  private static final int V = HashModel.V;
  private static final int S = HashModel.S;

  /** Every output of at most {@code longest} tokens that ends, with its log-probability. */
  private record Output(List<Integer> tokens, double log) {}

  private static void outputs(
      long seed, List<Integer> prefix, double log, int longest, List<Output> all) {
    float[] logs = HashModel.logs(seed, prefix);
    all.add(new Output(prefix.subList(1, prefix.size()), log + logs[END]));
    if (prefix.size() <= longest) {
      for (int v = 2; v < V; v++) {
        List<Integer> longer = new ArrayList<>(prefix);
        longer.add(v);
        outputs(seed, longer, log + logs[v], longest, all);
      }
    }
  }

  private static List<BeamSearch.Found> search(int beam, int longest, long... seeds) {
    int[] lengths = new int[seeds.length];
    Arrays.fill(lengths, longest);
    return new BeamSearch(new HashModel(seeds), new BeamSettings(beam, 0, 0), BEGIN, END)
        .search(lengths);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aBeamAsWideAsTheTreeFindsTheLikeliest(long seed) {
    int longest = 4;
    List<Output> all = new ArrayList<>();
    outputs(seed, List.of(BEGIN), 0, longest - 1, all);
    all.sort(Comparator.comparingDouble((Output o) -> -o.log));
    Hypothesis best = search(200, longest, seed).getFirst().best();
    assertThat(best.tokens()).isEqualTo(all.getFirst().tokens);
    assertThat(best.score()).isCloseTo(all.getFirst().log, within(1e-5));
    assertThat(best.ended()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aBeamOfOneIsGreedy(long seed) {
    int longest = 6;
    List<Integer> prefix = new ArrayList<>(List.of(BEGIN));
    boolean ended = false;
    while (prefix.size() <= longest && !ended) {
      float[] logs = HashModel.logs(seed, prefix);
      int best = 0;
      for (int v = 1; v < V; v++) {
        best = logs[v] > logs[best] ? v : best;
      }
      ended = best == END;
      if (!ended) {
        prefix.add(best);
      }
    }
    Hypothesis found = search(1, longest, seed).getFirst().best();
    assertThat(found.tokens()).isEqualTo(prefix.subList(1, prefix.size()));
    assertThat(found.ended()).isEqualTo(ended);
    assertThat(found.logProbabilities()).hasSize(found.tokens().size() + (ended ? 1 : 0));
  }

  @Test
  void sequencesDoNotSeeEachOther() {
    long[] seeds = {11, 12, 13, 14, 15};
    List<BeamSearch.Found> together = search(3, 7, seeds);
    for (int i = 0; i < seeds.length; i++) {
      List<Hypothesis> alone = search(3, 7, seeds[i]).getFirst().hypotheses();
      assertThat(together.get(i).hypotheses()).isEqualTo(alone).hasSize(3);
    }
  }

  @Test
  void coverageCountsTheSequencesOwnPositionsAlone() {
    long[] seeds = {11, 12, 13};
    int[] positions = {2, 40, 5};
    BeamSettings settings = new BeamSettings(3, 1, 0.7);
    int[] longest = {7, 7, 7};
    List<BeamSearch.Found> together =
        new BeamSearch(new HashModel(seeds, positions), settings, BEGIN, END).search(longest);
    for (int i = 0; i < seeds.length; i++) {
      HashModel one = new HashModel(new long[] {seeds[i]}, new int[] {positions[i]});
      List<Hypothesis> alone =
          new BeamSearch(one, settings, BEGIN, END).search(new int[] {7}).getFirst().hypotheses();
      assertThat(together.get(i).hypotheses()).isEqualTo(alone);
      assertThat(alone.getFirst().attention().getFirst()).hasSize(positions[i]);
    }
  }

  @Test
  void hypothesesComeBestFirstAndEndedOnesBeforeOthers() {
    for (BeamSearch.Found found : search(4, 3, 21, 22, 23, 24)) {
      List<Hypothesis> hypotheses = found.hypotheses();
      for (int i = 1; i < hypotheses.size(); i++) {
        Hypothesis before = hypotheses.get(i - 1);
        Hypothesis after = hypotheses.get(i);
        assertThat(before.ended() || !after.ended()).isTrue();
        assertThat(before.ended() != after.ended() || before.score() >= after.score()).isTrue();
      }
    }
  }

  @Test
  void theTreeHoldsEveryHypothesis() {
    BeamSearch.Found found = search(3, 5, 31).getFirst();
    for (Hypothesis hypothesis : found.hypotheses()) {
      assertThat(found.tree())
          .anySatisfy(node -> assertThat(node.total()).isCloseTo(hypothesis.score(), within(1e-9)));
    }
    assertThat(found.tree())
        .filteredOn(node -> node.depth() == 1)
        .allSatisfy(node -> assertThat(node.parent()).isNull());
    assertThat(found.tree())
        .filteredOn(node -> node.depth() == 3)
        .isNotEmpty()
        .allSatisfy(node -> assertThat(node.parent()).isIn(found.tree()));
  }

  @Test
  void aSearchWithoutTreesFindsTheSame() {
    int[] longest = {5, 5};
    BeamSettings settings = new BeamSettings(3, 1, 0.5);
    List<BeamSearch.Found> with =
        new BeamSearch(new HashModel(31, 32), settings, BEGIN, END).search(longest);
    List<BeamSearch.Found> without =
        new BeamSearch(new HashModel(31, 32), settings, BEGIN, END).search(longest, false);
    for (int i = 0; i < longest.length; i++) {
      List<Hypothesis> lean = without.get(i).hypotheses();
      List<Hypothesis> full = with.get(i).hypotheses();
      assertThat(lean)
          .extracting(Hypothesis::tokens)
          .isEqualTo(full.stream().map(Hypothesis::tokens).toList());
      assertThat(lean)
          .extracting(Hypothesis::score)
          .isEqualTo(full.stream().map(Hypothesis::score).toList());
      assertThat(lean)
          .extracting(Hypothesis::attendedPositions)
          .isEqualTo(full.stream().map(Hypothesis::attendedPositions).toList());
      assertThat(lean).allSatisfy(it -> assertThat(it.attention()).isEmpty());
      assertThat(full).allSatisfy(it -> assertThat(it.attention()).isNotEmpty());
      assertThat(with.get(i).tree()).isNotEmpty();
      assertThat(without.get(i).tree()).isEmpty();
    }
  }

  @Test
  void attentionIsThatOfTheRowsOnTheWay() {
    Hypothesis best = search(4, 5, 41).getFirst().best();
    for (int t = 0; t < best.attention().size(); t++) {
      assertThat(best.attended(t)).isEqualTo((t + 1) % S);
    }
  }

  @Test
  void penaltiesByHand() {
    BeamSettings settings = new BeamSettings(2, 1, 0.5);
    double[] coverage = {2, 0.5, 1};
    assertThat(settings.score(-6, 7, coverage))
        .isCloseTo(-6 / 2.0 + 0.5 * Math.log(0.5), within(1e-12));
    assertThat(BeamSettings.GREEDY.score(-6, 7, coverage)).isEqualTo(-6);
    assertThat(settings.score(-6, 7, new double[] {1, 0, 1})).isFinite();
  }

  @Test
  void refusesWhatCannotBeSearched() {
    assertThatThrownBy(() -> new BeamSettings(0, 0, 0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("--beam expected a whole number of 1 or more but got 0");
    assertThatThrownBy(() -> new BeamSettings(1, Double.NaN, 0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("--length-penalty expected a number of 0 or more but got NaN");
    assertThatThrownBy(() -> search(1, 0, 1))
        .isInstanceOf(dev.comporta.api.tensor.ShapeException.class)
        .hasMessage("[beam-search] expected 1 maximum lengths of 1 or more but got [0]");
    assertThatThrownBy(() -> search(1_000_000_000, 5, 1, 2, 3))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "--beam expected at most 429,496,727 outputs in one batch (5 numbers each) but got 1,000,000,000 for each of 3 sequences, 3,000,000,000 in total; lower --beam or --batch");
  }

  /** Parameters that grew too large make every output NaN; that is no bug of the search. */
  @Test
  void refusesAModelWhoseOutputsAreNotFinite() {
    NextTokens broken =
        new NextTokens() {
          @Override
          public int sequences() {
            return 1;
          }

          @Override
          public int vocabulary() {
            return 3;
          }

          @Override
          public int positions() {
            return 0;
          }

          @Override
          public void next(int rows, int[] parents, int[] tokens, float[] logs, float[] attention) {
            Arrays.fill(logs, Float.NaN);
          }
        };
    assertThatThrownBy(
            () -> new BeamSearch(broken, BeamSettings.GREEDY, BEGIN, END).search(new int[] {4}))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[beam-search] expected a token with a probability above 0 but the model gives none: its outputs are not finite; train it again with a smaller learning rate or with clipped gradients");
  }
}
