package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Labelled sequences of ids or features of different lengths, padded to the longest of their batch
 * and batched by similar length with {@link LengthBuckets}. A sequence has either one label per
 * timestep (sequence labelling) or a single label (sequence classification). A timestep may have
 * several ids, such as a word and its characters, which the model reads one after another. Padding
 * has no label; an incomplete last batch is filled with rows of length 0.
 *
 * <p>Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SequenceExamples extends BucketedSource {
  private final List<Example> examples;
  private final boolean oneLabel;

  /** Whether the sequences are features, not ids. */
  private final boolean features;

  /** Ids or features per timestep. */
  private final int each;

  /**
   * A labelled sequence of ids or of features.
   *
   * @param ids one or more ids, as many for each timestep; empty for features
   * @param values {@code [T, F]}; empty for ids
   * @param timesteps T
   * @param labels one label per timestep, or a single one
   */
  @API(status = API.Status.EXPERIMENTAL)
  @SuppressWarnings("ArrayRecordComponent") // handed over by the caller
  public record Example(int[] ids, float[] values, int timesteps, int[] labels) {
    /**
     * A labelled sequence of ids.
     *
     * @param ids one or more ids
     * @param labels one label per id, or a single one
     */
    public Example(int[] ids, int[] labels) {
      this(ids, new float[0], ids.length, labels);
    }

    /**
     * A labelled sequence of features.
     *
     * @param values {@code [T, F]}, one timestep or more
     * @param features F, the same for all sequences of a source
     * @param labels one label per timestep, or a single one
     * @return the sequence
     */
    public static Example ofFeatures(float[] values, int features, int... labels) {
      return new Example(new int[0], values, values.length / features, labels);
    }

    private int each() {
      return timesteps == 0 ? 0 : Math.max(ids.length, values.length) / timesteps;
    }

    private String noun() {
      return values.length > 0
          ? "timesteps of " + each() + " features"
          : each() > 1 ? "timesteps of " + each() + " ids" : "ids";
    }

    private boolean isLike(Example other) {
      int expected = other.each() * timesteps;
      return other.values.length > 0
          ? values.length == expected && ids.length == 0
          : ids.length == expected && values.length == 0;
    }
  }

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
    super(examples.stream().mapToInt(Example::timesteps).toArray(), batch, pool, random);
    this.examples = List.copyOf(examples);
    this.oneLabel = examples.stream().allMatch(example -> example.labels().length == 1);
    this.features = examples.getFirst().values().length > 0;
    this.each = examples.getFirst().each();
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      int expected = oneLabel ? 1 : example.timesteps();
      if (example.each() == 0
          || example.labels().length != expected
          || !example.isLike(examples.getFirst())) {
        throw new InvalidOptionException(
            formatted(
                "[sequences] expected 1 or more %s and as many labels, or one label per sequence, but sequence %d has %d %s and %d labels",
                examples.getFirst().noun(),
                i,
                example.timesteps(),
                example.noun(),
                example.labels().length));
      }
    }
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    List<Example> rows = Arrays.stream(members).mapToObj(examples::get).toList();
    Batch inputs =
        features
            ? Batch.ofSequences(rows.stream().map(Example::values).toList(), each, rows())
            : Batch.ofSequences(rows.stream().map(Example::ids).toList(), rows());
    return inputs.labels(rows.stream().map(Example::labels).toList());
  }
}
