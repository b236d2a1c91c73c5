package dev.comporta.tasks.charlm;

import static dev.comporta.api.Formatting.formatted;

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
import dev.comporta.tasks.ModelLoader;
import dev.comporta.tasks.language.Generator;
import dev.comporta.tasks.language.LanguageLayers;
import dev.comporta.tasks.language.LanguageModel;
import dev.comporta.training.Evaluation;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.metrics.Accuracy;
import dev.comporta.training.metrics.Likelihood;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A model of a text: layers whose input is a token and whose output is one number for each token
 * that may come next, and what its tokens are.
 *
 * @param model the layers
 * @param tokens characters, bytes or byte pairs
 */
@API(status = API.Status.EXPERIMENTAL)
public record TextModel(SequenceModel model, TextTokens tokens) implements LanguageModel {
  private static final int EVALUATION_CHUNK = 64;

  /**
   * Timesteps that a row of an evaluation has at least: the first few are guessed without context.
   */
  private static final int EVALUATION_STREAM = 2048;

  private static final int EVALUATION_ROWS = 32;

  /**
   * Checks that the model fits the tokens.
   *
   * @throws ComportaException if the sizes of input and output are not the number of ids
   */
  public TextModel {
    if (model.outputSize() != tokens.size()) {
      throw new ComportaException(
          formatted(
              "[char-lm] expected a model with one output for each of %d %ss but it has %d; this is not a model of %ss",
              tokens.size(), tokens.noun(), model.outputSize(), tokens.noun()));
    }
    ModelLoader.requireIds("a model of texts", model.layers(), tokens.size());
  }

  /** The specification that settings describe. */
  static Spec spec(CharLmSettings settings, int vocabulary) {
    return new LanguageLayers(
            settings.cell().spec(),
            settings.layers(),
            settings.hidden(),
            settings.embedding(),
            settings.dropout())
        .spec(vocabulary);
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
  public static TextModel of(ModelFile file, String from, Catalog catalog) {
    TextTokens tokens = TextTokens.of(file, from);
    return new TextModel(ModelLoader.load(file, from, catalog), tokens);
  }

  /** The loss of such models. */
  static Loss loss(Catalog catalog) {
    return loss(catalog, 0);
  }

  static Spec lossSpec(double smoothing) {
    Spec spec = Spec.of("cross-entropy");
    return smoothing == 0 ? spec : spec.with("label-smoothing", smoothing);
  }

  /** The same with a share of the target given to all tokens. */
  static Loss loss(Catalog catalog, double smoothing) {
    return catalog.build(
        Kind.LOSS, lossSpec(smoothing), (provider, options) -> provider.create(options));
  }

  /**
   * Lays out a text for measuring: in a few long streams, so that measuring is fast and next to
   * every token has its context. It depends on nothing but the text's length.
   */
  static StreamBatcher evaluationChunks(int[] ids) {
    int pairs = ids.length - 1;
    if (pairs < 1) {
      throw new ComportaException(
          formatted(
              "[evaluate] expected at least 2 tokens, one to start from and one to predict, but got %d",
              ids.length));
    }
    int rows = Math.clamp(pairs / EVALUATION_STREAM, 1, EVALUATION_ROWS);
    return new StreamBatcher(ids, rows, Math.min(EVALUATION_CHUNK, pairs));
  }

  /**
   * What tokens cost, for each character that begins in them: how models of different tokens are
   * compared.
   *
   * @param loss the mean in nats of all tokens but the first
   */
  double bitsPerCharacter(double loss, int[] ids) {
    return Likelihood.bits(loss) * (ids.length - 1) / tokens.characters(ids, 1);
  }

  @Override
  public Measurement evaluate(Path text, ModelRunner runner, Catalog catalog) {
    Corpus corpus = CorpusReader.read(text);
    int[] ids = tokens.encode(corpus.text(), corpus.name());
    Accuracy accuracy = new Accuracy(loss(catalog));
    LossResult loss = Evaluation.of(runner, accuracy, evaluationChunks(ids));
    double bits = bitsPerCharacter(loss.mean(), ids);
    double perplexity = Likelihood.perplexity(loss.mean());
    double percent = 100 * accuracy.value();
    long characters = tokens.characters(ids, 1);
    long count = (long) loss.weight(); // all but the first
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("loss", loss.mean());
    figures.put("bits_per_character", bits);
    if (tokens instanceof TextTokens.Characters) {
      figures.put("perplexity", perplexity);
      figures.put("accuracy", accuracy.value());
      figures.put("characters", count);
      return new Measurement(
          loss.mean(),
          figures,
          formatted(
              "loss %.4f nats, %.4f bits per character, perplexity %.3f, accuracy %.2f %%, over %,d characters",
              loss.mean(), bits, perplexity, percent, count));
    }
    String noun = tokens.noun();
    figures.put("perplexity_per_" + noun, perplexity);
    figures.put("accuracy", accuracy.value());
    figures.put(noun + "s", count);
    figures.put("characters", characters);
    return new Measurement(
        loss.mean(),
        figures,
        formatted(
            "loss %.4f nats and perplexity %.2f per %s, %.4f bits per character, accuracy %.2f %% of %ss, over %,d %ss of %,d characters",
            loss.mean(), perplexity, noun, bits, percent, noun, count, noun, characters));
  }

  /** Continues a prompt; if it is empty, a line break. */
  @Override
  public String generate(
      String prompt, int length, Sampler sampler, long seed, ModelRunner runner) {
    int[] ids = prompt.isEmpty() ? new int[] {tokens.start()} : tokens.encode(prompt, "the prompt");
    return tokens.decode(new Generator(runner, tokens.size()).generate(ids, length, sampler, seed));
  }
}
