package dev.comporta.training.loss;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.LabelSequenceLoss;
import dev.comporta.api.training.Target;
import org.jspecify.annotations.Nullable;

/**
 * The loss that {@link Ctc} creates.
 *
 * @param blank the class of the blank
 * @param perLabel whether each row's loss is divided by its number of labels
 */
record CtcLoss(int blank, boolean perLabel) implements LabelSequenceLoss {
  /** Estimates take one label for so many timesteps. */
  private static final int USUAL_TIMESTEPS = 4;

  @Override
  public Value of(Tensor prediction, Target target) {
    return Ctc.value(prediction, target, blank, perLabel);
  }

  @Override
  public Target typical(Shape prediction, int @Nullable [] lengths) {
    int batch = prediction.size(1);
    int most = prediction.size(2) < 2 ? 0 : prediction.size(0) / USUAL_TIMESTEPS;
    int[] labels = new int[most * batch];
    for (int i = 0; i < labels.length; i++) {
      int length = lengths == null ? prediction.size(0) : lengths[i % batch];
      boolean isPadding = i / batch >= length / USUAL_TIMESTEPS;
      labels[i] = isPadding ? -1 : (blank == 0 ? 1 : 0);
    }
    return Target.labels(new Ids(most, batch, labels), lengths);
  }
}
