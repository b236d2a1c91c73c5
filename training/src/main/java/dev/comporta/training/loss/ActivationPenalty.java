package dev.comporta.training.loss;

import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.model.OutputPenalty;
import dev.comporta.training.targets.Constants;
import java.util.List;

/**
 * Activation regularisation (AR) and temporal activation regularisation (TAR): {@code a * mean of
 * h[t]^2 + s * mean of (h[t + 1] - h[t])^2} over timesteps that are not padding. Source: Merity,
 * McCann and Socher 2017.
 *
 * @param raw the index of the layer whose output TAR penalises, before dropout
 * @param dropped the index of the layer whose output AR penalises, after dropout
 * @param activation a, the factor of AR
 * @param temporal s, the factor of TAR
 */
public record ActivationPenalty(int raw, int dropped, double activation, double temporal)
    implements OutputPenalty {
  @Override
  public Tensor of(List<Sequence> outputs) {
    Sequence h = outputs.get(dropped);
    Tensor size = mean(h.values().square(), h, 0).times((float) activation);
    Sequence r = outputs.get(raw);
    if (temporal == 0 || r.timesteps() < 2) {
      return size;
    }
    Tensor later = r.values().slice(0, 1, r.timesteps());
    Tensor earlier = r.values().slice(0, 0, r.timesteps() - 1);
    return size.plus(mean(later.minus(earlier).square(), r, 1).times((float) temporal));
  }

  /** The mean over the timesteps of rows that are long enough, {@code [T - shift, B, H] -> []}. */
  private static Tensor mean(Tensor squares, Sequence of, int shift) {
    int timesteps = of.timesteps() - shift;
    int[] lengths = of.lengths();
    long count = (long) timesteps * of.batch();
    Tensor kept = squares;
    if (lengths != null) {
      int[] flags = new int[timesteps * of.batch()];
      count = 0;
      for (int i = 0; i < flags.length; i++) {
        flags[i] = i / of.batch() + shift < lengths[i % of.batch()] ? 1 : 0;
        count += flags[i];
      }
      Tensor mask = Constants.chosen(squares, new Ids(timesteps, of.batch(), flags), 0, 1);
      kept = mask.select(squares, squares.constant(Shape.of(), 0));
    }
    double elements = (double) Math.max(1, count) * squares.shape().columns();
    return kept.sum().times((float) (1 / elements));
  }
}
