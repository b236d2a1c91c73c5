package dev.comporta.examples.serving;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.GenerationSettings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.inference.content.StoredText;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.TextTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Trains a small language model, writes its file, and answers from the file. */
public final class Poet {
  private static final String TEXT = "tick tock, says the clock; ".repeat(20);

  private Poet() {}

  /** Prints what the model writes. */
  public static void main(String[] arguments) throws Exception {
    Path file = Files.createTempFile("poet", ".comporta");
    try {
      train(TEXT, file, 60);
      // @start region="answer"
      GenerationSettings likely = // 22 tokens, the most likely one each time
          GenerationSettings.DEFAULT.withLength(22).withSampler(new Sampler(0, 0, 1));
      try (LoadedModel model = Models.load(file)) {
        System.out.println("tick" + model.textGenerator().generate("tick", likely).text());
      }
      // @end region="answer"
    } finally {
      Files.delete(file);
    }
  }

  /** Trains a model on a text for some updates, and writes its file. */
  static void train(String text, Path file, int updates) {
    // @start region="train"
    Catalog catalog = Catalog.load();
    TextTokens tokens = TextTokens.characters(CharacterVocabulary.of(text));
    Spec spec =
        Spec.of("sequential")
            .with(
                "layers",
                List.of(
                    Spec.of("embedding").with("vocabulary", tokens.size()).with("size", 8),
                    Spec.of("recurrent").with("cell", "gru").with("hidden", 24),
                    Spec.of("dense").with("units", tokens.size())));
    SequenceModel network = SequenceModel.build(spec, catalog);
    network.initialize(catalog, new CounterRandom(1));
    ModelRunner runner =
        new ModelRunner(
            network, catalog.preferredBackend(System.err::println), Workers.ALONE, Execution.PLAN);
    TrainingRules rules =
        new TrainingRules(
            catalog.loss(Spec.of("cross-entropy")),
            catalog.optimizer(Spec.of("adam")),
            catalog.schedule(Spec.of("cosine")),
            new Clipping.GlobalNorm(1));
    StreamBatcher data = new StreamBatcher(tokens.encoder().apply(text, "the text"), 4, 27);
    TrainingSettings settings = new TrainingSettings(updates, 0.03, 1, 0); // rate, seed
    new Trainer(network, runner, Workers.ALONE, rules, settings, data, null).train();
    Provenance origin = Provenance.of("1", 1, "a rhyme", "", Spec.of("poet"));
    ModelFile content = ModelFile.of(spec, network.parameters(), origin);
    ModelFiles.write(file, content.with(StoredText.stored(tokens)));
    // @end region="train"
  }
}
