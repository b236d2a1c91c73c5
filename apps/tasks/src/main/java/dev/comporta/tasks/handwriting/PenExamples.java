package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.InkFeatures;
import dev.comporta.inference.content.StoredInk;
import dev.comporta.inference.content.StoredMixture;
import dev.comporta.training.data.BucketedSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Batches of writing for a model that writes: the source is the text with its end, the input at
 * each timestep a point, and the target the next one, with whether the pen is lifted there and
 * whether it is the last. Samples of similar length are batched together.
 */
final class PenExamples extends BucketedSource {
  /** Two coordinates and the events. */
  static final int TARGETS = 2 + StoredMixture.EVENTS;

  /** Batches whose samples are sorted by their length together. */
  private static final int POOL = 20;

  private final List<Example> examples;

  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Example(float[] points, int[] letters) {
    int timesteps() {
      return points.length / InkFeatures.WRITTEN - 1;
    }
  }

  /**
   * Encodes samples.
   *
   * @param samples with texts of letters that the model knows
   * @param stored the letters
   * @param batch B, or fewer if there are fewer samples
   */
  PenExamples(InkSet samples, StoredInk stored, int batch, RandomSource random) {
    this(examples(samples, stored), batch, random);
  }

  private PenExamples(List<Example> examples, int batch, RandomSource random) {
    super(
        examples.stream().mapToInt(Example::timesteps).toArray(),
        Math.min(batch, examples.size()),
        POOL,
        random);
    this.examples = examples;
  }

  private static List<Example> examples(InkSet samples, StoredInk stored) {
    List<Example> examples = new ArrayList<>();
    for (InkSet.Sample sample : samples.samples()) {
      int[] letters = stored.encode(sample.text());
      Example example =
          new Example(
              InkFeatures.written(sample.ink()), Arrays.copyOf(letters, letters.length + 1));
      if (example.timesteps() < 1) {
        throw new ComportaException(
            formatted(
                "[handwriting] expected two points or more in %s but there is one; leave this sample out",
                sample.place()));
      }
      examples.add(example);
    }
    return examples;
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    int batch = rows();
    List<Example> rows = Arrays.stream(members).mapToObj(examples::get).toList();
    int timesteps = rows.getFirst().timesteps(); // the longest is first
    int size = InkFeatures.WRITTEN;
    float[] points = new float[timesteps * batch * size];
    float[] targets = new float[timesteps * batch * TARGETS];
    int[] lengths = new int[batch];
    for (int row = 0; row < rows.size(); row++) {
      Example example = rows.get(row);
      lengths[row] = example.timesteps();
      for (int t = 0; t < lengths[row]; t++) {
        int place = t * batch + row;
        System.arraycopy(example.points, t * size, points, place * size, size);
        System.arraycopy(example.points, (t + 1) * size, targets, place * TARGETS, size);
      }
      if (lengths[row] > 0) {
        targets[((lengths[row] - 1) * batch + row) * TARGETS + TARGETS - 1] = 1;
      }
    }
    boolean full = Arrays.stream(lengths).allMatch(length -> length == timesteps);
    return Batch.ofValues(timesteps, batch, size, points, full ? null : lengths)
        .targets(TARGETS, targets)
        .source(Batch.ofSequences(rows.stream().map(Example::letters).toList(), batch));
  }

  /** All points that are targets: their ways and events. */
  List<float[]> targets() {
    List<float[]> all = new ArrayList<>();
    for (Example example : examples) {
      for (int t = 1; t <= example.timesteps(); t++) {
        float[] target = new float[TARGETS];
        System.arraycopy(example.points, t * InkFeatures.WRITTEN, target, 0, InkFeatures.WRITTEN);
        target[TARGETS - 1] = t == example.timesteps() ? 1 : 0;
        all.add(target);
      }
    }
    return all;
  }
}
