package dev.comporta.tasks.rating;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.data.BucketedSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences of ids with numbers for each, padded to the longest of their batch and batched by
 * similar length. Not thread-safe.
 */
final class RatedExamples extends BucketedSource {
  /** Batches whose texts are sorted by length together. */
  private static final int POOL = 20;

  private final List<int[]> ids;
  private final float[] targets; // [texts, columns]
  private final int columns;

  RatedExamples(List<int[]> ids, float[] targets, int most, RandomSource random) {
    super(
        ids.stream().mapToInt(each -> each.length).toArray(),
        Math.min(most, ids.size()),
        POOL,
        random);
    this.ids = List.copyOf(ids);
    this.targets = targets.clone();
    this.columns = targets.length / ids.size();
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    List<int[]> sequences = new ArrayList<>();
    float[] target = new float[rows() * columns]; // [1, B, columns]
    for (int row = 0; row < members.length; row++) {
      sequences.add(ids.get(members[row]));
      System.arraycopy(targets, members[row] * columns, target, row * columns, columns);
    }
    return Batch.ofSequences(sequences, rows()).targets(columns, target);
  }
}
