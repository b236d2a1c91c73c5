package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.attention.decoding.SourceDecoder;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.PairCodecs;
import dev.comporta.training.text.TextCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An encoder-decoder of sentences with the vocabularies of both sides. Any number of threads may
 * use it at once.
 */
public final class Translator {
  private final LoadedModel model;
  private final PairCodecs codecs;

  /** Checks that both vocabularies fit the sizes of a model. */
  Translator(LoadedModel model) {
    this.model = model;
    this.codecs = PairCodecs.of(model.content(), model.name());
    int tokens = codecs.target().vocabulary().size();
    SequenceModel network = model.network();
    if (network.encoder().isEmpty() || network.outputSize() != tokens) {
      throw new ComportaException(
          formatted(
              "[translate] expected an encoder-decoder with one output for each of %d tokens but got '%s' with %d",
              tokens, network.spec().name(), network.outputSize()));
    }
    int sourceTokens = codecs.source().vocabulary().size();
    Required.ids("the encoder", network.encoder(), sourceTokens);
    Required.ids("the decoder", network.layers(), tokens);
  }

  /** {@return the codecs of the source and of the target} */
  public PairCodecs codecs() {
    return codecs;
  }

  /** {@return whether the decoder attends to the words of the source} */
  public boolean hasAttention() {
    return AttentionDecoderLayer.weights(model.network()) != null;
  }

  /**
   * Translates a sentence with the {@linkplain TranslationSettings#DEFAULT default settings}.
   *
   * @param sentence any text; the translation of a blank one is empty
   * @return its translations
   */
  public TranslatedText translate(String sentence) {
    return translate(List.of(sentence), TranslationSettings.DEFAULT).getFirst();
  }

  /**
   * Translates sentences, each independently of the others.
   *
   * @param sentences any texts
   * @param settings beam search or sampling
   * @return their translations, in order
   */
  public List<TranslatedText> translate(List<String> sentences, TranslationSettings settings) {
    List<TranslatedText> translations = new ArrayList<>();
    try (Stream stream = stream(settings, translations::add)) {
      sentences.forEach(stream::add);
    }
    return translations;
  }

  /**
   * Opens a stream of sentences, which are translated in batches of similar length, in bounded
   * memory.
   *
   * @param settings beam search or sampling
   * @param out receives the translations in the order of the sentences
   * @return to be closed after the last sentence; for one thread
   */
  public Stream stream(TranslationSettings settings, Consumer<TranslatedText> out) {
    return new Stream(this, settings, out);
  }

  /** Sentences that are translated in batches once there are enough. */
  public static final class Stream implements AutoCloseable {
    private final Translator translator;
    private final ModelRunner runner;
    private final SourceDecoder.Pool<TranslatedText> pool;

    private Stream(
        Translator translator, TranslationSettings settings, Consumer<TranslatedText> out) {
      this.translator = translator;
      this.runner = translator.model.runners().take();
      this.pool =
          translator
              .decoder(runner, settings)
              .pool(translator::answer, answers -> answers.forEach(out));
    }

    /**
     * Adds a sentence; if there are enough with it, they are translated.
     *
     * @param sentence any text
     */
    public void add(String sentence) {
      pool.add(sentence, translator.ids(sentence));
    }

    /** Translates the sentences that are left. */
    @Override
    public void close() {
      pool.flush();
      translator.model.runners().give(runner);
    }
  }

  /**
   * Decodes one sentence, and keeps the search tree and the weights of the attention, such as for a
   * picture.
   *
   * @param sentence a text that is not blank
   * @param settings beam search or sampling
   * @return what was found, for {@link #answer}
   */
  public BeamSearch.Found decode(String sentence, TranslationSettings settings) {
    return model.with(runner -> decoder(runner, settings).decode(sentence, ids(sentence)));
  }

  /**
   * {@return the texts of what was found}
   *
   * @param sentence the source
   * @param found what was found for it; null for a blank sentence
   */
  public TranslatedText answer(String sentence, BeamSearch.@Nullable Found found) {
    if (found == null) {
      return new TranslatedText(List.of(""), List.of(0.0));
    }
    List<String> tokens = codecs.source().tokens(sentence);
    return new TranslatedText(
        found.hypotheses().stream().map(it -> codecs.target().text(words(it, tokens))).toList(),
        found.hypotheses().stream().map(Hypothesis::score).toList());
  }

  /** The ids of a sentence; none for a blank one, whose translation is empty. */
  private int[] ids(String sentence) {
    return TextCodec.isBlank(sentence) ? new int[0] : codecs.source().ids(sentence);
  }

  private SourceDecoder decoder(ModelRunner runner, TranslationSettings settings) {
    return new SourceDecoder(
        runner,
        model.network(),
        codecs.target().end(),
        settings.decoding(),
        settings.longest(),
        settings.batch());
  }

  /**
   * The tokens of a hypothesis; an unknown one is replaced by the token of the source that received
   * the most attention (Jean et al. 2015, section 3.3), unless that is the end.
   */
  private List<String> words(Hypothesis hypothesis, List<String> sourceTokens) {
    List<String> words = new ArrayList<>();
    for (int t = 0; t < hypothesis.tokens().size(); t++) {
      int id = hypothesis.tokens().get(t);
      int attended =
          id == codecs.target().unknown() && hypothesis.hasAttention()
              ? hypothesis.attended(t)
              : sourceTokens.size();
      words.add(
          attended < sourceTokens.size() ? sourceTokens.get(attended) : codecs.target().token(id));
    }
    return words;
  }
}
