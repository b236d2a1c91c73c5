package dev.comporta.tasks.wordlm;

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
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tasks.ModelLoader;
import dev.comporta.tasks.language.Generator;
import dev.comporta.tasks.language.LanguageLayers;
import dev.comporta.tasks.language.LanguageModel;
import dev.comporta.training.Evaluation;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.metrics.Accuracy;
import dev.comporta.training.text.SentenceFile;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * A model of words: layers whose input is a word and whose output is one number for each word that
 * may come next, and the vocabulary.
 *
 * @param model the layers
 * @param vocabulary the words
 */
@API(status = API.Status.EXPERIMENTAL)
public record WordModel(SequenceModel model, WordVocabulary vocabulary) implements LanguageModel {
  /** The kind of vocabulary by which a file is known to hold such a model. */
  public static final String KIND = "words";

  /** The loss of such models by name. */
  static final Spec LOSS = Spec.of("cross-entropy");

  private static final String VOCABULARY = "text";
  private static final int EVALUATION_CHUNK = 64;

  /** What an id of a text may need in memory while it is read. */
  private static final int MEMORY_PER_ID = 24;

  /**
   * Checks that the model fits the vocabulary.
   *
   * @throws ComportaException if the sizes of input and output are not the number of words
   */
  public WordModel {
    if (model.outputSize() != vocabulary.size()) {
      throw new ComportaException(
          formatted(
              "[word-lm] expected a model with one output for each of %d words but it has %d; this is not a model of words",
              vocabulary.size(), model.outputSize()));
    }
    ModelLoader.requireIds("a model of words", model.layers(), vocabulary.size());
  }

  /** The specification that settings describe. */
  static Spec spec(WordLmSettings settings, int vocabulary) {
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
  public static WordModel of(ModelFile file, String from, Catalog catalog) {
    for (Vocabulary vocabulary : file.vocabularies()) {
      if (vocabulary.kind().equals(KIND)) {
        return new WordModel(
            ModelLoader.load(file, from, catalog), WordVocabulary.ofTokens(vocabulary.tokens()));
      }
    }
    throw new ComportaException(
        formatted(
            "[word-lm] %s holds no vocabulary of words, so it is not a model of words", from));
  }

  /** The words as a model file holds them. */
  Vocabulary vocabularyForFile() {
    return new Vocabulary(VOCABULARY, KIND, vocabulary.tokens());
  }

  /** The loss of such models. */
  static Loss loss(Catalog catalog) {
    return catalog.build(Kind.LOSS, LOSS, (provider, options) -> provider.create(options));
  }

  /** A text to measure with: the end of a sentence, then each sentence with its end. */
  record Text(IdSequence ids, long sentences, long unknown) {}

  /** Reads a text once, so it may be a pipe; one that does not end is refused, not waited for. */
  static Text ids(Path path, WordVocabulary vocabulary) {
    long most = Runtime.getRuntime().maxMemory() / MEMORY_PER_ID;
    long[] count = {1};
    IntStream.Builder ids = IntStream.builder();
    ids.add(vocabulary.end());
    SentenceFile.Summary summary =
        Sentences.forEach(
            path,
            sentence -> {
              int[] more = vocabulary.sentence(sentence);
              count[0] += more.length;
              if (count[0] > most) {
                throw new ComportaException(
                    formatted(
                        "[word-lm] expected a text of at most %,d words to measure with but %s has more; use a part of it, or give the JVM more memory (-Xmx)",
                        most, path));
              }
              for (int id : more) {
                ids.add(id);
              }
            });
    int[] all = ids.build().toArray();
    long unknowns = Arrays.stream(all).filter(id -> id == vocabulary.unknown()).count();
    return new Text(IdSequence.of(all), summary.sentences(), unknowns);
  }

  /** One stream from the first word to the last, so that every word has all those before it. */
  static StreamBatcher evaluationChunks(IdSequence ids) {
    return new StreamBatcher(ids, 1, (int) Math.min(EVALUATION_CHUNK, ids.size() - 1));
  }

  /**
   * Measures the model on a file of one sentence a line, in one stream: the state is carried from
   * sentence to sentence, ends of sentences are predicted like words, and so is the first word,
   * after an end of a sentence.
   */
  @Override
  public Measurement evaluate(Path path, ModelRunner runner, Catalog catalog) {
    Text text = ids(path, vocabulary);
    Accuracy accuracy = new Accuracy(loss(catalog));
    LossResult loss = Evaluation.of(runner, accuracy, evaluationChunks(text.ids()));
    double perplexity = Math.exp(loss.mean());
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("loss", loss.mean());
    figures.put("perplexity", perplexity);
    figures.put("bits_per_word", loss.mean() / Math.log(2));
    figures.put("accuracy", accuracy.value());
    figures.put("words", (long) loss.weight());
    figures.put("sentences", text.sentences());
    figures.put("unknown_words", text.unknown());
    return new Measurement(
        loss.mean(),
        figures,
        formatted(
            "perplexity %.2f, loss %.4f nats, accuracy %.2f %%, over %,d words and ends of %,d sentences, of which %,d are unknown",
            perplexity,
            loss.mean(),
            100 * accuracy.value(),
            (long) loss.weight(),
            text.sentences(),
            text.unknown()));
  }

  /** Continues a prompt of words, which starts a sentence. */
  @Override
  public String generate(
      String prompt, int length, Sampler sampler, long seed, ModelRunner runner) {
    if (WordVocabulary.hasEnd(prompt)) {
      throw new ComportaException(
          formatted(
              "[word-lm] expected a prompt without the reserved word '%s', the end of a sentence, but got one; give the start of one sentence",
              WordVocabulary.END));
    }
    int[] words = vocabulary.words(prompt);
    int[] start = new int[words.length + 1];
    start[0] = vocabulary.end();
    System.arraycopy(words, 0, start, 1, words.length);
    String text =
        vocabulary.decode(
            new Generator(runner, vocabulary.size()).generate(start, length, sampler, seed));
    return words.length > 0 && !text.startsWith("\n") ? " " + text : text;
  }
}
