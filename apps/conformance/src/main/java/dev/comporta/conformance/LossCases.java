package dev.comporta.conformance;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Kind {@code loss}: logits or a prediction of any shape, seen as {@code [rows, 1, features]}; for
 * CTC {@code [T, B, C]}. The reduction is mean, sum, none, or batchmean for the KL divergence.
 */
final class LossCases {
  private static final List<String> INPUTS =
      List.of("logits", "prediction", "input", "log_probabilities", "x");

  private final TapeCase run;
  private final ReferenceCase file;
  private final CaseSettings settings;
  private final String reduction;
  private final Tensor input;

  private LossCases(TapeCase run) {
    this.run = run;
    this.file = run.file();
    this.settings = file.settings();
    settings.text("loss", "");
    this.reduction = settings.text("reduction", "mean");
    if (!List.of("mean", "sum", "none", "batchmean").contains(reduction)) {
      throw settings.unknown("reduction");
    }
    String name =
        INPUTS.stream()
            .filter(run::has)
            .findFirst()
            .orElseThrow(() -> new CaseException("it has none of the tensors " + INPUTS));
    this.input = run.in(name);
  }

  static void run(TapeCase run) {
    new LossCases(run).run();
  }

  private void run() {
    switch (settings.text("loss", "")) {
      case "cross_entropy" -> labelled(crossEntropy());
      case "nll" -> labelled(weighted(ignoring(Spec.of("nll"))));
      case "mse" -> elements(Spec.of("mse"));
      case "l1" -> elements(Spec.of("mae"));
      case "huber" -> elements(Spec.of("huber").with("delta", settings.real("delta", 1)));
      case "smooth_l1" -> elements(smoothL1());
      case "bce_with_logits" -> elements(binary());
      case "kl_div" -> divergence();
      case "ctc" -> ctc();
      default -> throw settings.unknown("loss");
    }
  }

  private Spec crossEntropy() {
    Spec spec = ignoring(Spec.of("cross-entropy"));
    return weighted(spec.with("label-smoothing", settings.real("label_smoothing", 0)));
  }

  /** PyTorch ignores the label -100 where none is given. */
  private Spec ignoring(Spec spec) {
    return spec.with("ignore-index", settings.whole("ignore_index", -100));
  }

  private Spec weighted(Spec spec) {
    return run.has("class_weights") ? spec.with("class-weights", numbers("class_weights")) : spec;
  }

  private List<Double> numbers(String tensor) {
    return Arrays.stream(file.doubles(tensor)).boxed().toList();
  }

  /** With a beta of 0 PyTorch's smooth L1 is the absolute error. */
  private Spec smoothL1() {
    double beta = settings.real("beta", 1);
    return beta == 0 ? Spec.of("mae") : Spec.of("smooth-l1").with("beta", beta);
  }

  private Spec binary() {
    Spec spec = Spec.of("binary-cross-entropy");
    double[] weights =
        run.has("pos_weight") ? file.doubles("pos_weight") : settings.reals("pos_weight");
    if (weights == null) {
      return spec;
    }
    return weights.length == 1
        ? spec.with("positive-weight", weights[0])
        : spec.with("positive-weights", Arrays.stream(weights).boxed().toList());
  }

  private Loss loss(Spec spec) {
    settings.requireAllRead();
    return run.catalog().loss(spec);
  }

  private void labelled(Spec spec) {
    Shape shape = input.shape();
    if (!file.shape("labels").equals(leading(shape))) {
      throw new CaseException(
          formatted(
              "its labels have shape %s; expected %s for %s, the classes last",
              file.shape("labels"), leading(shape), shape));
    }
    int rows = shape.rows();
    Tensor x = input.reshape(rows, 1, shape.columns());
    int[] labels = file.ints("labels");
    Loss loss = loss(spec);
    if (reduction.equals("none")) {
      each(
          rows,
          i -> {
            Ids one = new Ids(1, 1, new int[] {labels[i]});
            return loss.of(x.slice(0, i, i + 1), Target.labels(one, null));
          });
      return;
    }
    reduced(loss.of(x, Target.labels(new Ids(rows, 1, labels), null)));
  }

  private static Shape leading(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.sizes(), Math.max(0, shape.rank() - 1)));
  }

  private void elements(Spec spec) {
    Shape shape = input.shape();
    file.require("target", shape);
    Tensor x = input.reshape(shape.rows(), 1, shape.columns());
    Tensor target = run.constant("target").reshape(shape.rows(), 1, shape.columns());
    Loss loss = loss(spec);
    if (reduction.equals("none")) {
      if (spec.options().containsKey("positive-weights")) {
        throw settings.unknown("reduction");
      }
      Tensor all = input.reshape(shape.count(), 1, 1);
      Tensor wanted = run.constant("target").reshape(shape.count(), 1, 1);
      each(
          shape.count(),
          i -> loss.of(all.slice(0, i, i + 1), Target.values(wanted.slice(0, i, i + 1), null)));
      return;
    }
    reduced(loss.of(x, Target.values(target, null)));
  }

  /** PyTorch's mean divides by the number of elements, its batchmean by that of rows. */
  private void divergence() {
    Shape shape = input.shape();
    file.require("target", shape);
    Loss loss = loss(Spec.of("kl-divergence").with("input", "log-probabilities"));
    if (reduction.equals("none")) {
      throw settings.unknown("reduction");
    }
    Loss.Value value =
        loss.of(
            input.reshape(shape.rows(), 1, shape.columns()),
            Target.values(run.constant("target").reshape(shape.rows(), 1, shape.columns()), null));
    double divisor =
        switch (reduction) {
          case "mean" -> shape.count();
          case "batchmean" -> shape.rank() == 0 ? 1 : shape.size(0);
          default -> 1;
        };
    run.out("loss", value.sum().times((float) (1 / divisor)));
  }

  /**
   * PyTorch's labels {@code [B, L]} are padded with any number past their lengths, or one row after
   * the other.
   */
  private void ctc() {
    settings.ignore("zero_infinity");
    int blank = settings.whole("blank", 0);
    Loss loss =
        loss(Spec.of("ctc").with("blank", blank).with("per-label", reduction.equals("mean")));
    Shape shape = input.shape();
    int[] counts = file.ints("label_lengths");
    int[] given = file.ints("labels");
    boolean padded = file.shape("labels").rank() == 2;
    int batch = counts.length;
    if (shape.rank() != 3 || shape.size(1) != batch) {
      throw new CaseException(
          formatted(
              "its logits have shape %s; expected [T, %d, C] for %d label lengths",
              shape, batch, batch));
    }
    int most = Arrays.stream(counts).max().orElse(0);
    int[] labels = new int[most * batch]; // [L, B]
    Arrays.fill(labels, -1);
    int start = 0;
    for (int row = 0; row < batch; row++) {
      int from = padded ? row * file.shape("labels").size(1) : start;
      if (from + counts[row] > given.length) {
        throw new CaseException("it has fewer labels than its label_lengths say");
      }
      for (int i = 0; i < counts[row]; i++) {
        labels[i * batch + row] = given[from + i];
      }
      start += counts[row];
    }
    int[] lengths = run.has("input_lengths") ? file.ints("input_lengths") : null;
    if (reduction.equals("none")) {
      each(
          batch,
          row -> {
            int[] own = new int[most];
            Arrays.setAll(own, i -> labels[i * batch + row]);
            int @Nullable [] length = lengths == null ? null : new int[] {lengths[row]};
            return loss.of(
                input.slice(1, row, row + 1), Target.labels(new Ids(most, 1, own), length));
          });
      return;
    }
    reduced(loss.of(input, Target.labels(new Ids(most, batch, labels), lengths)));
  }

  private void reduced(Loss.Value value) {
    switch (reduction) {
      case "sum" -> run.out("loss", value.sum());
      case "mean" -> run.out("loss", value.sum().times((float) (1 / value.weight())));
      default -> throw settings.unknown("reduction");
    }
  }

  /** Losses that nothing has added up. */
  private void each(int count, IntFunction<Loss.Value> loss) {
    Tensor[] cells =
        IntStream.range(0, count)
            .mapToObj(i -> loss.apply(i).sum().reshape(1))
            .toArray(Tensor[]::new);
    Tensor all = count == 1 ? cells[0] : cells[0].concat(0, Arrays.copyOfRange(cells, 1, count));
    run.out("loss", all.reshape(file.shape("loss").sizes()));
  }
}
