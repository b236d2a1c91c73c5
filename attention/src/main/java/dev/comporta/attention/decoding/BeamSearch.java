package dev.comporta.attention.decoding;

import dev.comporta.api.InvalidOptionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Beam search (Graves 2012, <i>Sequence Transduction with Recurrent Neural Networks</i>; Sutskever
 * et al. 2014, section 3.2): after every token the most likely continuations are kept, as many as
 * the beam is wide less those that have ended; an output that ends is set aside, and the search of
 * a sequence is over when as many have ended as the beam is wide, or at its longest length.
 *
 * <p>Sequences are decoded together and do not see each other: an answer is the same whatever else
 * is decoded beside it. Of equally likely continuations the one of the better row, then of the
 * smaller token is kept, so a search has one result.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class BeamSearch {
  private final NextTokens model;
  private final BeamSettings settings;
  private final int begin;
  private final int end;

  /**
   * A search.
   *
   * @param model what is asked
   * @param settings how wide, and how outputs are ranked
   * @param begin the token that starts every output, and is no part of it
   * @param end the token that ends an output
   */
  public BeamSearch(NextTokens model, BeamSettings settings, int begin, int end) {
    this.model = model;
    this.settings = settings;
    this.begin = begin;
    this.end = end;
  }

  /**
   * What was found for one sequence.
   *
   * @param hypotheses the best first; one at least, as many as the beam is wide at most
   * @param tree every token that was kept on the way, in the order of the search; empty where it
   *     was not asked for
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Found(List<Hypothesis> hypotheses, List<BeamNode> tree) {
    /** Keeps copies. */
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
   * Searches all sequences of the model.
   *
   * @param longest the most tokens for the output of each sequence, its end counted, at least 1
   * @return what was found for each
   * @throws IllegalArgumentException if longest does not hold a length of at least 1 for every
   *     sequence
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
   * @throws IllegalArgumentException as in {@link #search(int[])}
   * @throws InvalidOptionException as in {@link #search(int[])}
   */
  public List<Found> search(int[] longest, boolean tree) {
    if (longest.length != model.sequences() || Arrays.stream(longest).anyMatch(l -> l < 1)) {
      throw new IllegalArgumentException(
          "[beam-search] expected %d longest lengths of 1 or more but got %s"
              .formatted(model.sequences(), Arrays.toString(longest)));
    }
    int most = Rows.most("--beam", settings.beam(), model);
    List<Beam> beams = new ArrayList<>();
    for (int i = 0; i < longest.length; i++) {
      beams.add(new Beam(longest[i], i, tree));
    }
    int[] parents = new int[most];
    int[] tokens = new int[most];
    Answer answer =
        new Answer(new float[most * model.vocabulary()], new float[most * model.positions()]);
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
    return beams.stream().map(Beam::found).toList();
  }

  /** Lines up the rows of all sequences; the answer is their number. */
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

  /** What the model said of all rows: {@code [rows, V]} and {@code [rows, S]}. */
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

    /** The positions of this sequence alone: what is padding is neither kept nor scored. */
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

    /** Takes the answers of the live rows, which start at {@code first}. */
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
        throw new ArithmeticException(
            "[beam-search] expected the probability of a token above 0 but the model gives none: its"
                + " parameters are broken");
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

  /** The most likely continuations of the rows of one sequence, the likeliest first. */
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

    /** Rows are offered in their order, so that of equal totals the earlier stays in front. */
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
