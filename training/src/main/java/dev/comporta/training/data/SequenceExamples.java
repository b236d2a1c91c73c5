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
 * Labelled sequences of ids of different lengths, padded to the longest of their batch and batched
 * by similar length with {@link LengthBuckets}. A sequence has either one label per id (sequence
 * labelling) or a single label (sequence classification). Padding has no label; an incomplete last
 * batch is filled with rows of length 0.
 *
 * <p>Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SequenceExamples implements ChunkSource {
  private final List<Example> examples;
  private final int batch;
  private final boolean oneLabel;
  private final LengthBuckets buckets;
  private int epochAtHand = -1;
  private int @Nullable [][] plan;

  /**
   * A labelled sequence.
   *
   * @param ids one or more ids
   * @param labels one label per id, or a single one
   */
  @API(status = API.Status.EXPERIMENTAL)
  @SuppressWarnings("ArrayRecordComponent") // handed over by the caller
  public record Example(int[] ids, int[] labels) {}

  /**
   * Creates a data source from labelled sequences.
   *
   * @param examples all sequences
   * @param batch B, the number of sequences per batch
   * @param pool the number of batches that are sorted by length together, see {@link LengthBuckets}
   * @param random shuffles
   * @throws InvalidOptionException if a sequence is empty or its number of labels does not fit; the
   *     message names the first such sequence
   */
  public SequenceExamples(List<Example> examples, int batch, int pool, RandomSource random) {
    this.examples = List.copyOf(examples);
    this.batch = batch;
    this.oneLabel = examples.stream().allMatch(example -> example.labels().length == 1);
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      int expected = oneLabel ? 1 : example.ids().length;
      if (example.ids().length == 0 || example.labels().length != expected) {
        throw new InvalidOptionException(
            formatted(
                "[sequences] expected 1 or more ids and as many labels, or one label per sequence, but sequence %d has %d ids and %d labels",
                i, example.ids().length, example.labels().length));
      }
    }
    int[] lengths = examples.stream().mapToInt(example -> example.ids().length).toArray();
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
    int[] members = batches[index];
    int timesteps = examples.get(members[0]).ids().length; // the longest is first
    int[] ids = new int[timesteps * batch];
    int[] labels = new int[(oneLabel ? 1 : timesteps) * batch];
    int[] lengths = new int[batch];
    Arrays.fill(labels, -1);
    for (int row = 0; row < members.length; row++) {
      Example example = examples.get(members[row]);
      lengths[row] = example.ids().length;
      put(example.ids(), ids, row);
      put(example.labels(), labels, row);
    }
    boolean full = Arrays.stream(lengths).allMatch(length -> length == timesteps);
    return Batch.ofIds(new Ids(timesteps, batch, ids), full ? null : lengths)
        .labels(new Ids(labels.length / batch, batch, labels));
  }

  private void put(int[] from, int[] to, int row) {
    for (int t = 0; t < from.length; t++) {
      to[t * batch + row] = from[t];
    }
  }

  @Override
  public boolean continues(int index) {
    return false;
  }
}
