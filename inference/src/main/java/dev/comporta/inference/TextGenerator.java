package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.decoding.Continuation;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredText;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Evaluation;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.metrics.Accuracy;
import dev.comporta.training.text.TextTokens;
import java.util.Arrays;
import java.util.List;

/**
 * A language model, of characters, byte pairs or words: continues texts and scores them. Any number
 * of threads may use it at once.
 */
public final class TextGenerator {
  private static final Spec LOSS = Spec.of("cross-entropy");

  private final LoadedModel model;
  private final TextTokens tokens;

  /** Checks that the input and output of a model fit its tokens. */
  TextGenerator(LoadedModel model) {
    SequenceModel network = model.network();
    this.model = model;
    if (!network.encoder().isEmpty()) {
      throw new ComportaException(
          formatted(
              "[model] expected a language model but %s reads a source first; it may translate or caption",
              model.name()));
    }
    this.tokens = StoredText.of(model.content(), model.name());
    int outputs = network.outputSize();
    if (outputs != tokens.size()) {
      boolean labels = outputs == StoredLabels.of(model.content()).size();
      throw new ComportaException(
          formatted(
              "[model] expected an output for each of the %d %ss of %s but it has %d; %s",
              tokens.size(),
              tokens.noun(),
              model.name(),
              outputs,
              labels
                  ? "one for each label, so it may label or classify"
                  : "the file is inconsistent"));
    }
    Required.ids(model.name(), network.layers(), tokens.size());
  }

  /** {@return what texts are cut into} */
  public TextTokens tokens() {
    return tokens;
  }

  /**
   * Continues a text with the {@linkplain GenerationSettings#DEFAULT default settings}.
   *
   * @param prompt the start of the text; may be empty
   * @return what the model writes after it
   * @throws ComportaException if the prompt holds a character that the model does not know
   */
  public GeneratedText generate(String prompt) {
    return generate(prompt, GenerationSettings.DEFAULT);
  }

  /**
   * Continues a text.
   *
   * @param prompt the start of the text; may be empty
   * @param settings length, sampling and seed
   * @return what the model writes after it
   * @throws ComportaException if the prompt holds a character that the model does not know
   */
  public GeneratedText generate(String prompt, GenerationSettings settings) {
    boolean words = tokens.words() != null;
    int[] ids = tokens.prompt(prompt);
    var random = new CounterRandom(settings.seed()).stream("generate");
    int[] drawn =
        model.with(runner ->
            continuation(runner, settings.allowUnknown(), ids)
                .draw(settings.length(), settings.sampler(), random));
    String text = tokens.decoder().apply(drawn);
    boolean spaced = words && ids.length > 1 && !text.startsWith("\n");
    return new GeneratedText(spaced ? " " + text : text, tokens.unknown(prompt));
  }

  /**
   * Scores a text, and predicts what follows it.
   *
   * @param text the text, for a model of words one sentence
   * @param what messages call the text, such as {@code line 3 of a.txt}
   * @param listed how many next tokens are listed, 0 or more
   * @param settings length of the continuation, and whether it may hold unknown words; the
   *     continuation is greedy
   * @return loss, next tokens and continuation
   * @throws ComportaException if the text holds a character that the model does not know
   */
  public ScoredText score(String text, String what, int listed, GenerationSettings settings) {
    int[] ids = tokens.opened(text, what);
    return model.with(runner -> {
      Continuation continuation = continuation(runner, settings.allowUnknown(), ids);
      List<ScoredText.Next> next =
          Arrays.stream(continuation.next(listed))
              .mapToObj(id ->
                  new ScoredText.Next(
                      tokens.decoder().apply(new int[] {id}), continuation.probability(id)))
              .toList();
      int[] drawn =
          continuation.draw(settings.length(), GenerationSettings.GREEDY, new CounterRandom(0));
      IdSequence all = IdSequence.of(tokens.closed(ids));
      double loss = all.size() == 1 ? 0 : measure(runner, all).loss();
      return new ScoredText(
          all.size() - 1, loss, tokens.unknown(text), next, tokens.decoder().apply(drawn));
    });
  }

  /**
   * Scores a text: its loss, the five most likely next tokens, and a continuation of 20 tokens.
   *
   * @param text the text, for a model of words one sentence
   * @return loss, next tokens and continuation
   * @throws ComportaException if the text holds a character that the model does not know
   */
  public ScoredText score(String text) {
    return score(text, "the text", 5, GenerationSettings.DEFAULT.withLength(20));
  }

  /**
   * Measures the model on a text.
   *
   * @param ids the text, 2 ids or more
   * @return loss and accuracy
   * @throws ComportaException if there are fewer ids
   */
  public TextMeasure measure(IdSequence ids) {
    return model.with(runner -> measure(runner, ids));
  }

  private TextMeasure measure(ModelRunner runner, IdSequence ids) {
    Accuracy accuracy = new Accuracy(model.catalog().loss(LOSS));
    var loss = Evaluation.of(runner, accuracy, TextMeasure.chunks(model.task(), tokens, ids));
    return new TextMeasure(loss.mean(), accuracy.value(), (long) loss.weight());
  }

  private Continuation continuation(ModelRunner runner, boolean allowUnknown, int... ids) {
    var words = tokens.words();
    int excluded = words == null || allowUnknown ? -1 : words.unknown();
    return new Continuation(runner, tokens.size(), excluded, ids);
  }
}
