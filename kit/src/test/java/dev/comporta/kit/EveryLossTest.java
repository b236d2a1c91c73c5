package dev.comporta.kit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss of the catalog keeps the contract. */
@ParameterizedClass(name = "{0}")
@MethodSource("names")
class EveryLossTest extends LossContract {
  @Parameter String name = "";

  static List<String> names() {
    return Catalog.load().names(Kind.LOSS);
  }

  @Override
  protected List<Spec> specs() {
    Spec spec = Spec.of(name);
    List<Double> weights = List.of(0.5, 2.0, 0.25, 1.5, 0.75);
    return switch (name) {
      case "cross-entropy" ->
          List.of(
              spec,
              spec.with("label-smoothing", 0.3),
              spec.with("label-smoothing", 0.3).with("class-weights", weights),
              spec.with("ignore-index", 2));
      case "nll" ->
          List.of(spec, spec.with("class-weights", weights), spec.with("ignore-index", 2));
      case "focal" ->
          List.of(
              spec, spec.with("gamma", 0.5), spec.with("gamma", 1).with("class-weights", weights));
      case "huber" -> List.of(spec, spec.with("delta", 0.7));
      case "smooth-l1" -> List.of(spec, spec.with("beta", 0.6));
      case "quantile" ->
          List.of(
              spec,
              spec.with("quantiles", List.of(0.9)),
              spec.with("quantiles", List.of(0.05, 0.25, 0.5, 0.75, 0.95)));
      case "mixture-density" -> List.of(spec, spec.with("least-deviation", 0.3));
      case "policy-gradient" ->
          List.of(spec, spec.with("entropy", 0.7).with("baseline", 0), spec.with("entropy", 0));
      case "ctc" -> List.of(spec, spec.with("blank", 0).with("per-label", false));
      default -> List.of(spec);
    };
  }

  @Override
  protected int features() {
    return switch (name) {
      case "crf" -> 15; // of 3 classes
      case "mixture-density" -> 19; // an event and 3 Gaussians
      default -> super.features();
    };
  }

  @Override
  protected int targetFeatures() {
    return name.equals("mixture-density") ? 3 : super.targetFeatures();
  }

  @Override
  protected boolean ofLabels() {
    return List.of("cross-entropy", "nll", "crf", "ctc", "focal", "error-rate").contains(name);
  }

  @Override
  protected float target(float normal) {
    return switch (name) {
      case "kl-divergence" -> 0.1f + Math.abs(normal);
      case "binary-cross-entropy" -> normal > 0 ? 1 : 0;
      default -> normal;
    };
  }

  @Override
  protected Ids labels(int timesteps, int rows, int classes, RandomSource random) {
    if (name.equals("crf")) {
      return super.labels(timesteps, rows, 3, random);
    }
    if (!name.equals("ctc")) {
      return super.labels(timesteps, rows, classes, random);
    }
    // two labels, one, none, two: each row has timesteps enough for them
    return new Ids(2, 4, new int[] {1, 3, -1, 2, 4, -1, -1, 2});
  }
}
