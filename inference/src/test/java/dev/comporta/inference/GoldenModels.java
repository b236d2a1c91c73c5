package dev.comporta.inference;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Provenance;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tensor.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Models for tests: those that the commands trained in an earlier version, and small new ones. */
final class GoldenModels {
  static final Catalog CATALOG = Catalog.load();
  static final LoadOptions OPTIONS = LoadOptions.of(CATALOG).withThreads(1);

  private GoldenModels() {}

  /** A file that an earlier version wrote, such as {@code dates}. */
  static Path file(String task) {
    return Path.of("../apps/cli/src/test/golden", task + ".comporta");
  }

  static LoadedModel load(String task) {
    return Models.load(file(task), OPTIONS);
  }

  /** The content of a file with a new model, whose parameters are random. */
  static ModelFile fresh(Spec spec, Vocabulary... vocabularies) {
    SequenceModel network = SequenceModel.build(spec, CATALOG);
    network.initialize(CATALOG, new CounterRandom(7));
    ModelFile plain =
        ModelFile.of(
            spec, network.parameters(), Provenance.of("0", 1, "", "", Spec.of("something")));
    return new ModelFile(
        spec, plain.tensors(), List.of(vocabularies), plain.provenance(), Map.of());
  }

  /** A model of layers that read ids, or features. */
  static Spec layers(int inputSize, Spec... more) {
    List<Spec> layers = new ArrayList<>();
    if (inputSize == 0) {
      layers.add(Spec.of("embedding").with("vocabulary", 5).with("size", 4));
    }
    layers.add(Spec.of("recurrent").with("cell", Spec.of("gru")).with("hidden", 6));
    layers.addAll(List.of(more));
    return Spec.of("sequential").with("input-size", inputSize).with("layers", layers);
  }
}
