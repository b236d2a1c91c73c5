package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

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
public final class PairExamples implements ChunkSource {
  private final List<Pair> pairs;
  private final int batch;
  private final int begin;
  private final LengthBuckets buckets;
  private int epochAtHand = -1;
  private int @Nullable [][] plan;

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
    this.pairs = List.copyOf(pairs);
    this.batch = batch;
    this.begin = begin;
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
    this.buckets = new LengthBuckets(lengths, batch, pool, random);
  }

  @Override
  public int rows() {
    return batch;
  }

  @Override
  public int chunks() {
    return buckets.batches();
  }

  @Override
  public Batch batch(int epoch, int index) {
    int[][] batches = plan;
    if (batches == null || epoch != epochAtHand) {
      batches = buckets.epoch(epoch);
      plan = batches;
      epochAtHand = epoch;
    }
    List<Pair> members = Arrays.stream(batches[index]).mapToObj(pairs::get).toList();
    return of(members, begin, batch);
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
    Block source = new Block(members.stream().map(Pair::source).toList(), batch, 0);
    return targets(members.stream().map(Pair::target).toList(), begin, batch)
        .source(source.batch());
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
    Block labels = new Block(targets, batch, -1);
    int[] late = new int[labels.ids.length];
    for (int row = 0; row < targets.size(); row++) {
      int[] target = targets.get(row);
      for (int t = 0; t < target.length; t++) {
        late[t * batch + row] = t == 0 ? begin : target[t - 1];
      }
    }
    return Batch.ofIds(new Ids(labels.timesteps, batch, late), labels.lengths)
        .labels(new Ids(labels.timesteps, batch, labels.ids));
  }

  /**
   * A batch of sources without targets, for translation.
   *
   * @param sources one or more ids each
   * @return a batch with one row per source
   */
  public static Batch sources(List<int[]> sources) {
    return new Block(sources, sources.size(), 0).batch();
  }

  @Override
  public boolean continues(int index) {
    return false;
  }

  /** Sequences padded to the length of the longest. */
  private static final class Block {
    final int timesteps;
    final int batch;
    final int[] ids;
    final int @Nullable [] lengths;

    Block(List<int[]> rows, int batch, int padding) {
      this.batch = batch;
      timesteps = rows.stream().mapToInt(row -> row.length).max().orElse(0);
      ids = new int[timesteps * batch];
      Arrays.fill(ids, padding);
      int[] each = new int[batch];
      for (int row = 0; row < rows.size(); row++) {
        int[] sequence = rows.get(row);
        each[row] = sequence.length;
        for (int t = 0; t < sequence.length; t++) {
          ids[t * batch + row] = sequence[t];
        }
      }
      lengths = Arrays.stream(each).allMatch(length -> length == timesteps) ? null : each;
    }

    Batch batch() {
      return Batch.ofIds(new Ids(timesteps, batch, ids), lengths);
    }
  }
}
