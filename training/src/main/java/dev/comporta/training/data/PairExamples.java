package dev.comporta.training.data;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of sequences for an encoder-decoder: a source, and a target that is learned from it. The
 * decoder reads the target one timestep late, after a token that begins it, and its labels are the
 * target itself (teacher forcing: Williams and Zipser 1989). Pairs of similar length are brought
 * together by {@link LengthBuckets}; padding has length 0 and no label, and a last batch that is
 * not full is filled with empty rows.
 *
 * <p>Not safe for use by several threads.
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
   * @param source ids, one or more, with the token that ends a sequence if the encoder shall see it
   * @param target ids, one or more, with the token that ends a sequence
   */
  @API(status = API.Status.EXPERIMENTAL)
  @SuppressWarnings("ArrayRecordComponent") // handed over by the caller
  public record Pair(int[] source, int[] target) {}

  /**
   * Data of these pairs.
   *
   * @param pairs all pairs
   * @param begin the token that the decoder reads before the target's first
   * @param batch B
   * @param pool batches whose pairs are sorted by length together, see {@link LengthBuckets}
   * @param random of the orders
   * @throws InvalidOptionException naming the first pair with an empty side
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
            "[pairs] expected 1 or more ids on both sides but pair %d has %d and %d"
                .formatted(i, pair.source().length, pair.target().length));
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
   * A batch of these pairs.
   *
   * @param members B pairs or fewer
   * @param begin the token that the decoder reads before the target's first
   * @param batch B
   * @return the target's ids, one timestep late, with labels and source; rows beyond the pairs are
   *     empty
   */
  public static Batch of(List<Pair> members, int begin, int batch) {
    Block source = new Block(members.stream().map(Pair::source).toList(), batch, 0);
    return targets(members.stream().map(Pair::target).toList(), begin, batch)
        .source(source.batch());
  }

  /**
   * A batch of targets alone, for sources of another kind, such as pictures.
   *
   * @param targets ids of each, one or more; B of them or fewer
   * @param begin the token that the decoder reads before the target's first
   * @param batch B
   * @return the target's ids, one timestep late, with labels; rows beyond the targets are empty
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
   * A batch of sources alone, for translation.
   *
   * @param sources ids of each, one or more
   * @return as many rows as sources
   */
  public static Batch sources(List<int[]> sources) {
    return new Block(sources, sources.size(), 0).batch();
  }

  @Override
  public boolean continues(int index) {
    return false;
  }

  /** Sequences side by side, padded to the longest. */
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
