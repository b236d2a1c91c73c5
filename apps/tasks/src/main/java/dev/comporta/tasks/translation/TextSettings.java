package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.TaskOption;
import java.util.List;

/**
 * How sentences become tokens, and which tokens are known.
 *
 * @param tokens what they are: the {@link Splitting#option} of one
 * @param merges joins of byte pairs at most, for those tokens alone
 * @param shared whether source and target have one vocabulary
 * @param minimumFrequency less frequent tokens are unknown; less frequent parts of words are taken
 *     apart
 * @param vocabulary most tokens of each side
 */
record TextSettings(
    String tokens, int merges, boolean shared, int minimumFrequency, int vocabulary) {
  private static final List<String> KINDS =
      List.of(
          PlainSplitting.WORDS.option(),
          PlainSplitting.CHARACTERS.option(),
          BytePairSplitting.OPTION);

  /** The defaults for words. */
  static final TextSettings WORDS = new TextSettings("words", 8000, false, 2, 20_000);

  /** The defaults for characters. */
  static final TextSettings CHARACTERS = new TextSettings("characters", 8000, false, 1, 20_000);

  static List<TaskOption> options(TextSettings defaults) {
    return List.of(
        TaskOption.text("tokens", defaults.tokens, "what a token is: words, characters or bpe"),
        TaskOption.whole(
            "merges",
            Integer.toString(defaults.merges),
            "with --tokens bpe: joins of byte pairs that are learned for each vocabulary"),
        TaskOption.text(
            "shared-vocabulary",
            defaults.shared ? "yes" : "no",
            "whether source and target have one vocabulary: yes or no"),
        TaskOption.whole(
            "minimum-frequency",
            Integer.toString(defaults.minimumFrequency),
            "less frequent tokens are unknown; with bpe they are taken apart"),
        TaskOption.whole(
            "vocabulary", Integer.toString(defaults.vocabulary), "most tokens of each side"));
  }

  static TextSettings read(Spec given, OptionReader options, TextSettings defaults) {
    String tokens = options.choice("tokens", defaults.tokens, KINDS);
    if (!tokens.equals(BytePairSplitting.OPTION) && given.options().containsKey("merges")) {
      throw new InvalidOptionException(
          formatted("--merges goes with --tokens bpe but tokens are %s; leave one out", tokens));
    }
    return new TextSettings(
        tokens,
        options.count("merges", 0, defaults.merges),
        options
            .choice("shared-vocabulary", defaults.shared ? "yes" : "no", List.of("no", "yes"))
            .equals("yes"),
        options.count("minimum-frequency", 1, defaults.minimumFrequency),
        options.count("vocabulary", 3, defaults.vocabulary));
  }

  /** What the parameters depend on, as a model file keeps it. */
  Spec keptIn(Spec kept) {
    Spec with =
        kept.with("tokens", tokens)
            .with("shared-vocabulary", shared ? "yes" : "no")
            .with("minimum-frequency", minimumFrequency)
            .with("vocabulary", vocabulary);
    return tokens.equals(BytePairSplitting.OPTION) ? with.with("merges", merges) : with;
  }
}
