package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;

/**
 * {@code ctc}: connectionist temporal classification, the negative log-probability in nats of a
 * label sequence summed over all its alignments with the input. Prediction: logits {@code [T, B,
 * C]}, one of the classes being the blank; lengths: those of the inputs. Target: labels {@code [L,
 * B]}, each row's labels from timestep 0 on, followed by negative numbers up to L.
 *
 * <p>Options {@code blank}, the class that stands for no label (default 0), {@code per-label}:
 * divide each row's loss by its number of labels (default true). Weight: the number of rows that
 * count. A row of length 0 without labels does not count.
 *
 * <p>Labels outside the classes or equal to the blank are errors, as is a row whose input is too
 * short for its labels: each needs a timestep, and a repeated label one more for the blank between.
 * Source: Graves et al. 2006, equations 6 to 8, in log space.
 */
public final class Ctc implements LossProvider {
  @Override
  public String name() {
    return "ctc";
  }

  @Override
  public String description() {
    return "connectionist temporal classification: labels without alignment (Graves et al. 2006)";
  }

  @Override
  public Loss create(OptionReader options) {
    int blank = options.size("blank", 0, 0);
    boolean perLabel = options.flag("per-label", true);
    return (prediction, target) -> value(prediction, target, blank, perLabel);
  }

  private static Loss.Value value(Tensor logits, Target target, int blank, boolean perLabel) {
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
