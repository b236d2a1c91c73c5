package dev.comporta.attention.decoding;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Ancestral sampling: draws outputs token by token with a {@link Sampler}. Log-probabilities are
 * those of the model, independent of the temperature; an output's score is their sum.
 *
 * <p>Sequences are decoded in one batch but independently, and so are the outputs of one sequence:
 * the first two are the same whether two or ten are drawn.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Sampling {
  private final NextTokens model;
  private final Sampler sampler;
  private final int begin;
  private final int end;

  /**
   * Creates a sampling run.
   *
   * @param model gives the probabilities of the next token
   * @param sampler draws each token
   * @param begin the token that precedes every output; it is not part of the output
   * @param end the token that ends an output
   */
  public Sampling(NextTokens model, Sampler sampler, int begin, int end) {
    this.model = model;
    this.sampler = sampler;
    this.begin = begin;
    this.end = end;
  }

  /** One output that is being sampled. */
  private static final class Output {
    final int sequence;
    final RandomSource random;
    BeamNode last;

    /** The row of the previous call that it continues; at first the index of its sequence. */
    int row;

    boolean over;

    Output(int sequence, RandomSource random, BeamNode root) {
      this.sequence = sequence;
      this.random = random;
      this.last = root;
      this.row = sequence;
    }
  }

  /**
   * Samples outputs for all sequences of the model.
   *
   * @param longest the most tokens for the outputs of each sequence, the end counted, at least 1
   * @param samples how many outputs of each, at least 1
   * @param random the draws of each sequence
   * @return for each sequence the outputs in the order of their numbers, and all of their tokens as
   *     its tree
   * @throws ShapeException if longest or random does not fit the sequences, or samples is less than
   *     1
   * @throws InvalidOptionException if there are too many samples for so many sequences
   */
  public List<BeamSearch.Found> sample(
      int[] longest, int samples, List<? extends RandomSource> random) {
    return sample(longest, samples, random, true);
  }

  /**
   * Draws outputs of all sequences of the model.
   *
   * @param longest as in {@link #sample(int[], int, List)}
   * @param samples how many outputs of each, at least 1
   * @param random the draws of each sequence
   * @param tree whether trees and weights are kept; without, they are empty
   * @return as {@link #sample(int[], int, List)}
   * @throws IllegalArgumentException if longest or random does not fit the sequences
   * @throws InvalidOptionException if there are too many samples for so many sequences
   */
  public List<BeamSearch.Found> sample(
      int[] longest, int samples, List<? extends RandomSource> random, boolean tree) {
    int sequences = model.sequences();
    if (longest.length != sequences
        || random.size() != sequences
        || Arrays.stream(longest).anyMatch(l -> l < 1)) {
      throw new ShapeException(
          formatted(
              "[sampling] expected %d maximum lengths of 1 or more and as many random sources but got %s and %d",
              sequences, Arrays.toString(longest), random.size()));
    }
    if (samples < 1) {
      throw new ShapeException("[sampling] expected 1 sample or more but got " + samples);
    }
    List<Output> outputs = new ArrayList<>(RowLimit.most("--n-best", samples, model));
    List<List<BeamNode>> trees = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      trees.add(new ArrayList<>());
      for (int k = 0; k < samples; k++) {
        BeamNode root = BeamNode.root(begin);
        outputs.add(new Output(i, random.get(i).stream(k), root));
      }
    }
    model.begin();
    try {
      draw(outputs, trees, longest, tree);
    } finally {
      model.end();
    }
    List<BeamSearch.Found> found = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      List<Hypothesis> hypotheses = new ArrayList<>();
      for (Output output : outputs.subList(i * samples, (i + 1) * samples)) {
        boolean ended = output.last.token() == end;
        hypotheses.add(output.last.hypothesis(ended, BeamSettings.GREEDY, new double[0]));
      }
      found.add(new BeamSearch.Found(hypotheses, trees.get(i)));
    }
    return found;
  }

  private void draw(List<Output> outputs, List<List<BeamNode>> trees, int[] longest, boolean tree) {
    int v = model.vocabulary();
    int s = model.positions();
    int[] parents = new int[outputs.size()];
    int[] tokens = new int[outputs.size()];
    float[] logs = new float[outputs.size() * v];
    float[] attention = new float[outputs.size() * s];
    List<Output> live = outputs;
    while (!live.isEmpty()) {
      for (int row = 0; row < live.size(); row++) {
        parents[row] = live.get(row).row;
        tokens[row] = live.get(row).last.token();
      }
      model.next(live.size(), parents, tokens, logs, attention);
      for (int row = 0; row < live.size(); row++) {
        Output output = live.get(row);
        int token = sampler.draw(logs, row * v, v, output.random, output.last.depth());
        int own = model.positions(output.sequence);
        output.last = output.last.then(token, logs[row * v + token], attention, row * s, own, tree);
        output.row = row;
        output.over = token == end || output.last.depth() >= longest[output.sequence];
        if (tree) {
          trees.get(output.sequence).add(output.last);
        }
      }
      live = live.stream().filter(output -> !output.over).toList();
    }
  }
}
