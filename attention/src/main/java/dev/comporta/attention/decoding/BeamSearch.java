package dev.comporta.attention.decoding;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Beam search (Graves 2012, <i>Sequence Transduction with Recurrent Neural Networks</i>; Sutskever
 * et al. 2014, section 3.2): after every token the most likely continuations are kept, as many as
 * the beam width minus the number of finished outputs. A finished output is set aside; the search
 * of a sequence ends when the number of finished outputs equals the beam width, or at the maximum
 * length.
 *
 * <p>Sequences are decoded in one batch but independently: the other sequences of the batch do not
 * change a result. Ties are broken by the rank of the row, then by the smaller token, so the search
 * is deterministic.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class BeamSearch {
  private final NextTokens model;
  private final BeamSettings settings;
  private final int begin;
  private final int end;

  /**
   * Creates a search.
   *
   * @param model gives the probabilities of the next token
   * @param settings the beam width and the ranking of outputs
   * @param begin the token that precedes every output; it is not part of the output
   * @param end the token that ends an output
   */
  public BeamSearch(NextTokens model, BeamSettings settings, int begin, int end) {
    this.model = model;
    this.settings = settings;
    this.begin = begin;
    this.end = end;
  }

  /**
   * The result for one sequence.
   *
   * @param hypotheses the outputs found, best first; at least one, at most the beam width
   * @param tree every token that was kept during the search, in search order; empty if it was not
   *     requested
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Found(List<Hypothesis> hypotheses, List<BeamNode> tree) {
    /** Copies the lists. */
    public Found {
      hypotheses = List.copyOf(hypotheses);
      tree = List.copyOf(tree);
    }

    /**
     * The best output.
     *
     * @return the first hypothesis
     */
    public Hypothesis best() {
      return hypotheses.getFirst();
    }
  }

  /**
   * Searches all sequences of the model and keeps the search trees.
   *
   * @param longest the most tokens for the output of each sequence, its end counted, at least 1
   * @return what was found for each
   * @throws ShapeException if longest does not hold a length of at least 1 for every sequence
   * @throws InvalidOptionException if the beam is too wide for so many sequences
   */
  public List<Found> search(int[] longest) {
    return search(longest, true);
  }

  /**
   * Searches all sequences of the model.
   *
   * @param longest as in {@link #search(int[])}
   * @param tree whether trees and weights are kept; without, they are empty, and the memory of a
   *     search grows with the length of an output alone, not with its product with the positions
   * @return what was found for each
   * @throws ShapeException as in {@link #search(int[])}
   * @throws InvalidOptionException as in {@link #search(int[])}
   */
  public List<Found> search(int[] longest, boolean tree) {
    if (longest.length != model.sequences() || Arrays.stream(longest).anyMatch(l -> l < 1)) {
      throw new ShapeException(
          formatted(
              "[beam-search] expected %d maximum lengths of 1 or more but got %s",
              model.sequences(), Arrays.toString(longest)));
    }
    int most = RowLimit.most("--beam", settings.beam(), model);
    List<Beam> beams = new ArrayList<>();
    for (int i = 0; i < longest.length; i++) {
      beams.add(new Beam(longest[i], i, tree));
    }
    int[] parents = new int[most];
    int[] tokens = new int[most];
    Answer answer =
        new Answer(new float[most * model.vocabulary()], new float[most * model.positions()]);
    model.begin();
    try {
      for (int rows = place(beams, parents, tokens); rows > 0; ) {
        model.next(rows, parents, tokens, answer.logProbabilities, answer.attention);
        int row = 0;
        for (Beam beam : beams) {
          int live = beam.live.size();
          beam.extend(answer, row);
          row += live;
        }
        rows = place(beams, parents, tokens);
      }
    } finally {
      model.end();
    }
    return beams.stream().map(Beam::found).toList();
  }

  /** Lays out the rows of all sequences one after another; returns their number. */
  private static int place(List<Beam> beams, int[] parents, int[] tokens) {
    int rows = 0;
    for (Beam beam : beams) {
      for (int i = 0; i < beam.live.size(); i++) {
        parents[rows] = beam.rows[i];
        tokens[rows++] = beam.live.get(i).token();
      }
    }
    return rows;
  }

  /** The model's answer for all rows: {@code [rows, V]} and {@code [rows, S]}. */
  private static final class Answer {
    final float[] logProbabilities;
    final float[] attention;

    Answer(float[] logProbabilities, float[] attention) {
      this.logProbabilities = logProbabilities;
      this.attention = attention;
    }
  }

  /** The search of one sequence. */
  private final class Beam {
    private final int longest;

    /** The positions of this sequence without padding: padding is neither kept nor scored. */
    private final int positions;

    private final boolean keepsTree;
    private final List<BeamNode> tree = new ArrayList<>();
    private final List<Hypothesis> ended = new ArrayList<>();
    private List<BeamNode> live;

    /**
     * The sum of the weights of each live node, for each position; of none if no score needs it.
     */
    private List<double[]> coverage;

    /** The row of the last call that each live node continues. */
    private int[] rows;

    Beam(int longest, int sequence, boolean keepsTree) {
      this.keepsTree = keepsTree;
      this.longest = longest;
      positions = model.positions(sequence);
      live = List.of(BeamNode.root(begin));
      coverage = List.of(new double[settings.needsCoverage() ? positions : 0]);
      rows = new int[] {sequence};
    }

    /** Processes the answers for the live rows, which start at row {@code first}. */
    void extend(Answer answer, int first) {
      if (live.isEmpty()) {
        return;
      }
      int width = settings.beam() - ended.size();
      Continuations best = new Continuations(width);
      int v = model.vocabulary();
      for (int i = 0; i < live.size(); i++) {
        best.offer(i, live.get(i).total(), answer.logProbabilities, (first + i) * v, v);
      }
      if (best.count == 0) {
        throw new ComportaException(
            "[beam-search] expected a token with a probability above 0 but the model gives none: its"
                + " outputs are not finite; train it again with a smaller learning rate or with"
                + " clipped gradients");
      }
      List<BeamNode> next = new ArrayList<>();
      int[] continued = new int[width];
      List<double[]> covered = new ArrayList<>();
      int s = model.positions();
      for (int k = 0; k < best.count; k++) {
        int i = best.row[k];
        int row = first + i;
        float log = answer.logProbabilities[row * v + best.token[k]];
        BeamNode node =
            live.get(i).then(best.token[k], log, answer.attention, row * s, positions, keepsTree);
        double[] sums = coverage.get(i).clone();
        for (int position = 0; position < sums.length; position++) {
          sums[position] += answer.attention[row * s + position];
        }
        if (keepsTree) {
          tree.add(node);
        }
        if (node.token() == end) {
          ended.add(node.hypothesis(true, settings, sums));
        } else {
          continued[next.size()] = row;
          next.add(node);
          covered.add(sums);
        }
      }
      live = next;
      coverage = covered;
      rows = continued;
      if (!live.isEmpty() && live.getFirst().depth() >= longest) {
        for (int i = 0; i < live.size(); i++) {
          ended.add(live.get(i).hypothesis(false, settings, coverage.get(i)));
        }
        live = List.of();
      }
    }

    Found found() {
      ended.sort(
          Comparator.comparing(Hypothesis::ended)
              .thenComparingDouble(Hypothesis::score)
              .reversed());
      return new Found(ended, tree);
    }
  }

  /** The most likely continuations of the rows of one sequence, most likely first. */
  private static final class Continuations {
    private final double[] total;
    private final int[] row;
    private final int[] token;
    private int count;

    Continuations(int width) {
      total = new double[width];
      row = new int[width];
      token = new int[width];
    }

    /** Rows are offered in rank order, so that the earlier row wins a tie. */
    void offer(int from, double before, float[] logs, int offset, int v) {
      for (int id = 0; id < v; id++) {
        double sum = before + logs[offset + id];
        if (!(sum > (count == total.length ? total[count - 1] : Double.NEGATIVE_INFINITY))) {
          continue; // impossible tokens are never kept
        }
        count = Math.min(count + 1, total.length);
        int k = count - 1;
        for (; k > 0 && sum > total[k - 1]; k--) {
          total[k] = total[k - 1];
          row[k] = row[k - 1];
          token[k] = token[k - 1];
        }
        total[k] = sum;
        row[k] = from;
        token[k] = id;
      }
    }
  }
}
