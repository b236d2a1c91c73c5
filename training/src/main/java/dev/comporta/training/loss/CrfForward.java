package dev.comporta.training.loss;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.training.targets.Constants;
import dev.comporta.training.targets.Labels;
import java.util.function.IntPredicate;

/**
 * The batched forward algorithm in log space, less the score of the labels. With y as in the layer
 * {@code crf}:
 *
 * <pre>
 * alpha_0[j] = y_0[0, j]
 * alpha_t[j] = log sum over i of exp(alpha_(t-1)[i] + y_t[1 + i, j])
 * log Z      = log sum over j of exp(alpha_(T-1)[j] + y_(T-1)[C + 1, j])
 * </pre>
 *
 * <p>After every timestep, alpha is shifted by its maximum, and the difference of the shift and the
 * score of the label is added to the loss: both are small, so that float32 stays exact however long
 * the row is. No gradient flows through the shifts; they cancel in the sum.
 */
final class CrfForward {
  /** Represents the logarithm of zero; finite, so that differences are never NaN. */
  private static final float IMPOSSIBLE = -1e30f;

  private final Tensor scores; // [T, B, (C + 2) C], zeros at padding
  private final Labels labels;
  private final int[] lengths;
  private final int timesteps;
  private final int batch;
  private final int classes;

  /** For at least one label. */
  CrfForward(Tensor prediction, Labels labels, int[] lengths) {
    this.scores =
        labels.counted().keep(prediction).maximum(prediction.constant(Shape.of(), IMPOSSIBLE));
    this.labels = labels;
    this.lengths = lengths;
    this.timesteps = prediction.shape().size(0);
    this.batch = prediction.shape().size(1);
    this.classes = labels.classes();
  }

  /** The sum over the rows, a scalar. */
  Tensor loss() {
    Tensor follows = follows();
    Tensor gold = gold();
    Tensor zero = scores.constant(Shape.of(batch, 1), 0);
    Tensor starts = scores.slice(0, 0, 1).slice(-1, 0, classes).reshape(batch, classes);
    Tensor shift = starts.maxLast().stopGradient();
    Tensor alpha = starts.minus(shift); // [B, C]
    Tensor loss = shift.minus(at(gold, 0)); // [B, 1]
    for (int t = 1; t < timesteps; t++) {
      Tensor step = follows.slice(1, t, t + 1).reshape(classes, batch, classes); // to, row, from
      Tensor next =
          logSumExp(step.plus(alpha.reshape(1, batch, classes)))
              .reshape(classes, batch)
              .transpose(); // [B, C]
      shift = next.maxLast().stopGradient();
      Tensor shifted = next.minus(shift);
      Tensor more = shift.minus(at(gold, t));
      if (allRun(t)) {
        alpha = shifted;
        loss = loss.plus(more);
      } else {
        int now = t;
        Tensor running = flags(row -> now < lengths[row]);
        alpha = running.select(shifted, alpha);
        loss = loss.plus(running.select(more, zero));
      }
    }
    Tensor ends = ends(); // [B, C]
    Tensor all = loss.plus(logSumExp(alpha.plus(ends))).minus(goldEnds(ends));
    return flags(row -> lengths[row] > 0).select(all, zero).sum();
  }

  private static Tensor logSumExp(Tensor x) {
    Tensor largest = x.maxLast().stopGradient();
    return x.minus(largest).exp().sum(-1).log().plus(largest);
  }

  /** The scores of a class after another, with the class first: {@code [C, T, B * C]}. */
  private Tensor follows() {
    return scores
        .slice(-1, classes, classes * (classes + 1))
        .reshape(timesteps * batch * classes, classes)
        .transpose()
        .reshape(classes, timesteps, batch * classes);
  }

  /** The score of each label after the one before it, {@code [T, B, 1]}. */
  private Tensor gold() {
    int size = classes * (classes + 2);
    int[] places = new int[timesteps * batch];
    for (int i = 0; i < places.length; i++) {
      int label = labels.ids().values()[i];
      if (label >= 0) {
        int from = i < batch ? 0 : 1 + labels.ids().values()[i - batch];
        places[i] = i * size + from * classes + label;
      }
    }
    return scores.reshape(scores.shape().count(), 1).gather(new Ids(timesteps, batch, places));
  }

  private Tensor at(Tensor gold, int t) {
    return gold.slice(0, t, t + 1).reshape(batch, 1);
  }

  private int last(int row) {
    return Math.max(0, lengths[row] - 1) * batch + row;
  }

  /** The scores of ending with each class, at the last timestep of each row: {@code [B, C]}. */
  private Tensor ends() {
    int[] places = new int[batch];
    for (int row = 0; row < batch; row++) {
      places[row] = last(row);
    }
    int end = classes * (classes + 1);
    return scores
        .slice(-1, end, end + classes)
        .reshape(timesteps * batch, classes)
        .gather(new Ids(1, batch, places))
        .reshape(batch, classes);
  }

  /** The score of ending with the last label, {@code [B, 1]}. */
  private Tensor goldEnds(Tensor ends) {
    int[] places = new int[batch];
    for (int row = 0; row < batch; row++) {
      places[row] = row * classes + Math.max(0, labels.ids().values()[last(row)]);
    }
    return ends.reshape(batch * classes, 1).gather(new Ids(1, batch, places)).reshape(batch, 1);
  }

  private boolean allRun(int timestep) {
    for (int length : lengths) {
      if (timestep >= length) {
        return false;
      }
    }
    return true;
  }

  /** Ones and zeros {@code [B, 1]}. */
  private Tensor flags(IntPredicate isSet) {
    int[] index = new int[batch];
    for (int row = 0; row < batch; row++) {
      index[row] = isSet.test(row) ? 1 : 0;
    }
    return Constants.chosen(scores, new Ids(1, batch, index), 0, 1).reshape(batch, 1);
  }
}
