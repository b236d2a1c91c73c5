package dev.comporta.inference;

import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.compute.Compute;
import dev.comporta.inference.compute.ComputeChoice;
import dev.comporta.inference.compute.ComputeFactory;
import dev.comporta.serialization.ModelFile;

/** Loaded models without a file. */
final class LoadedModels {
  private LoadedModels() {}

  /** A model named {@code m}. It runs on one thread and need not be closed. */
  static LoadedModel of(ModelFile file) {
    SequenceModel network = Models.build(file, "m", GoldenModels.CATALOG);
    Compute compute =
        new ComputeFactory(GoldenModels.CATALOG)
            .open(new ComputeChoice(ComputeFactory.PREFERRED, 1, "plan"));
    return LoadedModel.of(
        "m", file, network, compute.runner(network), compute, GoldenModels.CATALOG);
  }
}
