package dev.comporta.spark;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.LoadOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tensor.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Model files for tests: those that the commands trained in an earlier version, and random ones.
 */
final class TestModels {
  static final Catalog CATALOG = Catalog.load();

  private TestModels() {}

  /** A file that an earlier version wrote, such as {@code dates}. */
  static String golden(String task) {
    return Path.of("../cli/src/test/golden", task + ".comporta").toString();
  }

  static LoadedModel load(String file) {
    return Models.load(Path.of(file), LoadOptions.of(CATALOG).withThreads(1));
  }

  /** A file with random parameters; layers that read ids, or features. */
  static String write(
      Path folder,
      String name,
      int seed,
      int inputSize,
      List<Vocabulary> vocabularies,
      Spec... more) {
    List<Spec> layers = new ArrayList<>();
    if (inputSize == 0) {
      layers.add(Spec.of("embedding").with("vocabulary", 5).with("size", 4));
    }
    layers.add(Spec.of("recurrent").with("cell", Spec.of("gru")).with("hidden", 6));
    layers.addAll(List.of(more));
    Spec spec = Spec.of("sequential").with("input-size", inputSize).with("layers", layers);
    SequenceModel network = SequenceModel.build(spec, CATALOG);
    network.initialize(CATALOG, new CounterRandom(seed));
    ModelFile plain =
        ModelFile.of(
            spec, network.parameters(), Provenance.of("0", 1, "", "", Spec.of("something")));
    Path file = folder.resolve(name + ".comporta");
    ModelFiles.write(
        file, new ModelFile(spec, plain.tensors(), vocabularies, plain.provenance(), Map.of()));
    return file.toString();
  }

  /** What a labeler or a classifier keeps of its labels. */
  static List<Vocabulary> labels(String... names) {
    return List.of(StoredLabels.stored(List.of(names)));
  }

  static Spec dense(int size) {
    return Spec.of("dense").with("units", size);
  }
}
