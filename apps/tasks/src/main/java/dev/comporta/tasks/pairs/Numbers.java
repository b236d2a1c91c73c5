package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;

import com.ibm.icu.text.RuleBasedNumberFormat;
import com.ibm.icu.util.ULocale;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.BytePairSplitting;
import dev.comporta.training.text.ParallelText.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in the words of one language to those of another: "forty-two" to "quarenta e dois". The
 * words are those of ICU4J. Whether a number is held out depends on the number alone, so no model
 * of this task was ever trained on it.
 */
public final class Numbers extends PairTask {
  /** Called by the service loader. */
  public Numbers() {}

  private static final String NAME = "numbers";
  private static final String FIGURES = "digits";
  private static final String SOFT_HYPHEN = "\u00ad"; // marks where a long word may be broken
  private static final int MOST_DIGITS = 9;

  /** All numbers below this are trained on: their words occur nowhere else. */
  private static final int SMALLEST = 100;

  /** One number in so many is held out: half of them for validation, half for the test. */
  private static final int HELD_OUT = 10;

  private static final int MEASURED = 1000;

  /** Draws for each number wanted, before a range is taken to have no more. */
  private static final int TRIES = 100;

  private static final Option<String> SOURCE_LANGUAGE =
      Option.text("source-language", "LANGUAGE")
          .or("en")
          .in(Group.DATA)
          .help("language of the source, such as en, pt or fr-CH; or digits");
  private static final Option<String> TARGET_LANGUAGE =
      Option.text("target-language", "LANGUAGE")
          .alias("to")
          .or("pt")
          .in(Group.DATA)
          .help("language of the target, such as de; or digits");
  private static final Option<Integer> DIGITS =
      Option.whole("digits", 3, MOST_DIGITS)
          .or(6)
          .in(Group.DATA)
          .help("digits of the longest numbers");
  private static final Option<Integer> PAIRS =
      Option.whole("pairs", SMALLEST, MOST_PAIRS).or(20_000).in(Group.DATA).help("training pairs");

  /** What a number is for. */
  enum Use {
    TRAIN,
    VALIDATE,
    TEST
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a translator of spelled-out numbers from one language to another";
  }

  @Override
  public Options options() {
    return Options.of(SOURCE_LANGUAGE, TARGET_LANGUAGE, DIGITS, PAIRS)
        .and(PairOptions.of(BytePairSplitting.OPTION, 150))
        .and(TrainingOptions.of(NAME, SMALL));
  }

  /** The source language was called {@code from}, which is now the model to start from. */
  @Override
  public Spec upgraded(Spec kept) {
    Map<String, Object> options = new LinkedHashMap<>(kept.options());
    Object language = options.remove("from");
    if (language == null || options.containsKey(SOURCE_LANGUAGE.name())) {
      return kept;
    }
    options.put(SOURCE_LANGUAGE.name(), language);
    return new Spec(kept.name(), options);
  }

  /** The same seed draws the same pairs. */
  @Override
  PairData data(Settings settings, Consumer<String> log) {
    String from = settings.get(SOURCE_LANGUAGE);
    String to = settings.get(TARGET_LANGUAGE);
    int digits = settings.get(DIGITS);
    LongFunction<String> source = spelling(SOURCE_LANGUAGE, from);
    LongFunction<String> target = spelling(TARGET_LANGUAGE, to);
    RandomSource random = new CounterRandom(settings.get(TrainingOptions.SEED)).stream(NAME);
    List<Long> learned = new ArrayList<>();
    for (long number = 0; number < SMALLEST; number++) {
      learned.add(number);
    }
    for (long i = 0; learned.size() < settings.get(PAIRS); i++) {
      long number = draw(digits, random.stream("training").stream(i));
      if (use(number) == Use.TRAIN) {
        learned.add(number);
      }
    }
    return new PairData(
        formatted("numbers of up to %d digits from %s to %s", digits, from, to),
        "",
        spelled(learned, source, target),
        spelled(heldOut(Use.VALIDATE, digits, random.stream("validation")), source, target),
        spelled(heldOut(Use.TEST, digits, random.stream("test")), source, target));
  }

  /** What a number is for, whatever the seed and the languages. */
  static Use use(long number) {
    if (number < SMALLEST) {
      return Use.TRAIN;
    }
    int draw = new CounterRandom(0).below(2 * HELD_OUT, number);
    return draw == 0 ? Use.VALIDATE : draw == 1 ? Use.TEST : Use.TRAIN;
  }

  private static Set<Long> heldOut(Use use, int digits, RandomSource random) {
    Set<Long> numbers = new LinkedHashSet<>();
    for (long i = 0; i < (long) TRIES * MEASURED && numbers.size() < MEASURED; i++) {
      long number = draw(digits, random.stream(i));
      if (use(number) == use) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  /** Longer numbers are more frequent; a quarter have zeros in about half of their places. */
  private static long draw(int digits, RandomSource random) {
    int ticket = random.below(digits * (digits + 1) / 2, 0);
    int length = 1;
    for (; ticket >= length; length++) {
      ticket -= length;
    }
    boolean round = random.below(4, 1) == 0;
    long number = 1L + random.below(9, 2);
    for (int place = 1; place < length; place++) {
      boolean zero = round && random.below(2, 2L * place + 1) == 0;
      number = 10 * number + (zero ? 0L : random.below(10, 2L * place + 2));
    }
    return number;
  }

  private static List<Pair> spelled(
      Iterable<Long> numbers, LongFunction<String> source, LongFunction<String> target) {
    List<Pair> pairs = new ArrayList<>();
    for (long number : numbers) {
      pairs.add(new Pair(source.apply(number), target.apply(number)));
    }
    return pairs;
  }

  /** Spells numbers in the words of a language tag such as {@code fr-CH}, or in figures. */
  static LongFunction<String> spelling(Option<String> option, String language) {
    if (language.equals(FIGURES)) {
      return Long::toString;
    }
    RuleBasedNumberFormat rules = rules(language);
    if (rules == null) {
      throw new InvalidOptionException(
          formatted(
              "--%s expected a language whose numbers ICU4J spells, or %s, but got '%s'; it spells %s",
              option.name(),
              FIGURES,
              language,
              Arrays.stream(ULocale.getISOLanguages())
                  .filter(known -> rules(known) != null)
                  .sorted()
                  .collect(Collectors.joining(", "))));
    }
    return number -> rules.format(number).replace(SOFT_HYPHEN, "");
  }

  /** Null where ICU4J would fall back on another language. */
  private static @Nullable RuleBasedNumberFormat rules(String language) {
    ULocale locale = ULocale.forLanguageTag(language);
    RuleBasedNumberFormat rules = new RuleBasedNumberFormat(locale, RuleBasedNumberFormat.SPELLOUT);
    String found = rules.getLocale(ULocale.ACTUAL_LOCALE).getLanguage();
    return found.isEmpty() || !found.equals(locale.getLanguage()) ? null : rules;
  }
}
