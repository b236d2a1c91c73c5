package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Counted;

/**
 * {@code ctc}: connectionist temporal classification, the negative log-likelihood in nats of a
 * label sequence, summed over all its alignments with the input. Prediction: logits {@code [T, B,
 * C]}, where one class is the blank; lengths: those of the inputs. Target: labels {@code [L, B]};
 * each row's labels start at timestep 0 and are padded with negative numbers to L.
 *
 * <p>Options: {@code blank}, the class of the blank (default 0); {@code per-label}, whether each
 * row's loss is divided by its number of labels (default true). Weight: the number of rows, without
 * empty rows (length 0 and no labels).
 *
 * <p>Errors: a label outside the classes or equal to the blank, and a row whose input is too short
 * for its labels: every label needs a timestep, and a repeated label needs one more for the blank
 * before it. Source: Graves et al. 2006, equations 6 to 8, in log space.
 */
public final class Ctc implements LossProvider {
  @Override
  public String name() {
    return "ctc";
  }

  @Override
  public String description() {
    return "connectionist temporal classification, for label sequences without alignment (Graves et al. 2006)";
  }

  @Override
  public Loss create(OptionReader options) {
    int blank = options.size("blank", 0, 0);
    boolean perLabel = options.flag("per-label", true);
    return new CtcLoss(blank, perLabel);
  }

  static Loss.Value value(Tensor logits, Target target, int blank, boolean perLabel) {
    Counted counted = Counted.of("ctc", logits, target);
    CtcLabels labels = CtcLabels.of(logits.shape(), target, blank);
    Tensor logs = counted.keep(logits).logSoftmax(); // [T, B, C]
    Tensor losses = new CtcForward(labels, logs).logLikelihood().negate(); // [1, B, 1]
    if (perLabel) {
      losses = losses.times(labels.perLabel(logs));
    }
    return new Loss.Value(labels.keepRows(losses).sum(), labels.rowsThatCount());
  }
}
