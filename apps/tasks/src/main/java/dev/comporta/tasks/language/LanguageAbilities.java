package dev.comporta.tasks.language;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.attention.decoding.Continuation;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Ability.Exchange;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.model.OpenModel;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.text.TextTokens;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What language models can do: write text, and score lines and predict what follows them. */
record LanguageAbilities(LanguageTask task) {
  private static final Option<String> PROMPT =
      Option.anyText("prompt", "TEXT")
          .in(Group.DECODING)
          .or(_ -> "", "a line break")
          .help("the text to continue");
  private static final Option<Integer> LENGTH = Option.size("length", 1).in(Group.DECODING);
  private static final Option<Boolean> ALLOW_UNKNOWN =
      Option.flag("allow-unknown")
          .in(Group.DECODING)
          .help("allow a word model to generate <unk>, the token for unknown words");
  private static final Sampler GREEDY = new Sampler(0, 0, 1);
  private static final int LISTED = 5;

  List<Ability> all() {
    return List.of(
        Ability.predict(
            "Score each line of a text, and predict its next token and its continuation",
            Options.of(LENGTH.or(20).help("tokens of the continuation"), ALLOW_UNKNOWN),
            this::predict),
        new Ability(
            "generate",
            "Generate text with a language model",
            Options.of(PROMPT, LENGTH.or(300).help("tokens to generate"), ALLOW_UNKNOWN)
                .and(DecodingOptions.sampling()),
            "",
            this::generate));
  }

  private void generate(OpenModel opened, Settings settings, Exchange exchange) {
    LanguageModel model = LanguageModel.of(opened, settings.get(ALLOW_UNKNOWN));
    String prompt = settings.get(PROMPT);
    List<String> unknown = model.tokens().unknown(prompt);
    int seed = settings.get(DecodingOptions.SEED);
    String text =
        model.write(prompt, settings.get(LENGTH), DecodingOptions.sampler(settings), seed);
    if (!unknown.isEmpty()) {
      exchange.log(
          "the model does not know these words of the prompt, and reads <unk> instead: "
              + String.join(", ", unknown));
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", opened.name());
    figures.put("prompt", prompt);
    figures.put("text", text);
    figures.put("seed", seed);
    figures.put("unknown_words", unknown);
    exchange.answer(figures, prompt + text);
  }

  private void predict(OpenModel opened, Settings settings, Exchange exchange) {
    LanguageModel model = LanguageModel.of(opened, settings.get(ALLOW_UNKNOWN));
    TextTokens tokens = model.tokens();
    long number = 0;
    for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
      int[] ids = tokens.opened(line, formatted("line %d of %s", ++number, exchange.inputName()));
      Continuation continuation = model.continuation(ids);
      Map<String, Double> next = new LinkedHashMap<>();
      for (int id : continuation.next(LISTED)) {
        String token = tokens.decoder().apply(new int[] {id});
        next.merge(token, continuation.probability(id), Double::sum);
      }
      int[] drawn = continuation.draw(settings.get(LENGTH), GREEDY, new CounterRandom(0));
      String text = tokens.decoder().apply(drawn);
      IdSequence all = IdSequence.of(tokens.closed(ids));
      double loss = all.size() == 1 ? 0 : task.measure(opened, all).loss();
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("text", line);
      figures.put("tokens", all.size() - 1);
      figures.put("loss", loss);
      figures.put("perplexity", Math.exp(loss));
      figures.put("unknown_words", tokens.unknown(line));
      figures.put("next", next);
      figures.put("continuation", text);
      exchange.answer(figures, formatted("%.3f\t%s", Math.exp(loss), text.replace("\n", "\\n")));
    }
  }
}
