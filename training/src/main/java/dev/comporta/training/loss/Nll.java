package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.LabelLoss;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Labels;
import java.util.function.Function;

/**
 * {@code nll}: the negative log-likelihood of labels {@code [T, B]} under log-probabilities {@code
 * [T, B, C]}, such as the output of a log-softmax layer: {@code -w[y] * x[y]}; weight: the sum of
 * {@code w[y]}.
 *
 * <p>Options: {@code ignore-index}, a label to ignore (default none; negative labels are always
 * ignored); {@code class-weights}, w, C numbers (default all 1). The loss needs only the
 * log-probabilities of the labels; an adaptive softmax therefore computes no others.
 */
public final class Nll implements LossProvider {
  @Override
  public String name() {
    return "nll";
  }

  @Override
  public String description() {
    return "negative log-likelihood of labels, from log-probabilities";
  }

  @Override
  public Loss create(OptionReader options) {
    int ignored = Labels.ignored(options);
    double[] weights = Labels.weights(options);
    return new OfLabels(ignored, weights);
  }

  /** The loss, from all log-probabilities or from those of the labels only. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record OfLabels(int ignored, double[] weights) implements LabelLoss {
    @Override
    public Value of(Tensor logs, Target target) {
      Labels labels = Labels.of("nll", logs.shape(), target, ignored);
      Ids safe = labels.safe();
      int[] places = safe.values();
      for (int i = 0; i < places.length; i++) {
        places[i] += i * labels.classes();
      }
      return value(labels, logs.reshape(logs.shape().count(), 1).gather(safe));
    }

    @Override
    public Value ofLabels(Function<Ids, Tensor> logProbabilities, Target target, Shape prediction) {
      Labels labels = Labels.of("nll", prediction, target, ignored);
      return value(labels, logProbabilities.apply(labels.ids()));
    }

    private Value value(Labels labels, Tensor chosen) { // [T, B, 1]
      double weight = labels.weight("nll", weights);
      Tensor kept = labels.counted().keep(chosen).negate();
      return new Value(labels.weighted(kept, weights).sum(), weight);
    }
  }
}
