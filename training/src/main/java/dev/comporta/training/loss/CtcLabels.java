package dev.comporta.training.loss;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Constants;
import dev.comporta.training.targets.Counted;
import dev.comporta.training.targets.Labels;
import java.util.Arrays;

/**
 * The checked label sequences of a batch, extended with blanks before, between and after the labels
 * to S = 2 L + 1 positions.
 *
 * @param extended the class at each position, {@code extended[row][position]}
 * @param labelCounts the number of labels of each row
 * @param inputLengths the number of timesteps of each row
 * @param positions S
 */
@SuppressWarnings("ArrayRecordComponent") // read only by this package, while one loss is computed
record CtcLabels(int[][] extended, int[] labelCounts, int[] inputLengths, int positions) {
  static CtcLabels of(Shape logits, Target target, int blank) {
    int timesteps = logits.size(0);
    int batch = logits.size(1);
    int classes = logits.size(2);
    Ids ids = target.labels();
    if (ids.batch() != batch) {
      throw new ShapeException(
          formatted(
              "[ctc] expected labels [labels, %d] for a prediction %s but got [%d, %d]",
              batch, logits, ids.timesteps(), ids.batch()));
    }
    if (blank >= classes) {
      throw new InvalidOptionException(
          formatted(
              "[ctc] option 'blank' expected a class between 0 and %d but got %d",
              classes - 1, blank));
    }
    int[] lengths = Counted.lengths("ctc", logits, target);
    int[] inputLengths = new int[batch];
    int[] labelCounts = new int[batch];
    int most = 0;
    for (int row = 0; row < batch; row++) {
      inputLengths[row] = lengths == null ? timesteps : lengths[row];
      labelCounts[row] = count(ids, row, classes, blank);
      most = Math.max(most, labelCounts[row]);
      requireRoom(ids, row, labelCounts[row], inputLengths[row]);
    }
    int positions = 2 * most + 1;
    int[][] extended = new int[batch][positions];
    for (int row = 0; row < batch; row++) {
      Arrays.fill(extended[row], blank);
      for (int i = 0; i < labelCounts[row]; i++) {
        extended[row][2 * i + 1] = label(ids, i, row);
      }
    }
    return new CtcLabels(extended, labelCounts, inputLengths, positions);
  }

  private static int label(Ids ids, int place, int row) {
    return ids.values()[place * ids.batch() + row];
  }

  private static int count(Ids ids, int row, int classes, int blank) {
    int count = 0;
    for (int i = 0; i < ids.timesteps(); i++) {
      int label = label(ids, i, row);
      if (label >= classes) {
        throw Labels.outOfRange("ctc", label, i, row, classes);
      }
      if (label == blank) {
        throw new ComportaException(
            formatted(
                "[ctc] expected labels other than the blank %d but label %d of row %d is the blank; choose another 'blank' or end the row with negative labels",
                blank, i, row));
      }
      if (label >= 0 && count < i) {
        throw new ComportaException(
            formatted(
                "[ctc] expected negative labels only at the end of row %d but label %d is negative and label %d is %d",
                row, count, i, label));
      }
      count += label >= 0 ? 1 : 0;
    }
    return count;
  }

  private static void requireRoom(Ids ids, int row, int labels, int timesteps) {
    int needed = labels;
    for (int i = 1; i < labels; i++) {
      needed += label(ids, i, row) == label(ids, i - 1, row) ? 1 : 0;
    }
    if (needed > timesteps) {
      throw new ComportaException(
          formatted(
              "[ctc] expected an input of at least %d timesteps for the %d labels of row %d, %d of them repeated, but it has %d",
              needed, labels, row, needed - labels, timesteps));
    }
  }

  int batch() {
    return extended.length;
  }

  /** Whether an alignment may skip the blank before a position: the label differs from the last. */
  boolean maySkipTo(int row, int position) {
    return position % 2 == 1
        && position >= 3
        && extended[row][position] != extended[row][position - 2];
  }

  boolean counts(int row) {
    return inputLengths[row] > 0;
  }

  int rowsThatCount() {
    int rows = 0;
    for (int row = 0; row < batch(); row++) {
      rows += counts(row) ? 1 : 0;
    }
    return rows;
  }

  /** {@code [1, B, 1]} with zeros for empty rows. */
  Tensor keepRows(Tensor losses) {
    int[] flags = new int[batch()];
    for (int row = 0; row < flags.length; row++) {
      flags[row] = counts(row) ? 1 : 0;
    }
    return Constants.chosen(losses, new Ids(1, batch(), flags), 0, 1)
        .select(losses, losses.constant(Shape.of(), 0));
  }

  /** {@code [1, B, 1]}: one over the number of labels; 1 for a row without labels. */
  Tensor perLabel(Tensor engine) {
    double[] shares = new double[(positions + 1) / 2];
    for (int count = 0; count < shares.length; count++) {
      shares[count] = 1.0 / Math.max(1, count);
    }
    return Constants.chosen(engine, new Ids(1, batch(), labelCounts), shares);
  }
}
