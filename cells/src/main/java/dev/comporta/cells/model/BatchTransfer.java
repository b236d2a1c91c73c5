package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.training.LabelSequenceLoss;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Copies the input and the target of a {@link Batch} onto a tape. */
final class BatchTransfer {
  private final Tape tape;
  private final List<DataCheck.Data> transferred = new ArrayList<>();

  BatchTransfer(Tape tape) {
    this.tape = tape;
  }

  /** Forgets what was brought for an earlier batch. */
  void begin() {
    transferred.clear();
  }

  /** What of the data is too large to compute with, once a result was not finite; or null. */
  @Nullable BrokenDataException tooLarge() {
    return transferred.stream()
        .map(DataCheck::tooLarge)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private void check(DataCheck.Data data) {
    if (!tape.computes()) {
      return;
    }
    DataCheck.requireFinite(data);
    transferred.add(data);
  }

  /**
   * The input, with zeros at padding.
   *
   * @param what it is, for errors
   */
  Sequence input(String what, Batch batch) {
    Ids ids = batch.ids();
    if (ids != null) {
      return Sequence.of(ids, batch.lengths());
    }
    Shape shape =
        Shape.of(batch.timesteps(), batch.batch(), batch.features())
            .named("timesteps", "batch", "input");
    Sequence sequence = Sequence.of(tape.constant(shape, batch.values(), 0), batch.lengths());
    int[] lengths = sequence.lengths();
    check(
        new DataCheck.Data(
            what, batch.values(), batch.batch(), batch.features(), 0, batch.timesteps(), lengths));
    return lengths == null
        ? sequence
        : sequence.withValues(withoutPadding(shape, batch.values(), lengths));
  }

  /** A copy with zeros at padding, where values are arbitrary and may be NaN. */
  private TapeTensor withoutPadding(Shape shape, float[] values, int[] lengths) {
    TapeTensor features = tape.result(shape, false);
    if (!tape.computes()) {
      return features;
    }
    System.arraycopy(values, 0, features.data(), features.offset(), shape.count());
    int batch = shape.size(1);
    int size = shape.size(2);
    for (int i = 0; i < shape.size(0) * batch; i++) {
      if (i / batch >= lengths[i % batch]) {
        int from = features.offset() + i * size;
        Arrays.fill(features.data(), from, from + size, 0);
      }
    }
    return features;
  }

  /** The timesteps that contribute to the loss, without the context. */
  static Sequence counted(Sequence output, Batch batch) {
    if (batch.context() == 0) {
      return output;
    }
    if (output.timesteps() != batch.timesteps()) {
      throw new ShapeException(
          formatted(
              "[model] expected an output for each of %d timesteps, the first %d of which are context, but the model returned %d",
              batch.timesteps(), batch.context(), output.timesteps()));
    }
    int[] lengths = output.lengths();
    return Sequence.of(
        output.values().slice(0, batch.context(), output.timesteps()),
        lengths == null ? null : Batch.later(lengths, batch.context()));
  }

  /**
   * The target, with the lengths of its rows.
   *
   * @param counted the output that is compared with it, or what the output is computed from
   * @param classes how many labels there are, if it is labels
   * @param loss what is going to be computed
   */
  Target target(Batch batch, Sequence counted, int classes, Loss loss) {
    if (tape.computes()) {
      return target(batch, counted.lengths());
    }
    return loss instanceof LabelSequenceLoss sequences
        ? sequences.typical(counted.values().shape(), counted.lengths())
        : outlined(counted, batch.targetSize(), classes);
  }

  /** Vectors without values, or labels of which each occurs as often as the others. */
  private Target outlined(Sequence counted, int size, int classes) {
    if (size > 0) {
      Shape shape = Shape.of(counted.timesteps(), counted.batch(), size);
      return Target.values(tape.constant(shape, new float[0], 0), counted.lengths());
    }
    int[] labels = new int[Shape.of(counted.timesteps(), counted.batch()).count()];
    Arrays.setAll(labels, i -> i % classes);
    return Target.labels(new Ids(counted.timesteps(), counted.batch(), labels), counted.lengths());
  }

  private Target target(Batch batch, int @Nullable [] lengths) {
    Ids labels = batch.countedLabels();
    if (labels != null) {
      return Target.labels(labels, lengths);
    }
    float[] targets = batch.targets();
    if (targets == null) {
      throw new ComportaException("[model] expected a batch with labels or targets but got none");
    }
    int size = batch.batch() * batch.targetSize();
    int timesteps = Math.min(targets.length / Math.max(1, size), batch.timesteps());
    Shape shape = Shape.of(timesteps - batch.context(), batch.batch(), batch.targetSize());
    check(
        new DataCheck.Data(
            "target",
            targets,
            batch.batch(),
            batch.targetSize(),
            batch.context(),
            timesteps,
            lengths == null ? null : Batch.later(lengths, -batch.context())));
    return Target.values(tape.constant(shape, targets, batch.context() * size), lengths);
  }
}
