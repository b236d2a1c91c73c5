package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.ctc.CtcAlignment;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.InkFeatures;
import dev.comporta.inference.content.StoredInk;
import dev.comporta.inference.content.StoredMixture;
import dev.comporta.training.data.BucketedSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Batches of handwriting with its texts. Samples of similar length are batched together. */
final class InkExamples extends BucketedSource {
  /** The size of a target of synthesis: two coordinates and the events. */
  static final int TARGETS = 2 + StoredMixture.EVENTS;

  /** Batches whose samples are sorted by their length together. */
  private static final int POOL = 20;

  private final List<Example> examples;
  private final boolean synthesis;

  /**
   * A sample as a model sees it.
   *
   * @param points {@code [T, features]}
   * @param targets {@code [T, TARGETS]} for synthesis; else empty
   * @param letters the classes of the text, with its end for synthesis
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Example(int timesteps, float[] points, float[] targets, int[] letters) {}

  private InkExamples(List<Example> examples, boolean synthesis, int batch, RandomSource random) {
    super(
        examples.stream().mapToInt(Example::timesteps).toArray(),
        Math.min(batch, examples.size()),
        POOL,
        random);
    this.examples = examples;
    this.synthesis = synthesis;
  }

  /**
   * Examples for recognition with the loss {@code ctc}: the letters of a text are labels, which are
   * not aligned with the points.
   *
   * @param samples with texts of letters that the model knows
   * @param stored the letters
   * @param batch B, or fewer if there are fewer samples
   */
  static InkExamples ofRecognition(
      InkSet samples, StoredInk stored, int batch, RandomSource random) {
    return new InkExamples(
        examples(samples, sample -> recognition(sample, stored)), false, batch, random);
  }

  /**
   * Examples for synthesis: the source is a text with its end, the input at each timestep a point,
   * and the target the next point, with whether the pen is lifted there and whether it is the last.
   *
   * @param samples with texts of letters that the model knows
   * @param stored the letters
   * @param batch B, or fewer if there are fewer samples
   */
  static InkExamples ofSynthesis(InkSet samples, StoredInk stored, int batch, RandomSource random) {
    return new InkExamples(
        examples(samples, sample -> synthesis(sample, stored)), true, batch, random);
  }

  private static List<Example> examples(InkSet samples, Function<InkSet.Sample, Example> example) {
    return samples.samples().stream().map(example).toList();
  }

  private static Example recognition(InkSet.Sample sample, StoredInk stored) {
    float[] points = InkFeatures.read(sample.ink());
    int[] letters = stored.encode(sample.text());
    int timesteps = points.length / InkFeatures.READ;
    int needed = CtcAlignment.leastTimesteps(letters);
    if (needed > timesteps) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected strokes of at least %d points at equal distances for the text '%s' of %s but they have %d; correct the text, or leave this sample out",
              needed, Printable.quote(sample.text()), sample.place(), timesteps));
    }
    return new Example(timesteps, points, new float[0], letters);
  }

  private static Example synthesis(InkSet.Sample sample, StoredInk stored) {
    int size = InkFeatures.WRITTEN;
    float[] points = InkFeatures.written(sample.ink());
    int timesteps = points.length / size - 1;
    if (timesteps < 1) {
      throw new ComportaException(
          formatted(
              "[handwriting] expected two points or more in %s but there is one; leave this sample out",
              sample.place()));
    }
    float[] targets = new float[timesteps * TARGETS];
    for (int t = 0; t < timesteps; t++) {
      System.arraycopy(points, (t + 1) * size, targets, t * TARGETS, size);
    }
    targets[targets.length - 1] = 1;
    int[] letters = stored.encode(sample.text());
    return new Example(
        timesteps,
        Arrays.copyOf(points, timesteps * size),
        targets,
        Arrays.copyOf(letters, letters.length + 1));
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    List<Example> rows = Arrays.stream(members).mapToObj(examples::get).toList();
    List<float[]> points = rows.stream().map(Example::points).toList();
    List<int[]> letters = rows.stream().map(Example::letters).toList();
    return synthesis
        ? Batch.ofSequences(points, InkFeatures.WRITTEN, rows())
            .targets(TARGETS, rows.stream().map(Example::targets).toList())
            .source(Batch.ofSequences(letters, rows()))
        : Batch.ofSequences(points, InkFeatures.READ, rows()).labels(letters);
  }

  /** All targets of synthesis, each of {@link #TARGETS} numbers. */
  List<float[]> targets() {
    List<float[]> all = new ArrayList<>();
    for (Example example : examples) {
      for (int at = 0; at < example.targets.length; at += TARGETS) {
        all.add(Arrays.copyOfRange(example.targets, at, at + TARGETS));
      }
    }
    return all;
  }
}
