package dev.comporta.tasks.labels;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.LengthBuckets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of features with one label each, padded to the longest of their batch and batched by
 * similar length; an incomplete last batch is filled with rows of length 0. Not thread-safe.
 */
final class FeatureExamples implements ChunkSource {
  /** So many batches are sorted by length together. */
  private static final int POOL = 20;

  private final List<Example> examples;
  private final int features;
  private final int batch;
  private final LengthBuckets buckets;
  private int epochAtHand = -1;
  private int @Nullable [][] plan;

  /**
   * A sequence and its label.
   *
   * @param values {@code [T, F]}, one timestep or more
   * @param label its index
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over by the caller
  record Example(float[] values, int label) {}

  /**
   * Creates a source of batches.
   *
   * @param examples one or more
   * @param features F
   * @param batch B
   * @param random shuffles
   */
  FeatureExamples(List<Example> examples, int features, int batch, RandomSource random) {
    this.examples = List.copyOf(examples);
    this.features = features;
    this.batch = batch;
    int[] lengths = examples.stream().mapToInt(it -> it.values().length / features).toArray();
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
    int[][] batches = plan;
    if (batches == null || epoch != epochAtHand) {
      batches = buckets.epoch(epoch);
      plan = batches;
      epochAtHand = epoch;
    }
    int[] members = batches[index];
    int timesteps = examples.get(members[0]).values().length / features; // the longest is first
    float[] values = new float[timesteps * batch * features];
    int[] labels = new int[batch];
    int[] lengths = new int[batch];
    Arrays.fill(labels, -1);
    for (int row = 0; row < members.length; row++) {
      Example example = examples.get(members[row]);
      lengths[row] = example.values().length / features;
      labels[row] = example.label();
      for (int t = 0; t < lengths[row]; t++) {
        System.arraycopy(
            example.values(), t * features, values, (t * batch + row) * features, features);
      }
    }
    boolean full = Arrays.stream(lengths).allMatch(length -> length == timesteps);
    return Batch.ofValues(timesteps, batch, features, values, full ? null : lengths)
        .labels(new Ids(1, batch, labels));
  }

  @Override
  public boolean continues(int index) {
    return false;
  }
}
