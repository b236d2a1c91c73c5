package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.ParallelText.Pair;
import dev.comporta.training.text.PlainSplitting;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Dates in words, in several languages, to ISO 8601: "quarta-feira, 5 de maio de 1993" to
 * "1993-05-05". The words are those of the JDK. Dates that the model is scored on are not among
 * those that it is trained on, in any form.
 */
public final class Dates extends PairTask {
  /** Called by the service loader. */
  public Dates() {}

  private static final String NAME = "dates";
  private static final LocalDate FIRST = LocalDate.of(1900, 1, 1);
  private static final LocalDate AFTER_LAST = LocalDate.of(2100, 1, 1);

  /** One date of so many is held out: half of them to validate with, half to test with. */
  private static final int HELD_OUT = 10;

  private static final int MEASURED = 1000;
  private static final List<FormatStyle> STYLES =
      List.of(FormatStyle.FULL, FormatStyle.LONG, FormatStyle.MEDIUM);

  private static final Option<String> LOCALES =
      Option.text("locales", "LIST")
          .or("en,de,pt,fr,es,it,nl")
          .in(Group.DATA)
          .help("languages, separated by commas");
  private static final Option<Integer> PAIRS =
      Option.whole("pairs", 1, MOST_PAIRS).or(20_000).in(Group.DATA).help("training pairs");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a translator of written dates in several languages to ISO 8601";
  }

  @Override
  public String unit() {
    return "character";
  }

  @Override
  public Options options() {
    return Options.of(LOCALES, PAIRS)
        .and(PairOptions.of(PlainSplitting.CHARACTERS.option(), 8000))
        .and(TrainingOptions.of(NAME, SMALL));
  }

  private static List<Locale> locales(String names) {
    Set<String> known = new HashSet<>();
    Locale.availableLocales().forEach(locale -> known.add(locale.toLanguageTag()));
    List<Locale> locales = new ArrayList<>();
    for (String name : names.split(",", -1)) {
      Locale locale = Locale.forLanguageTag(name.strip());
      if (!known.contains(locale.toLanguageTag()) || locale.getLanguage().isEmpty()) {
        throw new InvalidOptionException(
            formatted(
                "--locales expected languages that this Java knows, such as en,de,pt, but got '%s'",
                name.strip()));
      }
      locales.add(locale);
    }
    return locales;
  }

  /** The same seed draws the same pairs. */
  @Override
  PairData data(Settings settings, Consumer<String> log) {
    List<Locale> locales = locales(settings.get(LOCALES));
    int pairs = settings.get(PAIRS);
    RandomSource random = new CounterRandom(settings.get(TrainingOptions.SEED)).stream(NAME);
    List<LocalDate> learned = new ArrayList<>();
    List<LocalDate> validated = new ArrayList<>();
    List<LocalDate> tested = new ArrayList<>();
    for (LocalDate date = FIRST; date.isBefore(AFTER_LAST); date = date.plusDays(1)) {
      int draw = random.below(2 * HELD_OUT, date.toEpochDay());
      (draw == 0 ? validated : draw == 1 ? tested : learned).add(date);
    }
    return new PairData(
        "dates in " + locales,
        "",
        draw(learned, locales, pairs, random.stream("training")),
        draw(validated, locales, MEASURED, random.stream("validation")),
        draw(tested, locales, MEASURED, random.stream("test")));
  }

  private static List<Pair> draw(
      List<LocalDate> dates, List<Locale> locales, int count, RandomSource random) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LocalDate date = dates.get(random.below(dates.size(), 3L * i));
      Locale locale = locales.get(random.below(locales.size(), 3L * i + 1));
      FormatStyle style = STYLES.get(random.below(STYLES.size(), 3L * i + 2));
      DateTimeFormatter formatter =
          new DateTimeFormatterBuilder().appendLocalized(style, null).toFormatter(locale);
      String words = formatter.format(date);
      pairs.add(new Pair(words.toLowerCase(locale), date.toString()));
    }
    return pairs;
  }
}
