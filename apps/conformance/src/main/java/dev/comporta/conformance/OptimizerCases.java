package dev.comporta.conformance;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.training.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Kind {@code optimizer}: the path of parameters under given gradients. Settings are PyTorch's,
 * with PyTorch's defaults.
 */
final class OptimizerCases {
  private static final String[] FAMILIES = {
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "adadelta",
    "rmsprop",
    "adam",
    "amsgrad",
    "adamw",
    "adamax",
    "nadam",
    "radam"
  };

  private OptimizerCases() {}

  static Plain.Outcome run(ReferenceCase file, Catalog catalog) {
    CaseSettings outer = file.settings();
    String family = outer.family("optimizer", FAMILIES);
    CaseSettings settings = outer.nested("settings");
    settings.ignore("foreach", "fused", "capturable", "differentiable");
    Spec spec = spec(family, settings);
    boolean maximize = settings.flag("maximize", false);
    outer.requireAllRead();
    settings.requireAllRead();
    Comparison path = path(file, catalog, spec, maximize);
    if (family.equals("nadam") && !path.passed()) {
      Comparison old = path(file, catalog, spec.with("form", "pytorch-1"), maximize);
      if (old.passed()) {
        return new Plain.Outcome(
            List.of(old),
            formatted(
                "compared with the option form: pytorch-1, the formula of PyTorch before 2.0; the default form, that of the paper and of PyTorch since 2.0, is %.1e away from this file",
                path.error()));
      }
    }
    return new Plain.Outcome(List.of(path), null);
  }

  private static Spec spec(String family, CaseSettings settings) {
    return switch (family) {
      case "sgd", "momentum", "nesterov" ->
          common("sgd", settings, 1e-3)
              .with("momentum", settings.real("momentum", 0))
              .with("dampening", settings.real("dampening", 0))
              .with("nesterov", settings.flag("nesterov", false));
      case "adagrad" ->
          common("adagrad", settings, 1e-2)
              .with("rate-decay", settings.real("lr_decay", 0))
              .with("initial", settings.real("initial_accumulator_value", 0))
              .with("epsilon", settings.real("eps", 1e-10));
      case "adadelta" ->
          common("adadelta", settings, 1)
              .with("decay", settings.real("rho", 0.9))
              .with("epsilon", settings.real("eps", 1e-6));
      case "rmsprop" ->
          common("rmsprop", settings, 1e-2)
              .with("decay", settings.real("alpha", 0.99))
              .with("epsilon", settings.real("eps", 1e-8))
              .with("momentum", settings.real("momentum", 0))
              .with("centered", settings.flag("centered", false));
      case "adam", "amsgrad" -> amsgrad(moments("adam", settings, 1e-3, 0), settings);
      case "adamw" -> amsgrad(moments("adamw", settings, 1e-3, 0.01), settings);
      case "adamax" -> moments("adamax", settings, 2e-3, 0);
      case "nadam" ->
          moments("nadam", settings, 2e-3, 0)
              .with("momentum-decay", settings.real("momentum_decay", 4e-3))
              .with("decoupled", settings.flag("decoupled_weight_decay", false));
      default ->
          moments("radam", settings, 1e-3, 0)
              .with("decoupled", settings.flag("decoupled_weight_decay", false));
    };
  }

  private static Spec common(String name, CaseSettings settings, double rate) {
    return Spec.of(name)
        .with("learning-rate", settings.real("lr", rate))
        .with("weight-decay", settings.real("weight_decay", 0));
  }

  private static Spec moments(String name, CaseSettings settings, double rate, double decay) {
    double[] betas = settings.reals("betas");
    if (betas != null && betas.length != 2) {
      throw settings.unknown("betas");
    }
    return Spec.of(name)
        .with("learning-rate", settings.real("lr", rate))
        .with("weight-decay", settings.real("weight_decay", decay))
        .with("beta1", betas == null ? 0.9 : betas[0])
        .with("beta2", betas == null ? 0.999 : betas[1])
        .with("epsilon", settings.real("eps", 1e-8));
  }

  private static Spec amsgrad(Spec spec, CaseSettings settings) {
    return spec.with("amsgrad", settings.flag("amsgrad", false));
  }

  private static Comparison path(ReferenceCase file, Catalog catalog, Spec spec, boolean maximize) {
    Optimizer optimizer = catalog.optimizer(spec);
    float[] values = file.floats("p0");
    float[] all = file.floats("gradients");
    double[] path = file.doubles("path");
    Shape shape = file.shape("gradients");
    int steps = shape.rank() == 0 ? 0 : shape.size(0);
    file.require("path", shape);
    if (steps == 0 || shape.count() != steps * values.length) {
      throw new CaseException(
          formatted(
              "its gradients have shape %s; expected one for each element of p0 %s in every step",
              shape, file.shape("p0")));
    }
    List<float[]> slots = new ArrayList<>();
    optimizer.slots().forEach(_ -> slots.add(new float[values.length]));
    double[] scalars = new double[optimizer.scalars().size()];
    double[] got = new double[path.length];
    for (int step = 0; step < steps; step++) {
      int from = step * values.length;
      float[] gradients = Arrays.copyOfRange(all, from, from + values.length);
      if (maximize) {
        for (int i = 0; i < gradients.length; i++) {
          gradients[i] = -gradients[i];
        }
      }
      double rate = optimizer.defaultLearningRate();
      optimizer.prepare(step + 1, rate, scalars);
      optimizer.update(
          new Optimizer.Update(
              step + 1, rate, values, gradients, slots, scalars, 0, values.length));
      System.arraycopy(TapeCase.doubles(values), 0, got, from, values.length);
    }
    return Comparison.of("path", Role.OUTPUT, "", got, path);
  }
}
