package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Pairs of source and target sequences for an encoder-decoder. The decoder's input is the target
 * shifted right by one timestep, after a begin token, and its labels are the target (teacher
 * forcing: Williams and Zipser 1989). Pairs of similar length are batched together by {@link
 * LengthBuckets}. Padding has no label, and an incomplete last batch is filled with rows of length
 * 0.
 *
 * <p>Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class PairExamples extends BucketedSource {
  private final List<Pair> pairs;
  private final int begin;

  /**
   * A source with its target.
   *
   * @param source one or more ids, including the end token if the encoder should read it
   * @param target one or more ids, including the end token
   */
  @API(status = API.Status.EXPERIMENTAL)
  @SuppressWarnings("ArrayRecordComponent") // handed over by the caller
  public record Pair(int[] source, int[] target) {}

  /**
   * Creates a data source from pairs.
   *
   * @param pairs all pairs
   * @param begin the begin token, the decoder's first input
   * @param batch B, the number of pairs per batch
   * @param pool the number of batches that are sorted by length together, see {@link LengthBuckets}
   * @param random shuffles
   * @throws InvalidOptionException if a side of a pair is empty; the message names the first such
   *     pair
   */
  public PairExamples(List<Pair> pairs, int begin, int batch, int pool, RandomSource random) {
    super(lengths(pairs), batch, pool, random);
    this.pairs = List.copyOf(pairs);
    this.begin = begin;
  }

  private static int[] lengths(List<Pair> pairs) {
    int[] lengths = new int[pairs.size()];
    for (int i = 0; i < lengths.length; i++) {
      Pair pair = pairs.get(i);
      if (pair.source().length == 0 || pair.target().length == 0) {
        throw new InvalidOptionException(
            formatted(
                "[pairs] expected 1 or more ids on both sides but pair %d has %d and %d",
                i, pair.source().length, pair.target().length));
      }
      lengths[i] = pair.source().length + pair.target().length;
    }
    return lengths;
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    return of(Arrays.stream(members).mapToObj(pairs::get).toList(), begin, rows());
  }

  /**
   * A batch of pairs.
   *
   * @param members at most B pairs
   * @param begin the begin token, the decoder's first input
   * @param batch B
   * @return the target's ids shifted by one timestep, with labels and source; rows beyond the pairs
   *     are empty
   */
  public static Batch of(List<Pair> members, int begin, int batch) {
    return targets(members.stream().map(Pair::target).toList(), begin, batch)
        .source(Batch.ofSequences(members.stream().map(Pair::source).toList(), batch));
  }

  /**
   * A batch of targets without sources, for sources of another kind, such as images.
   *
   * @param targets at most B targets of one or more ids each
   * @param begin the begin token, the decoder's first input
   * @param batch B
   * @return the target's ids shifted by one timestep, with labels; rows beyond the targets are
   *     empty
   */
  public static Batch targets(List<int[]> targets, int begin, int batch) {
    List<int[]> late = new ArrayList<>();
    for (int[] target : targets) {
      int[] shifted = new int[target.length];
      if (target.length > 0) {
        shifted[0] = begin;
        System.arraycopy(target, 0, shifted, 1, target.length - 1);
      }
      late.add(shifted);
    }
    return Batch.ofSequences(late, batch).labels(targets);
  }
}
