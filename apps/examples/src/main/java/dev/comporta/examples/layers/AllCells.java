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
            Spec.of("jordan").with("outputs", 2).with("output-activation", "softmax"),
            Spec.of("clockwork").with("groups", 4), // periods 1, 2, 4, 8; Koutnik et al. 2014
            Spec.of("phased-lstm"), // units open periodically; Neil et al. 2016
            Spec.of("conv-lstm").with("height", 1).with("kernel", 3), // Shi et al. 2015
            Spec.of("slstm").with("heads", 2), // exponential gates; Beck et al. 2024
            Spec.of("mlstm").with("heads", 2), // a matrix memory; Beck et al. 2024
            Spec.of("neural-turing-machine").with("locations", 16).with("width", 4));
    // @end region="cells"
    print(cells);
    System.out.println();
    // @start region="elementwise"
    List<Spec> elementwise =
        List.of(
            Spec.of("indrnn").with("longest", 100), // Li et al. 2018
            Spec.of("sru"), // Lei et al. 2018
            Spec.of("qrnn").with("window", 2).with("pooling", "fo"), // Bradbury et al. 2017
            Spec.of("min-gru"), // Feng et al. 2024
            Spec.of("min-lstm"), // Feng et al. 2024
            Spec.of("lru").with("low", 0.9), // a complex diagonal; Orvieto et al. 2023
            Spec.of("rg-lru")); // De et al. 2024
    // @end region="elementwise"
    print(elementwise);
  }

  private static void print(List<Spec> cells) {
    Batch batch = Batch.ofValues(3, 1, 5, new float[3 * 5], null);
    for (Spec cell : cells) {
      SmallModel small =
          SmallModel.with(5, Spec.of("recurrent").with("cell", cell).with("hidden", 8));
      List<ParameterSpec> parameters = small.model().parameterSpecs();
      System.out.printf(
          Locale.ROOT,
          "%-21s %d outputs, %4d parameters: %s%n",
          cell.name(),
          small.outputs(batch).length / 3,
          small.model().parameters().count(),
          parameters.stream()
              .map(parameter -> parameter.name().substring("layers.0.cell.".length()))
              .collect(Collectors.joining(" ")));
    }
  }
}
