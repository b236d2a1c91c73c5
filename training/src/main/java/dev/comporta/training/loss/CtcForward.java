package dev.comporta.training.loss;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.training.targets.Constants;
import java.util.function.IntPredicate;

/**
 * The batched forward recursion of Graves et al. 2006 in log space: {@code alpha[b, s]} is the
 * log-probability of all alignments of the timesteps so far that end at position s. To keep
 * precision on long inputs, each row is shifted by its maximum after every timestep, and the shifts
 * are accumulated separately. No gradient flows through the shifts; they cancel in the sum, so its
 * gradient is unchanged.
 */
final class CtcForward {
  /** Represents the logarithm of zero; finite, so that differences are never NaN. */
  private static final float IMPOSSIBLE = -1e30f;

  private final CtcLabels labels;
  private final int timesteps;
  private final int batch;
  private final int positions;
  private final Tensor impossible;
  private final Tensor emissions; // [T, B, S]

  CtcForward(CtcLabels labels, Tensor logs) {
    this.labels = labels;
    this.timesteps = logs.shape().size(0);
    this.batch = labels.batch();
    this.positions = labels.positions();
    this.impossible = logs.constant(Shape.of(), IMPOSSIBLE);
    this.emissions = emissions(logs).maximum(impossible);
  }

  private Tensor emissions(Tensor logs) {
    int classes = logs.shape().size(2);
    int[] places = new int[timesteps * batch * positions];
    for (int i = 0; i < timesteps * batch; i++) {
      for (int s = 0; s < positions; s++) {
        places[i * positions + s] = i * classes + labels.extended()[i % batch][s];
      }
    }
    return logs.reshape(logs.shape().count(), 1)
        .gather(new Ids(timesteps * batch, positions, places))
        .reshape(timesteps, batch, positions);
  }

  /** The log-probability of each row's labels, {@code [1, B, 1]}. */
  Tensor logLikelihood() {
    Tensor zero = emissions.constant(Shape.of(batch, 1), 0);
    Tensor none = emissions.constant(Shape.of(batch, positions), IMPOSSIBLE);
    if (timesteps == 0) {
      return zero.reshape(1, batch, 1);
    }
    Tensor starts = flags(batch, positions, i -> mayStart(i / positions, i % positions));
    Tensor skips = flags(batch, positions, i -> labels.maySkipTo(i / positions, i % positions));
    Tensor alpha = starts.select(emission(0), none); // [B, S]
    Tensor shift = zero; // [B, 1]
    for (int t = 1; t < timesteps; t++) {
      Tensor next = step(alpha, skips, none).plus(emission(t));
      Tensor largest = next.maxLast().stopGradient();
      Tensor shifted = next.minus(largest);
      if (allRun(t)) {
        alpha = shifted;
        shift = shift.plus(largest);
      } else {
        int now = t;
        Tensor running = flags(batch, 1, row -> now < labels.inputLengths()[row]);
        alpha = running.select(shifted, alpha);
        shift = shift.plus(running.select(largest, zero));
      }
    }
    return ends(alpha).plus(shift.reshape(1, batch, 1));
  }

  private boolean mayStart(int row, int position) {
    return position == 0 || (position == 1 && labels.labelCounts()[row] > 0);
  }

  private boolean allRun(int timestep) {
    for (int length : labels.inputLengths()) {
      if (timestep >= length) {
        return false;
      }
    }
    return true;
  }

  private Tensor emission(int t) {
    return emissions.slice(0, t, t + 1).reshape(batch, positions);
  }

  /**
   * Log-sum-exp over three transitions: stay, advance by one, and skip the blank between two
   * labels.
   */
  private Tensor step(Tensor alpha, Tensor skips, Tensor none) {
    if (positions == 1) {
      return alpha;
    }
    Tensor one = none.slice(-1, 0, 1).concat(-1, alpha.slice(-1, 0, positions - 1));
    Tensor two = none.slice(-1, 0, 2).concat(-1, alpha.slice(-1, 0, positions - 2));
    return logSumExp(alpha, one, skips.select(two, none));
  }

  private static Tensor logSumExp(Tensor a, Tensor b, Tensor c) {
    Tensor largest = a.maximum(b).maximum(c).stopGradient();
    Tensor sum = a.minus(largest).exp().plus(b.minus(largest).exp()).plus(c.minus(largest).exp());
    return sum.log().plus(largest);
  }

  /** Log-sum-exp over ending in the last label and in the blank after it, {@code [1, B, 1]}. */
  private Tensor ends(Tensor alpha) {
    Tensor blank = end(alpha, 0);
    Tensor label = end(alpha, 1);
    Tensor labelled = flags(1, batch, row -> labels.labelCounts()[row] > 0).reshape(1, batch, 1);
    Tensor last = labelled.select(label, impossible);
    return logSumExp(blank, last, last.times(0).plus(IMPOSSIBLE));
  }

  private Tensor end(Tensor alpha, int before) {
    int[] places = new int[batch];
    for (int row = 0; row < batch; row++) {
      places[row] = row * positions + Math.max(0, 2 * labels.labelCounts()[row] - before);
    }
    return alpha.reshape(batch * positions, 1).gather(new Ids(1, batch, places));
  }

  /** Ones and zeros {@code [rows, columns]}. */
  private Tensor flags(int rows, int columns, IntPredicate isSet) {
    int[] index = new int[rows * columns];
    for (int i = 0; i < index.length; i++) {
      index[i] = isSet.test(i) ? 1 : 0;
    }
    return Constants.chosen(emissions, new Ids(rows, columns, index), 0, 1).reshape(rows, columns);
  }
}
