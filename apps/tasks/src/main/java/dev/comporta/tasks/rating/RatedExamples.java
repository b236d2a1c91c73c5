package dev.comporta.tasks.rating;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.LengthBuckets;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences of ids with numbers for each, padded to the longest of their batch and batched by
 * similar length. Not thread-safe.
 */
final class RatedExamples implements ChunkSource {
  /** Batches whose texts are sorted by length together. */
  private static final int POOL = 20;

  private final List<int[]> ids;
  private final float[] targets; // [texts, columns]
  private final int columns;
  private final int batch;
  private final LengthBuckets buckets;

  RatedExamples(List<int[]> ids, float[] targets, int most, RandomSource random) {
    this.ids = List.copyOf(ids);
    this.targets = targets.clone();
    this.columns = targets.length / ids.size();
    this.batch = Math.min(most, ids.size());
    int[] lengths = ids.stream().mapToInt(each -> each.length).toArray();
    this.buckets = new LengthBuckets(lengths, batch, POOL, random);
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
    int[] members = buckets.batch(epoch, index);
    List<int[]> sequences = new ArrayList<>();
    float[] target = new float[batch * columns]; // [1, B, columns]
    for (int row = 0; row < members.length; row++) {
      sequences.add(ids.get(members[row]));
      System.arraycopy(targets, members[row] * columns, target, row * columns, columns);
    }
    return Batch.ofSequences(sequences, batch).targets(columns, target);
  }

  @Override
  public boolean continues(int index) {
    return false;
  }
}
