package dev.comporta.examples.layers;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Builds one of each kind of cell. */
public final class AllCells {
  private AllCells() {}

  /** Prints the outputs and parameters of each cell. */
  public static void main(String[] arguments) {
    // @start region="cells"
    List<Spec> cells =
        List.of(
            Spec.of("rnn").with("activation", "hard-threshold"), // Elman 1990
            Spec.of("irnn"), // ReLU, U initialised to the identity; Le et al. 2015
            Spec.of("lstm"), // Gers et al. 2000
            Spec.of("lstm").with("variant", "1997"), // without a forget gate
            Spec.of("lstm").with("variant", "fgr"), // full gate recurrence
            Spec.of("layer-norm-lstm"), // Ba et al. 2016
            Spec.of("gru"), // Cho et al. 2014
            Spec.of("layer-norm-gru"),
            Spec.of("mgu"), // one gate; Zhou et al. 2016
            Spec.of("multiplicative-rnn").with("factors", 6), // Sutskever et al. 2011
            Spec.of("multiplicative-lstm"), // Krause et al. 2016
            Spec.of("jordan").with("outputs", 2).with("output-activation", "softmax"));
    // @end region="cells"
    Batch batch = Batch.ofValues(3, 1, 5, new float[3 * 5], null);
    for (Spec cell : cells) {
      SmallModel small =
          SmallModel.with(5, Spec.of("recurrent").with("cell", cell).with("hidden", 8));
      List<ParameterSpec> parameters = small.model().parameterSpecs();
      System.out.printf(
          Locale.ROOT,
          "%-20s %d outputs, %3d parameters: %s%n",
          cell.name(),
          small.outputs(batch).length / 3,
          small.model().parameters().count(),
          parameters.stream()
              .map(parameter -> parameter.name().substring("layers.0.cell.".length()))
              .collect(Collectors.joining(" ")));
    }
  }
}
