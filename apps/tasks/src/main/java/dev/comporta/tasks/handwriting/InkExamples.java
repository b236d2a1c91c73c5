package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.InkFeatures;
import dev.comporta.inference.content.StoredInk;
import dev.comporta.training.data.BucketedSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Batches of writing with the letters of each text as labels, which are not aligned with the points
 * (for the loss {@code ctc}). Samples of similar length are batched together.
 */
final class InkExamples extends BucketedSource {
  /** Batches whose samples are sorted by their length together. */
  private static final int POOL = 20;

  private final List<Example> examples;

  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Example(float[] points, int[] letters) {
    int timesteps() {
      return points.length / InkFeatures.READ;
    }
  }

  /**
   * Encodes samples.
   *
   * @param samples with texts of letters that the model knows
   * @param stored the letters
   * @param batch B, or fewer if there are fewer samples
   */
  InkExamples(InkSet samples, StoredInk stored, int batch, RandomSource random) {
    this(examples(samples, stored), batch, random);
  }

  private InkExamples(List<Example> examples, int batch, RandomSource random) {
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
      Example example = new Example(InkFeatures.read(sample.ink()), stored.encode(sample.text()));
      requireRoom(sample, example);
      examples.add(example);
    }
    return examples;
  }

  /** Every letter needs a timestep, and a repeated one needs one more before it. */
  private static void requireRoom(InkSet.Sample sample, Example example) {
    int[] letters = example.letters;
    int needed = letters.length;
    for (int i = 1; i < letters.length; i++) {
      needed += letters[i] == letters[i - 1] ? 1 : 0;
    }
    if (needed > example.timesteps()) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected strokes of at least %d points at equal distances for the text '%s' of %s but they have %d; correct the text, or leave this sample out",
              needed, Printable.quote(sample.text()), sample.place(), example.timesteps()));
    }
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    int batch = rows();
    List<Example> rows = Arrays.stream(members).mapToObj(examples::get).toList();
    int timesteps = rows.getFirst().timesteps(); // the longest is first
    int most = rows.stream().mapToInt(it -> it.letters.length).max().orElse(0);
    float[] points = new float[timesteps * batch * InkFeatures.READ];
    int[] lengths = new int[batch];
    int[] labels = new int[most * batch];
    Arrays.fill(labels, -1);
    for (int row = 0; row < rows.size(); row++) {
      Example example = rows.get(row);
      lengths[row] = example.timesteps();
      for (int t = 0; t < lengths[row]; t++) {
        System.arraycopy(
            example.points,
            t * InkFeatures.READ,
            points,
            (t * batch + row) * InkFeatures.READ,
            InkFeatures.READ);
      }
      for (int i = 0; i < example.letters.length; i++) {
        labels[i * batch + row] = example.letters[i];
      }
    }
    boolean full = Arrays.stream(lengths).allMatch(length -> length == timesteps);
    return Batch.ofValues(timesteps, batch, InkFeatures.READ, points, full ? null : lengths)
        .labels(new Ids(most, batch, labels));
  }
}
