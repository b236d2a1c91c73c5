package dev.comporta.tasks.language;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Ability;
import dev.comporta.frame.Ability.Exchange;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.GeneratedText;
import dev.comporta.inference.GenerationSettings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.ScoredText;
import dev.comporta.inference.TextGenerator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What language models can do: write text, and score lines and predict what follows them. */
final class LanguageAbilities {
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
  private static final int LISTED = 5;

  private LanguageAbilities() {}

  static List<Ability> all() {
    return List.of(
        Ability.predict(
            "Score each line of a text, and predict its next token and its continuation",
            Options.of(LENGTH.or(20).help("tokens of the continuation"), ALLOW_UNKNOWN),
            LanguageAbilities::predict),
        new Ability(
            "generate",
            "Generate text with a language model",
            Options.of(
                    PROMPT,
                    LENGTH.or(GenerationSettings.DEFAULT.length()).help("tokens to generate"),
                    ALLOW_UNKNOWN)
                .and(DecodingOptions.sampling()),
            "",
            LanguageAbilities::generate));
  }

  private static void generate(LoadedModel model, Settings settings, Exchange exchange) {
    TextGenerator generator = model.textGenerator();
    String prompt = settings.get(PROMPT);
    int seed = settings.get(DecodingOptions.SEED);
    GeneratedText text =
        generator.generate(
            prompt,
            new GenerationSettings(
                settings.get(LENGTH),
                DecodingOptions.sampler(settings),
                seed,
                settings.get(ALLOW_UNKNOWN)));
    if (!text.unknownWords().isEmpty()) {
      exchange.log(
          "the model does not know these words of the prompt, and reads <unk> instead: "
              + String.join(", ", text.unknownWords()));
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", model.name());
    figures.put("prompt", prompt);
    figures.put("text", text.text());
    figures.put("seed", seed);
    figures.put("unknown_words", text.unknownWords());
    exchange.answer(figures, prompt + text.text());
  }

  private static void predict(LoadedModel model, Settings settings, Exchange exchange) {
    TextGenerator generator = model.textGenerator();
    GenerationSettings continued =
        GenerationSettings.DEFAULT
            .withLength(settings.get(LENGTH))
            .withUnknown(settings.get(ALLOW_UNKNOWN));
    long number = 0;
    for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
      String what = formatted("line %d of %s", ++number, exchange.inputName());
      ScoredText scored = generator.score(line, what, LISTED, continued);
      Map<String, Double> next = new LinkedHashMap<>();
      scored.next().forEach(it -> next.merge(it.text(), it.probability(), Double::sum));
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("text", line);
      figures.put("tokens", scored.tokens());
      figures.put("loss", scored.loss());
      figures.put("perplexity", scored.perplexity());
      figures.put("unknown_words", scored.unknownWords());
      figures.put("next", next);
      figures.put("continuation", scored.continuation());
      exchange.answer(
          figures,
          formatted("%.3f\t%s", scored.perplexity(), scored.continuation().replace("\n", "\\n")));
    }
  }
}
