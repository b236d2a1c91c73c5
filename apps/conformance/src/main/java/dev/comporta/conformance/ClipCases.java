package dev.comporta.conformance;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.training.clipping.Clipping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Kind {@code clip}: gradients {@code g.NAME} and what is left of them, {@code clipped.NAME}. */
final class ClipCases {
  private static final String GRADIENT = "g.";
  private static final String CLIPPED = "clipped.";

  private ClipCases() {}

  static Plain.Outcome run(ReferenceCase file, Catalog catalog) {
    CaseSettings outer = file.settings();
    String family = outer.family("clip", "norm", "value");
    CaseSettings settings = outer.nested("settings");
    settings.ignore("foreach", "error_if_nonfinite");
    Spec spec = Spec.of(family);
    if (family.equals("norm")) {
      spec = spec.with("limit", settings.real("max_norm", Double.NaN));
      double order = settings.order("norm_type");
      spec = spec.with("order", order == Double.POSITIVE_INFINITY ? "infinity" : order);
    } else {
      String name = settings.has("clip_value") ? "clip_value" : "max_value";
      spec = spec.with("limit", settings.real(name, Double.NaN));
    }
    outer.requireAllRead();
    settings.requireAllRead();

    List<ParameterSpec> specs = new ArrayList<>();
    for (String tensor : file.tensors()) {
      if (tensor.startsWith(GRADIENT)) {
        String name = tensor.substring(GRADIENT.length());
        file.require(CLIPPED + name, file.shape(tensor));
        specs.add(new ParameterSpec(name, file.shape(tensor), Spec.of("zeros"), 1, 1));
      }
    }
    Parameters gradients = new Parameters(specs);
    for (Parameter parameter : gradients.all()) {
      gradients.set(parameter.name(), parameter.shape(), file.floats(GRADIENT + parameter.name()));
    }
    Clipping clipping = Clipping.of(spec);
    double norm =
        clipping instanceof Clipping.GlobalNorm limit
            ? limit.norm(gradients.values(), gradients.all())
            : Double.NaN;
    clipping.clip(gradients.values(), gradients.all());
    List<Comparison> comparisons = new ArrayList<>();
    for (Parameter parameter : gradients.all()) {
      comparisons.add(
          Comparison.of(
              CLIPPED + parameter.name(),
              Role.OUTPUT,
              "",
              TapeCase.doubles(
                  Arrays.copyOfRange(gradients.values(), parameter.offset(), parameter.end())),
              file.doubles(CLIPPED + parameter.name())));
    }
    if (file.has("norm")) {
      file.require("norm", Shape.of());
      comparisons.add(
          Comparison.of("norm", Role.OUTPUT, "", new double[] {norm}, file.doubles("norm")));
    }
    return new Plain.Outcome(comparisons, null);
  }
}
