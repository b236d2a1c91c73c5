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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Numbers in the words of one language to those of another: "forty-two" to "quarenta e dois". The
 * words are ICU4J's. Which numbers are held out is a function of the number alone, so that no model
 * of this task has ever learned from one.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Numbers implements Task {
  private static final String TASK = "numbers";
  private static final int MOST_DIGITS = 9;

  /** Numbers below this are all learned from: their words occur nowhere else. */
  private static final int SMALL = 100;

  /** One number of so many is held out: half of them to validate with, half to test with. */
  private static final int HELD_OUT = 10;

  private static final int MEASURED = 1000;

  /** Draws for each number wanted, before a range is taken to have no more. */
  private static final int TRIES = 100;

  private static final PairSettings.Defaults DEFAULTS =
      PairSettings.Defaults.small(
          TASK, new TextSettings(BytePairSplitting.OPTION, 150, false, 1, 20_000));

  private final Catalog catalog;
  private final ComputeFactory computers;

  /** What a number is for. */
  enum Use {
    LEARN,
    VALIDATE,
    TEST
  }

  /**
   * Creates the task.
   *
   * @param catalog where cells, layers and rules are found
   * @param computers opens what it computes with
   */
  @Inject
  public Numbers(Catalog catalog, ComputeFactory computers) {
    this.catalog = catalog;
    this.computers = computers;
  }

  @Override
  public String name() {
    return TASK;
  }

  @Override
  public String description() {
    return "spelled-out numbers from one language to another, with attention (Bahdanau et al. 2015)";
  }

  @Override
  public String unit() {
    return "token";
  }

  @Override
  public List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(
        TaskOption.text("from", "en", "language to read, such as en, pt or fr-CH; or digits"));
    options.add(TaskOption.text("to", "pt", "language to write, such as de; or digits"));
    options.add(TaskOption.whole("digits", "6", "the longest numbers have so many digits"));
    options.add(TaskOption.whole("pairs", "20000", "pairs to learn from"));
    options.addAll(PairSettings.options(DEFAULTS));
    return options;
  }

  @Override
  public TaskReport run(Spec given, TaskContext context) {
    Resumption resumption =
        Resumption.of(given, Set.of(), it -> Settings.read(it).kept(), context.log());
    Settings settings = Settings.read(resumption.settings());
    try (Outputs _ = settings.training.claim(catalog, context.log())) {
      PairData data =
          data(
              settings.from,
              settings.to,
              settings.digits,
              settings.pairs,
              settings.training.job().seed());
      return new PairTraining(settings.training, data, catalog, context)
          .run(settings.kept(), resumption.checkpoint(), computers);
    }
  }

  private record Settings(String from, String to, int digits, int pairs, PairSettings training) {
    static Settings read(Spec given) {
      OptionReader options = given.reader();
      String from = options.text("from", "en");
      String to = options.text("to", "pt");
      int digits = options.count("digits", 3, 6);
      int pairs = options.whole("pairs", SMALL, PairData.MOST, 20_000);
      if (digits > MOST_DIGITS) {
        throw new InvalidOptionException(
            formatted(
                "--digits expected a whole number from 3 to %d but got %d", MOST_DIGITS, digits));
      }
      return new Settings(from, to, digits, pairs, PairSettings.read(given, options, DEFAULTS));
    }

    Spec kept() {
      return training.keptIn(
          Spec.of(TASK)
              .with("from", from)
              .with("to", to)
              .with("digits", digits)
              .with("pairs", pairs));
    }
  }

  /** Pairs drawn at random; the same seed draws the same. */
  static PairData data(String from, String to, int digits, int pairs, long seed) {
    NumberWords source = NumberWords.of("from", from);
    NumberWords target = NumberWords.of("to", to);
    RandomSource random = new CounterRandom(seed).stream(TASK);
    List<Long> learned = new ArrayList<>();
    for (long number = 0; number < SMALL; number++) {
      learned.add(number);
    }
    for (long i = 0; learned.size() < pairs; i++) {
      long number = draw(digits, random.stream("training").stream(i));
      if (use(number) == Use.LEARN) {
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
    if (number < SMALL) {
      return Use.LEARN;
    }
    long draw = Long.remainderUnsigned(new CounterRandom(0).bits(number), 2L * HELD_OUT);
    return draw == 0 ? Use.VALIDATE : draw == 1 ? Use.TEST : Use.LEARN;
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

  /**
   * Numbers of d digits are d times as frequent as those of one; a quarter of all numbers has zeros
   * in about half of its places, as people's numbers do, and as few numbers drawn evenly would.
   */
  private static long draw(int digits, RandomSource random) {
    int ticket = below(digits * (digits + 1) / 2, random, 0);
    int length = 1;
    for (; ticket >= length; length++) {
      ticket -= length;
    }
    boolean round = below(4, random, 1) == 0;
    long number = 1L + below(9, random, 2);
    for (int place = 1; place < length; place++) {
      boolean zero = round && below(2, random, 2L * place + 1) == 0;
      number = 10 * number + (zero ? 0L : below(10, random, 2L * place + 2));
    }
    return number;
  }

  private static int below(int bound, RandomSource random, long index) {
    return (int) Long.remainderUnsigned(random.bits(index), bound);
  }

  private static List<PairData.Pair> spelled(
      Iterable<Long> numbers, NumberWords source, NumberWords target) {
    List<PairData.Pair> pairs = new ArrayList<>();
    for (long number : numbers) {
      pairs.add(new PairData.Pair(source.spell(number), target.spell(number)));
    }
    return pairs;
  }
}
