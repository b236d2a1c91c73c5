package dev.comporta.benchmarks.ours;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.benchmarks.peers.CellKind;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Translator;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.List;

/** Builds the model of a workload with the problem's parameters. */
final class OurModel {
  private static final String LSTM = "written-out-lstm";
  private static final String NORMALIZED_LSTM = "written-out-cell-norm-lstm";
  private static final String MINIMAL_GATED_UNIT = "written-out-mgu";

  private OurModel() {}

  /** The installed catalog, extended by the benchmark's own cells, as a plug-in would add them. */
  static Catalog catalog() {
    Catalog installed = Catalog.load();
    List<NamedProvider> providers = new ArrayList<>();
    Kind.all().forEach(kind -> providers.addAll(installed.all(kind)));
    providers.add(new WrittenOutLstmCell.Provider(LSTM, false));
    providers.add(new WrittenOutLstmCell.Provider(NORMALIZED_LSTM, true));
    providers.add(new WrittenOutMinimalGatedUnitCell.Provider(MINIMAL_GATED_UNIT));
    return Catalog.of(providers);
  }

  static SequenceModel of(Problem problem, Workload.Training w, Catalog catalog) {
    List<Spec> layers = new ArrayList<>();
    for (int layer = 0; layer < w.layers(); layer++) {
      layers.add(recurrent(w.formulation(), w.cell(), w.hidden()));
    }
    layers.add(Spec.of("dense").with("units", w.outputs()));
    SequenceModel model = SequenceModel.build(sequential(w.input(), layers), catalog);
    for (int layer = 0; layer < w.layers(); layer++) {
      PyTorchLayout.setCell(model, layer, problem, w.formulation(), w.cell(), w.hidden());
    }
    PyTorchLayout.setDense(model, w.layers(), problem);
    return model;
  }

  static SequenceModel of(Problem problem, Workload.Inference w, Catalog catalog) {
    SequenceModel model =
        SequenceModel.build(
            sequential(w.input(), List.of(recurrent(w.formulation(), w.cell(), w.hidden()))),
            catalog);
    PyTorchLayout.setCell(model, 0, problem, w.formulation(), w.cell(), w.hidden());
    return model;
  }

  /** A linear cell with the parameters that its initialiser gives it. */
  static SequenceModel of(Workload.LinearCell w, Catalog catalog) {
    Spec layer = Spec.of("recurrent").with("cell", w.cell()).with("hidden", w.size());
    SequenceModel model = SequenceModel.build(sequential(w.size(), List.of(layer)), catalog);
    model.initialize(catalog, new CounterRandom(1));
    return model;
  }

  /** The model of {@code comporta train translation}, without dropout. */
  static SequenceModel of(Problem problem, Translator sizes, Catalog catalog) {
    Spec embedding = Spec.of("embedding").with("size", sizes.embedding());
    Spec reader = Spec.of("bidirectional").with("cell", "gru").with("hidden", sizes.hidden());
    Spec writer =
        Spec.of("attention-decoder")
            .with("cell", "gru")
            .with("hidden", sizes.hidden())
            .with("read-out", "dense")
            .with("attention", "additive");
    SequenceModel model =
        SequenceModel.build(
            Spec.of(SequenceModel.ENCODER_DECODER)
                .with(
                    "encoder", List.of(embedding.with("vocabulary", sizes.sourceTokens()), reader))
                .with(
                    "layers",
                    List.of(
                        embedding.with("vocabulary", sizes.targetTokens()),
                        writer,
                        Spec.of("dense").with("units", sizes.targetTokens()))),
            catalog);
    PyTorchLayout.setTranslator(model, problem, sizes);
    return model;
  }

  private static Spec sequential(int input, List<Spec> layers) {
    return Spec.of(SequenceModel.KIND).with("input-size", input).with("layers", layers);
  }

  private static Spec recurrent(Formulation formulation, CellKind cell, int hidden) {
    return Spec.of("recurrent")
        .with("cell", isWrittenOut(formulation, cell) ? writtenOut(cell) : builtIn(cell))
        .with("hidden", hidden);
  }

  /** Whether the cell is one of the benchmark's own, with one kernel per gate. */
  static boolean isWrittenOut(Formulation formulation, CellKind cell) {
    return formulation != Formulation.BUILT_IN || cell == CellKind.LAYER_NORM_LSTM;
  }

  private static String builtIn(CellKind cell) {
    return switch (cell) {
      case LSTM -> "lstm";
      case GRU -> "gru";
      case TANH_RNN -> "rnn";
      case MINIMAL_GATED_UNIT -> "mgu";
      case LAYER_NORM_LSTM -> throw unavailable("built in", cell);
    };
  }

  private static String writtenOut(CellKind cell) {
    return switch (cell) {
      case LSTM -> LSTM;
      case LAYER_NORM_LSTM -> NORMALIZED_LSTM;
      case MINIMAL_GATED_UNIT -> MINIMAL_GATED_UNIT;
      case GRU, TANH_RNN -> throw unavailable("written out", cell);
    };
  }

  private static UnsupportedOperationException unavailable(String how, CellKind cell) {
    return new UnsupportedOperationException(
        formatted("[comporta] %s is not %s here; add it to OurModel", cell, how));
  }
}
