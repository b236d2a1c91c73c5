package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Loss;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.DecoderSteps;
import dev.comporta.attention.decoding.Decoding;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tasks.ModelLoader;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * A model that makes a target of a source: an encoder-decoder and the vocabularies of both sides.
 *
 * @param model the layers
 * @param source text of the encoder
 * @param target text of the decoder
 */
@API(status = API.Status.EXPERIMENTAL)
public record TranslationModel(SequenceModel model, Side source, Side target) {
  /**
   * A source of n tokens has a target of at most this times n tokens, and {@link #LONGEST_BASE}.
   */
  private static final int LONGEST_FACTOR = 2;

  private static final int LONGEST_BASE = 10;

  /**
   * Checks that the model fits the vocabularies.
   *
   * @throws ComportaException if the sizes of input and output are not the numbers of tokens
   */
  public TranslationModel {
    if (model.encoder().isEmpty() || model.outputSize() != target.vocabulary().size()) {
      throw new ComportaException(
          formatted(
              "[translate] expected an encoder-decoder with one output for each of %d tokens but got '%s' with %d",
              target.vocabulary().size(), model.spec().name(), model.outputSize()));
    }
    ModelLoader.requireIds(
        "an encoder of translation", model.encoder(), source.vocabulary().size());
    ModelLoader.requireIds("a decoder of translation", model.layers(), target.vocabulary().size());
  }

  /**
   * Reads a model.
   *
   * @param path a model file
   * @param catalog where its layers are found
   * @return the model
   * @throws ComportaException if the file is damaged or holds another kind of model
   */
  public static TranslationModel read(Path path, Catalog catalog) {
    return of(ModelFiles.read(path), path.toString(), catalog);
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
  public static TranslationModel of(ModelFile file, String from, Catalog catalog) {
    Side source = Side.of(file, "source", from);
    Side target = Side.of(file, "target", from);
    return new TranslationModel(ModelLoader.load(file, from, catalog), source, target);
  }

  /** The vocabularies as a model file holds them. */
  List<Vocabulary> vocabulariesForFile() {
    return Stream.of(source.forFile("source"), target.forFile("target"))
        .flatMap(List::stream)
        .toList();
  }

  /** The loss of such models. */
  static Loss loss(Catalog catalog, double labelSmoothing) {
    return catalog.build(
        Kind.LOSS,
        Spec.of("cross-entropy").with("label-smoothing", labelSmoothing),
        (provider, options) -> provider.create(options));
  }

  /**
   * Whether the decoder looks at the source's annotations.
   *
   * @return false for a model whose decoder has only the encoder's last state
   */
  public boolean hasAttention() {
    return AttentionDecoderLayer.weights(model) != null;
  }

  /**
   * Whether a sentence has nothing that could be translated.
   *
   * @param sentence any text
   * @return true if all of it is white space, that of Unicode and no-break spaces included
   */
  public static boolean isBlank(String sentence) {
    return sentence
        .codePoints()
        .allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  /**
   * Translates sentences. An answer does not depend on the sentences beside it.
   *
   * @param sentences each any text; a blank one is translated to an empty one
   * @param decoding how outputs are found
   * @param longest the most tokens of an output, its end counted; if there is none, twice as many
   *     as the source has and ten
   * @param batch the most sentences that are decoded side by side, at least 1
   * @param runner runs this model
   * @return one translation for each, in order
   */
  public List<Translation> translate(
      List<String> sentences,
      Decoding decoding,
      OptionalInt longest,
      int batch,
      ModelRunner runner) {
    List<Translation> translations = new ArrayList<>();
    TranslationPool pool =
        new TranslationPool(this, decoding, longest, batch, runner, translations::addAll);
    sentences.forEach(pool::add);
    pool.flush();
    return translations;
  }

  /**
   * Translates one sentence and keeps how it was found, the search's tree included.
   *
   * @param sentence any text that is not blank
   * @param decoding how outputs are found
   * @param longest as in {@link #translate}
   * @param runner runs this model
   * @return what was found
   * @throws IllegalArgumentException if the sentence is {@link #isBlank blank}
   */
  public TranslationSearch search(
      String sentence, Decoding decoding, OptionalInt longest, ModelRunner runner) {
    if (isBlank(sentence)) {
      throw new IllegalArgumentException(
          "[translate] expected a sentence to search for but got a blank one");
    }
    return search(List.of(sentence), List.of(source.ids(sentence)), decoding, longest, runner, true)
        .getFirst();
  }

  /** Translates a batch. */
  List<TranslationSearch> search(
      List<String> sentences,
      List<int[]> sources,
      Decoding decoding,
      OptionalInt longest,
      ModelRunner runner,
      boolean tree) {
    EncodedSource encoded = runner.encode(PairExamples.sources(sources));
    int[] lengths = sources.stream().mapToInt(ids -> ids.length).toArray();
    DecoderSteps steps =
        new DecoderSteps(
            runner,
            encoded,
            target.vocabulary().size(),
            lengths,
            AttentionDecoderLayer.weights(model));
    int[] most =
        sources.stream()
            .mapToInt(ids -> longest.orElse(LONGEST_FACTOR * ids.length + LONGEST_BASE))
            .toArray();
    List<BeamSearch.Found> found =
        decoding.decode(steps, target.end(), target.end(), most, sentences, tree);
    return IntStream.range(0, found.size())
        .mapToObj(i -> search(sentences.get(i), found.get(i)))
        .toList();
  }

  private TranslationSearch search(String sentence, BeamSearch.Found found) {
    List<String> tokens = source.tokens(sentence);
    List<String> outputs = new ArrayList<>();
    for (Hypothesis hypothesis : found.hypotheses()) {
      outputs.add(target.text(words(hypothesis, tokens)));
    }
    return new TranslationSearch(tokens, outputs, found);
  }

  /**
   * The tokens of a hypothesis; an unknown one is replaced by the token of the source that was
   * attended to most (Jean et al. 2015, section 3.3), if there is attention and it is not the end.
   */
  private List<String> words(Hypothesis hypothesis, List<String> sourceTokens) {
    List<String> words = new ArrayList<>();
    for (int t = 0; t < hypothesis.tokens().size(); t++) {
      int id = hypothesis.tokens().get(t);
      if (id != target.unknown()) {
        words.add(target.token(id));
      } else if (!hypothesis.hasAttention()) {
        words.add(WordVocabulary.UNKNOWN);
      } else {
        int attended = hypothesis.attended(t);
        words.add(
            attended < sourceTokens.size() ? sourceTokens.get(attended) : WordVocabulary.UNKNOWN);
      }
    }
    return words;
  }
}
