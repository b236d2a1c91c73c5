package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import com.google.inject.Inject;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.Task;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.TaskReport;
import dev.comporta.tasks.job.Outputs;
import dev.comporta.tasks.job.Resumption;
import dev.comporta.tensor.CounterRandom;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Dates in words, as several languages write them, to ISO 8601: "quarta-feira, 5 de maio de 1993"
 * to "1993-05-05". The words come from the JDK's own data. Dates that the model is measured with
 * are in no form among those that it learns from.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Dates implements Task {
  private static final String TASK = "dates";
  private static final LocalDate FIRST = LocalDate.of(1900, 1, 1);
  private static final LocalDate AFTER_LAST = LocalDate.of(2100, 1, 1);

  /** One date of so many is held out: half of them to validate with, half to test with. */
  private static final int HELD_OUT = 10;

  private static final int MEASURED = 1000;
  private static final List<FormatStyle> STYLES =
      List.of(FormatStyle.FULL, FormatStyle.LONG, FormatStyle.MEDIUM);

  private static final PairSettings.Defaults DEFAULTS =
      PairSettings.Defaults.small(TASK, TextSettings.CHARACTERS);

  private final Catalog catalog;
  private final ComputeFactory computers;

  /**
   * Creates the task.
   *
   * @param catalog where cells, layers and rules are found
   * @param computers opens what it computes with
   */
  @Inject
  public Dates(Catalog catalog, ComputeFactory computers) {
    this.catalog = catalog;
    this.computers = computers;
  }

  @Override
  public String name() {
    return TASK;
  }

  @Override
  public String description() {
    return "dates in words, in several languages, to ISO form, with attention (Bahdanau et al. 2015)";
  }

  @Override
  public String unit() {
    return "character";
  }

  @Override
  public List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(
        TaskOption.text("locales", "en,de,pt,fr,es,it,nl", "languages, with commas between them"));
    options.add(TaskOption.whole("pairs", "20000", "pairs to learn from"));
    options.addAll(PairSettings.options(DEFAULTS));
    return options;
  }

  @Override
  public TaskReport run(Spec given, TaskContext context) {
    Resumption resumption =
        Resumption.of(given, Set.of(), it -> Settings.read(it).kept(), context.log());
    Settings settings = Settings.read(resumption.settings());
    List<Locale> locales = locales(settings.locales);
    try (Outputs _ = settings.training.claim(catalog, context.log())) {
      PairData data = data(locales, settings.pairs, settings.training.job().seed());
      return new PairTraining(settings.training, data, catalog, context)
          .run(settings.kept(), resumption.checkpoint(), computers);
    }
  }

  private record Settings(String locales, int pairs, PairSettings training) {
    static Settings read(Spec given) {
      OptionReader options = given.reader();
      return new Settings(
          options.text("locales", "en,de,pt,fr,es,it,nl"),
          options.whole("pairs", 1, PairData.MOST, 20_000),
          PairSettings.read(given, options, DEFAULTS));
    }

    Spec kept() {
      return training.keptIn(Spec.of(TASK).with("locales", locales).with("pairs", pairs));
    }
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

  /** Pairs drawn at random; the same seed draws the same. */
  static PairData data(List<Locale> locales, int pairs, long seed) {
    RandomSource random = new CounterRandom(seed).stream("dates");
    List<LocalDate> learned = new ArrayList<>();
    List<LocalDate> validated = new ArrayList<>();
    List<LocalDate> tested = new ArrayList<>();
    for (LocalDate date = FIRST; date.isBefore(AFTER_LAST); date = date.plusDays(1)) {
      long draw = Long.remainderUnsigned(random.bits(date.toEpochDay()), 2L * HELD_OUT);
      (draw == 0 ? validated : draw == 1 ? tested : learned).add(date);
    }
    return new PairData(
        "dates in " + locales,
        "",
        draw(learned, locales, pairs, random.stream("training")),
        draw(validated, locales, MEASURED, random.stream("validation")),
        draw(tested, locales, MEASURED, random.stream("test")));
  }

  private static List<PairData.Pair> draw(
      List<LocalDate> dates, List<Locale> locales, int count, RandomSource random) {
    List<PairData.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LocalDate date = dates.get(below(dates.size(), random, 3L * i));
      Locale locale = locales.get(below(locales.size(), random, 3L * i + 1));
      FormatStyle style = STYLES.get(below(STYLES.size(), random, 3L * i + 2));
      DateTimeFormatter formatter =
          new DateTimeFormatterBuilder().appendLocalized(style, null).toFormatter(locale);
      String words = formatter.format(date);
      pairs.add(new PairData.Pair(words.toLowerCase(locale), date.toString()));
    }
    return pairs;
  }

  private static int below(int bound, RandomSource random, long index) {
    return (int) Long.remainderUnsigned(random.bits(index), bound);
  }
}
