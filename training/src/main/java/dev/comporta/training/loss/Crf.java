package dev.comporta.training.loss;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Counted;
import dev.comporta.training.targets.Labels;

/**
 * {@code crf}: the negative log-likelihood in nats of a sequence of classes in a linear-chain
 * conditional random field, {@code log Z(x) - s(x, l)}, where Z sums {@code exp s} over all
 * sequences of classes. Prediction: the scores {@code [T, B, (C + 2) C]} of the layer {@code crf},
 * or of any other: row 0 of {@code [C + 2, C]} holds the scores of a class at the start, row 1 + i
 * those of a class after class i, and the last row those of a class at the end. Target: a label for
 * each timestep {@code [T, B]}; a row ends at its length, or at its first negative label.
 *
 * <p>No options. Weight: the number of timesteps with a label, so that the mean is in nats per
 * timestep.
 *
 * <p>Errors: a prediction whose size is not (C + 2) C for any C, a label outside the classes, and a
 * negative label that is followed by another. Source: Lafferty et al. 2001; Lample et al. 2016,
 * section 2.2, with the forward algorithm in log space. For the best sequence, see {@link
 * dev.comporta.training.tags.LinearChain}.
 */
public final class Crf implements LossProvider {
  static final String NAME = "crf";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a linear-chain conditional random field, for the scores of the layer crf (Lample et al. 2016)";
  }

  @Override
  public Loss create(OptionReader options) {
    return new CrfLoss();
  }

  static Loss.Value value(Tensor scores, Target target) {
    Counted.of(NAME, scores, target); // three axes, and lengths that fit
    Shape shape = scores.shape();
    int timesteps = shape.size(0);
    int batch = shape.size(1);
    int classes = classes(shape.size(2));
    Labels labels = Labels.of(NAME, Shape.of(timesteps, batch, classes), target, Labels.NONE);
    int[] lengths = new int[batch];
    for (int i = 0; i < timesteps * batch; i++) {
      int row = i % batch;
      if (!labels.counted().counts(i)) {
        continue;
      }
      if (lengths[row] < i / batch) {
        throw new ComportaException(
            formatted(
                "[crf] expected negative labels only at the end of row %d but label %d is negative and label %d is %d",
                row, lengths[row], i / batch, labels.ids().values()[i]));
      }
      lengths[row]++;
    }
    if (labels.counted().count() == 0) {
      return new Loss.Value(labels.counted().keep(scores).sum(), 0);
    }
    return new Loss.Value(new CrfForward(scores, labels, lengths).loss(), labels.counted().count());
  }

  /**
   * {@return C}
   *
   * @param size (C + 2) C
   */
  static int classes(int size) {
    int classes = (int) Math.round(Math.sqrt(size + 1.0)) - 1;
    if (classes < 1 || classes * (classes + 2L) != size) {
      throw new ShapeException(
          formatted(
              "[crf] expected a prediction of (C + 2) x C scores at each timestep for C classes, such as 8 for 2, but got %d; end the model with a layer crf",
              size));
    }
    return classes;
  }
}
