package dev.comporta.tasks.charlm;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tasks.ModelLoader;
import dev.comporta.training.Evaluation;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.CharacterVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A model of characters: layers whose input is a character and whose output is one number for each
 * character that may come next, and the vocabulary.
 *
 * @param model the layers
 * @param vocabulary the characters
 */
@API(status = API.Status.EXPERIMENTAL)
public record CharacterModel(SequenceModel model, CharacterVocabulary vocabulary) {
  /** The kind of vocabulary by which a file is known to hold such a model. */
  static final String CHARACTERS = "characters";

  private static final String VOCABULARY = "text";
  private static final int EVALUATION_CHUNK = 64;

  /**
   * Timesteps that a row of an evaluation has at least: the first few are guessed without context.
   */
  private static final int EVALUATION_STREAM = 2048;

  private static final int EVALUATION_ROWS = 32;

  /**
   * Checks that the model fits the vocabulary.
   *
   * @throws ComportaException if the output size is not the number of characters
   */
  public CharacterModel {
    if (model.outputSize() != vocabulary.size()) {
      throw new ComportaException(
          "[char-lm] expected a model with one output for each of %d characters but it has %d; this is no model of characters"
              .formatted(vocabulary.size(), model.outputSize()));
    }
  }

  /** The specification that settings describe. Dropout is where Zaremba et al. 2014 have it. */
  static Spec spec(CharLmSettings settings, int vocabulary) {
    List<Spec> layers = new ArrayList<>();
    layers.add(
        Spec.of("embedding").with("vocabulary", vocabulary).with("size", settings.embedding()));
    addDropout(layers, settings.dropout());
    for (int layer = 0; layer < settings.layers(); layer++) {
      layers.add(
          Spec.of("recurrent")
              .with("cell", Spec.of(settings.cell()))
              .with("hidden", settings.hidden()));
      addDropout(layers, settings.dropout());
    }
    layers.add(Spec.of("dense").with("units", vocabulary));
    return Spec.of(SequenceModel.KIND).with("layers", layers);
  }

  private static void addDropout(List<Spec> layers, double rate) {
    if (rate > 0) {
      layers.add(Spec.of("dropout").with("rate", rate));
    }
  }

  /**
   * Reads a model.
   *
   * @param path a model file
   * @param catalog where its layers are found
   * @return the model
   * @throws ComportaException if the file is damaged or holds another kind of model
   */
  public static CharacterModel read(Path path, Catalog catalog) {
    return of(ModelFiles.read(path), path.toString(), catalog);
  }

  /** The model that a file's content describes. */
  static CharacterModel of(ModelFile file, String from, Catalog catalog) {
    Vocabulary vocabulary =
        file.vocabularies().stream()
            .filter(candidate -> candidate.kind().equals(CHARACTERS))
            .findFirst()
            .orElseThrow(() ->
                new ComportaException(
                    "[char-lm] %s holds no vocabulary of characters, so it is no model of characters"
                        .formatted(from)));
    return new CharacterModel(
        ModelLoader.load(file, from, catalog), CharacterVocabulary.ofTokens(vocabulary.tokens()));
  }

  /** The content of a file with this model. */
  ModelFile toFile(Provenance provenance) {
    return ModelFile.of(model.spec(), model.parameters(), provenance)
        .with(new Vocabulary(VOCABULARY, CHARACTERS, vocabulary.tokens()));
  }

  /** The loss of such models. */
  static Loss loss(Catalog catalog) {
    return catalog.build(
        Kind.LOSS, Spec.of("cross-entropy"), (provider, options) -> provider.create(options));
  }

  /**
   * Lays out a text for measuring: in a few long streams, so that measuring is fast and next to
   * every character has its context. It depends on nothing but the text's length.
   */
  static StreamBatcher evaluationChunks(int[] ids) {
    int pairs = ids.length - 1;
    if (pairs < 1) {
      throw new ComportaException(
          "[evaluate] expected at least 2 characters, one to start from and one to predict, but got %d"
              .formatted(ids.length));
    }
    int rows = Math.clamp(pairs / EVALUATION_STREAM, 1, EVALUATION_ROWS);
    return new StreamBatcher(ids, rows, Math.min(EVALUATION_CHUNK, pairs));
  }

  /**
   * Measures the model on a text.
   *
   * @param text the text
   * @param what what it is, for messages
   * @param runner runs this model
   * @param catalog where the loss is found
   * @return the loss in nats, summed, and the number of characters that were predicted: all but the
   *     first
   * @throws ComportaException if the text has a character that the model does not know
   */
  public LossResult evaluate(String text, String what, ModelRunner runner, Catalog catalog) {
    return Evaluation.of(runner, loss(catalog), evaluationChunks(vocabulary.encode(text, what)));
  }
}
