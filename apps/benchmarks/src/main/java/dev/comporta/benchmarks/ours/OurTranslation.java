package dev.comporta.benchmarks.ours;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.DecoderSteps;
import dev.comporta.benchmarks.peers.Pairs;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Translator;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import java.util.Arrays;
import java.util.List;

/**
 * Greedy translation as in {@code comporta translate}: a beam of one, with attention weights and
 * token probabilities kept. There is no end token, so that all translations have the same number of
 * tokens.
 */
final class OurTranslation implements Run {
  private static final int NO_END = -1;
  private static final String WEIGHTS = "layers.1.weights";

  private final Workload.Translation workload;
  private final ModelRunner runner;
  private final List<int[]> sources;
  private final int[] longest;
  private List<BeamSearch.Found> found = List.of();

  OurTranslation(
      Problem problem,
      Workload.Translation w,
      Catalog catalog,
      TensorBackend backend,
      Workers workers) {
    workload = w;
    runner =
        new ModelRunner(OurModel.of(problem, w.sizes(), catalog), backend, workers, Execution.PLAN);
    sources = List.of(Pairs.of(problem, w.lengths()).getFirst().sources());
    longest = new int[w.batch()];
    Arrays.fill(longest, w.tokens());
  }

  @Override
  public void execute() {
    EncodedSource encoded = runner.encode(Batch.ofSequences(sources, sources.size()));
    int positions = sources.getFirst().length; // the longest is first
    DecoderSteps steps =
        new DecoderSteps(runner, encoded, workload.sizes().targetTokens(), positions, WEIGHTS);
    found = new BeamSearch(steps, BeamSettings.GREEDY, Translator.BEGIN, NO_END).search(longest);
  }

  @Override
  public float[] result() {
    float[] tokens = new float[workload.batch() * workload.tokens()];
    int at = 0;
    for (BeamSearch.Found each : found) {
      for (int token : each.best().tokens()) {
        tokens[at++] = token;
      }
    }
    return tokens;
  }

  @Override
  public void close() {}
}
