package dev.comporta.tasks.charlm;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Loss;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tasks.ModelLoader;
import dev.comporta.tasks.language.Generator;
import dev.comporta.tasks.language.LanguageModel;
import dev.comporta.training.Evaluation;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.metrics.Likelihood;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A model of characters: layers whose input is a character and whose output is one number for each
 * character that may come next, and the vocabulary.
 *
 * @param model the layers
 * @param vocabulary the characters
 */
@API(status = API.Status.EXPERIMENTAL)
public record CharacterModel(SequenceModel model, CharacterVocabulary vocabulary)
    implements LanguageModel {
  /** The kind of vocabulary by which a file is known to hold such a model. */
  public static final String KIND = "characters";

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
   * The model that a file's content describes.
   *
   * @param file the content
   * @param from where it was read from, for messages
   * @param catalog where its layers are found
   * @return the model
   * @throws ComportaException if the file holds another kind of model
   */
  public static CharacterModel of(ModelFile file, String from, Catalog catalog) {
    Vocabulary vocabulary =
        file.vocabularies().stream()
            .filter(candidate -> candidate.kind().equals(KIND))
            .findFirst()
            .orElseThrow(() ->
                new ComportaException(
                    "[char-lm] %s holds no vocabulary of characters, so it is no model of characters"
                        .formatted(from)));
    return new CharacterModel(
        ModelLoader.load(file, from, catalog), CharacterVocabulary.ofTokens(vocabulary.tokens()));
  }

  /** The characters as a model file holds them. */
  Vocabulary vocabularyForFile() {
    return new Vocabulary(VOCABULARY, KIND, vocabulary.tokens());
  }

  /** The loss of such models. */
  static Loss loss(Catalog catalog) {
    return loss(catalog, 0);
  }

  static Spec lossSpec(double smoothing) {
    Spec spec = Spec.of("cross-entropy");
    return smoothing == 0 ? spec : spec.with("label-smoothing", smoothing);
  }

  /** The same with a share of the target given to all characters. */
  static Loss loss(Catalog catalog, double smoothing) {
    return catalog.build(
        Kind.LOSS, lossSpec(smoothing), (provider, options) -> provider.create(options));
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

  @Override
  public Measurement evaluate(Path text, ModelRunner runner, Catalog catalog) {
    Corpus corpus = CorpusReader.read(text);
    LossResult loss =
        Evaluation.of(
            runner,
            loss(catalog),
            evaluationChunks(vocabulary.encode(corpus.text(), corpus.name())));
    double bits = Likelihood.bits(loss.mean());
    long characters = (long) loss.weight(); // all but the first
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("loss", loss.mean());
    figures.put("bits_per_character", bits);
    figures.put("perplexity", Likelihood.perplexity(loss.mean()));
    figures.put("characters", characters);
    return new Measurement(
        loss.mean(),
        figures,
        "loss %.4f nats, %.4f bits per character, over %,d characters"
            .formatted(loss.mean(), bits, characters));
  }

  /**
   * Continues a prompt; if it is empty, a line break where the model knows one, else its first
   * character.
   */
  @Override
  public String generate(
      String prompt, int length, Sampler sampler, long seed, ModelRunner runner) {
    int[] ids =
        prompt.isEmpty()
            ? new int[] {Math.max(0, vocabulary.tokens().indexOf("\n"))}
            : vocabulary.encode(prompt, "the prompt");
    return vocabulary.decode(
        new Generator(runner, vocabulary.size()).generate(ids, length, sampler, seed));
  }
}
