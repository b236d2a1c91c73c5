package dev.comporta.training.loss;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.LabelSequenceLoss;
import dev.comporta.api.training.Target;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The loss that {@link Crf} creates. */
record CrfLoss() implements LabelSequenceLoss {
  @Override
  public Value of(Tensor prediction, Target target) {
    return Crf.value(prediction, target);
  }

  @Override
  public Target typical(Shape prediction, int @Nullable [] lengths) {
    int classes = Crf.classes(prediction.size(2));
    int[] labels = new int[prediction.size(0) * prediction.size(1)];
    Arrays.setAll(labels, i -> i % classes);
    return Target.labels(new Ids(prediction.size(0), prediction.size(1), labels), lengths);
  }
}
