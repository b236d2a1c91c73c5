package dev.comporta.conformance;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Progress;
import dev.comporta.api.training.Schedule;
import java.util.ArrayList;
import java.util.List;

/**
 * Kind {@code schedule}: the learning rate before each step. Settings are PyTorch's, with PyTorch's
 * defaults.
 */
final class ScheduleCases {
  private static final String[] FAMILIES = {
    "step",
    "exponential",
    "cosine",
    "cosine_warm_restarts",
    "one_cycle",
    "linear",
    "reduce_on_plateau"
  };

  private ScheduleCases() {}

  static Plain.Outcome run(ReferenceCase file, Catalog catalog) {
    CaseSettings outer = file.settings();
    String family = outer.family("schedule", FAMILIES);
    CaseSettings settings = outer.nested("settings");
    settings.ignore("verbose");
    Spec spec = spec(family, settings);
    double base = settings.real("base_lr", 0.1);
    outer.requireAllRead();
    settings.requireAllRead();
    Schedule schedule = catalog.schedule(spec);
    double[] exact = file.doubles("lr");
    double[] metric = family.equals("reduce_on_plateau") ? file.doubles("metric") : new double[0];
    double[] got = new double[exact.length];
    List<Double> seen = new ArrayList<>();
    for (int i = 0; i < got.length; i++) {
      got[i] = schedule.learningRate(base, new Progress(i, got.length, i, seen));
      if (i < metric.length) {
        seen.add(metric[i]);
      }
    }
    return new Plain.Outcome(List.of(Comparison.of("lr", Role.OUTPUT, "", got, exact)), null);
  }

  private static Spec spec(String family, CaseSettings settings) {
    return switch (family) {
      case "step" ->
          Spec.of("step")
              .with("every", settings.whole("step_size"))
              .with("factor", settings.real("gamma", 0.1));
      case "exponential" -> Spec.of("exponential").with("factor", settings.real("gamma", 0.1));
      case "cosine" ->
          Spec.of("cosine")
              .with("length", settings.whole("T_max"))
              .with("minimum", settings.real("eta_min", 0))
              .with("after", "rise");
      case "cosine_warm_restarts" -> {
        if (settings.whole("T_mult", 1) != 1) {
          throw settings.unknown("T_mult");
        }
        yield Spec.of("cosine")
            .with("length", settings.whole("T_0"))
            .with("minimum", settings.real("eta_min", 0))
            .with("after", "restart");
      }
      case "one_cycle" -> oneCycle(settings);
      case "linear" ->
          Spec.of("linear-warmup")
              .with("start", settings.real("start_factor", 1.0 / 3))
              .with("end", settings.real("end_factor", 1))
              .with("length", settings.whole("total_iters", 5));
      default -> plateau(settings);
    };
  }

  private static Spec oneCycle(CaseSettings settings) {
    settings.ignore("cycle_momentum", "base_momentum", "max_momentum");
    long steps =
        settings.has("total_steps")
            ? settings.whole("total_steps")
            : (long) settings.whole("epochs") * settings.whole("steps_per_epoch");
    String shape =
        switch (settings.text("anneal_strategy", "cos")) {
          case "cos" -> "cosine";
          case "linear" -> "linear";
          default -> throw settings.unknown("anneal_strategy");
        };
    return Spec.of("one-cycle")
        .with("highest", settings.real("max_lr", 0))
        .with("length", steps)
        .with("rise", settings.real("pct_start", 0.3))
        .with("shape", shape)
        .with("start-divisor", settings.real("div_factor", 25))
        .with("end-divisor", settings.real("final_div_factor", 1e4))
        .with("phases", settings.flag("three_phase", false) ? 3 : 2);
  }

  private static Spec plateau(CaseSettings settings) {
    String goal =
        switch (settings.text("mode", "min")) {
          case "min" -> "smallest";
          case "max" -> "largest";
          default -> throw settings.unknown("mode");
        };
    String threshold =
        switch (settings.text("threshold_mode", "rel")) {
          case "rel" -> "relative";
          case "abs" -> "absolute";
          default -> throw settings.unknown("threshold_mode");
        };
    return Spec.of("reduce-on-plateau")
        .with("goal", goal)
        .with("factor", settings.real("factor", 0.1))
        .with("patience", settings.whole("patience", 10))
        .with("threshold", settings.real("threshold", 1e-4))
        .with("threshold-mode", threshold)
        .with("cooldown", settings.whole("cooldown", 0))
        .with("minimum", settings.real("min_lr", 0))
        .with("smallest-change", settings.real("eps", 1e-8));
  }
}
