package dev.comporta.api.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Reads the options of one {@link Spec}, applies defaults, and rejects options that were never
 * read, so that a misspelt option is reported instead of ignored. Not thread-safe.
 */
@API(status = API.Status.STABLE)
public final class OptionReader {
  /**
   * The largest {@link #size}, 2^24. A model of larger sizes would not fit one array, and the sum
   * of any sixty-four sizes fits an int.
   */
  public static final int LARGEST_SIZE = 1 << 24;

  private final Spec spec;
  private final Map<String, Object> placeholders;
  private final boolean describing;
  private final Map<String, OptionDescription> read = new LinkedHashMap<>();

  OptionReader(Spec spec) {
    this(spec, Map.of(), false);
  }

  private OptionReader(Spec spec, Map<String, Object> placeholders, boolean describing) {
    this.spec = spec;
    this.placeholders = placeholders;
    this.describing = describing;
  }

  /**
   * A reader that finds out which options a provider has: a required option that is missing gets a
   * placeholder instead of being refused. What a provider creates with it is of no use.
   *
   * @param spec the provider's name and the options that are given
   * @param placeholders values of required options by name; any other whole number is the smallest
   *     one allowed
   * @return a new reader, whose {@link #described} says what was read
   */
  public static OptionReader describing(Spec spec, Map<String, Object> placeholders) {
    return new OptionReader(spec, new Spec(spec.name(), placeholders).options(), true);
  }

  /**
   * The name of the specification.
   *
   * @return the provider's name
   */
  public String name() {
    return spec.name();
  }

  /**
   * A size that must be given, such as that of a layer: a whole number up to {@link #LARGEST_SIZE}.
   *
   * @param option the name of the option
   * @param least the smallest allowed value
   * @return the value
   * @throws InvalidOptionException if missing, not whole, too small or too large
   */
  public int size(String option, int least) {
    return whole(option, required(option, least, LARGEST_SIZE), least, LARGEST_SIZE);
  }

  /**
   * A size with a default: a whole number up to {@link #LARGEST_SIZE}.
   *
   * @param option the name of the option
   * @param least the smallest allowed value
   * @param otherwise the default value
   * @return the value
   * @throws InvalidOptionException if not whole, too small or too large
   */
  public int size(String option, int least, int otherwise) {
    return whole(option, least, LARGEST_SIZE, otherwise);
  }

  /**
   * A number of updates, timesteps and the like, for which nothing is allocated: a whole number up
   * to 2,147,483,647 that must be given.
   *
   * @param option its name
   * @param least the smallest value allowed
   * @return the value
   * @throws InvalidOptionException if missing, not whole, too small or too large
   */
  public int count(String option, int least) {
    return whole(option, required(option, least, Integer.MAX_VALUE), least, Integer.MAX_VALUE);
  }

  /**
   * The same with a default.
   *
   * @param option its name
   * @param least the smallest value allowed
   * @param otherwise the default
   * @return the value
   * @throws InvalidOptionException if not whole, too small or too large
   */
  public int count(String option, int least, int otherwise) {
    return whole(option, least, Integer.MAX_VALUE, otherwise);
  }

  /**
   * A whole number in a range that must be given.
   *
   * @param option its name
   * @param least the smallest value allowed
   * @param most the largest value allowed
   * @return the value
   * @throws InvalidOptionException if missing, not whole or outside the range
   */
  public int whole(String option, int least, int most) {
    return whole(option, required(option, least, most), least, most);
  }

  /**
   * A whole number with a default and a range.
   *
   * @param option its name
   * @param least the smallest value allowed
   * @param most the largest value allowed
   * @param otherwise the default, which may lie outside
   * @return the value
   * @throws InvalidOptionException if not whole or outside the range
   */
  public int whole(String option, int least, int most, int otherwise) {
    note(option, wholeNumbers(least, most), (long) otherwise);
    Object value = spec.options().get(option);
    return value == null ? otherwise : whole(option, value, least, most);
  }

  private int whole(String option, Object value, int least, int most) {
    if (!(value instanceof Long number) || number < least) {
      throw invalid(option, formatted("a whole number of %d or more", least), value);
    }
    if (number > most) {
      throw new InvalidOptionException(
          formatted(
              "[%s] option '%s' expected a whole number from %d to %d but got %d%s",
              Printable.quote(name()),
              option,
              least,
              most,
              number,
              most == LARGEST_SIZE ? "; use smaller sizes" : ""));
    }
    return number.intValue();
  }

  /**
   * A real number with a default and a range.
   *
   * @param option the name of the option
   * @param otherwise the default value
   * @param least the smallest allowed value
   * @param most the largest allowed value
   * @return the value
   * @throws InvalidOptionException if not a number or outside the range
   */
  public double real(String option, double otherwise, double least, double most) {
    note(option, realNumbers(least, most), otherwise);
    Object value = spec.options().get(option);
    double number = value == null ? otherwise : number(value);
    if (!(number >= least && number <= most && number <= Float.MAX_VALUE)) {
      throw invalid(
          option,
          most == Double.MAX_VALUE
              ? formatted("a number of %s or more", least)
                  + (number > Float.MAX_VALUE ? " that float32 can hold, up to 3.4028235E38," : "")
              : formatted("a number between %s and %s", least, most),
          value == null ? number : value);
    }
    return number;
  }

  /**
   * A real number above zero with a default, such as a learning rate. It is used in float32, so
   * that it may neither overflow there nor become zero.
   *
   * @param option the name of the option
   * @param otherwise the default value
   * @return the value
   * @throws InvalidOptionException if not a number, not finite, or not positive
   */
  public double positive(String option, double otherwise) {
    note(option, "a number above 0", otherwise);
    Object value = spec.options().get(option);
    double number = value == null ? otherwise : number(value);
    if (!(number >= Float.MIN_NORMAL && number <= Float.MAX_VALUE)) {
      String finite =
          number < Double.POSITIVE_INFINITY
              ? "a number above 0 that float32 can hold, 1.2E-38 to 3.4E38,"
              : "a finite number above 0";
      String expected = number > 0 ? finite : "a number above 0";
      throw invalid(option, expected, value == null ? number : value);
    }
    return number;
  }

  /**
   * A list of real numbers.
   *
   * @param option the name of the option
   * @return the numbers in order; none if the option is absent
   * @throws InvalidOptionException if not a list of finite numbers
   */
  public List<Double> reals(String option) {
    note(option, "a list of numbers", null);
    Object value = spec.options().get(option);
    if (value == null && describing) {
      value = placeholders.get(option);
    }
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw invalid(option, "a list of numbers", value);
    }
    List<Double> numbers = new ArrayList<>(list.size());
    for (Object item : list) {
      double number = number(item);
      if (!Double.isFinite(number)) {
        throw invalid(option, "a list of numbers", value);
      }
      numbers.add(number);
    }
    return List.copyOf(numbers);
  }

  /**
   * A Boolean with a default.
   *
   * @param option the name of the option
   * @param otherwise the default value
   * @return the value
   * @throws InvalidOptionException if not a Boolean
   */
  public boolean flag(String option, boolean otherwise) {
    note(option, "true or false", otherwise);
    Object value = spec.options().get(option);
    if (value != null && !(value instanceof Boolean)) {
      throw invalid(option, "true or false", value);
    }
    return value == null ? otherwise : (Boolean) value;
  }

  /**
   * A string with a default.
   *
   * @param option the name of the option
   * @param otherwise the default value
   * @return the value
   * @throws InvalidOptionException if not a string
   */
  public String text(String option, String otherwise) {
    note(option, "text", otherwise);
    Object value = spec.options().get(option);
    if (value != null && !(value instanceof String)) {
      throw invalid(option, "text", value);
    }
    return value == null ? otherwise : (String) value;
  }

  /**
   * One of several words, with a default.
   *
   * @param option the name of the option
   * @param otherwise the default value
   * @param words the allowed words
   * @return the value
   * @throws UnknownNameException if it is none of these words
   */
  public String choice(String option, String otherwise, List<String> words) {
    read.putIfAbsent(option, OptionDescription.choice(option, words, otherwise));
    String word = text(option, otherwise);
    if (!words.contains(word)) {
      throw new UnknownNameException(formatted("%s of %s", option, name()), word, words);
    }
    return word;
  }

  /**
   * A required nested specification.
   *
   * @param option the name of the option
   * @return the specification
   * @throws InvalidOptionException if missing or of the wrong type
   */
  public Spec spec(String option) {
    return asSpec(option, required(option, "a name with options"));
  }

  /**
   * A nested specification with a default.
   *
   * @param option the name of the option
   * @param otherwise the default value
   * @return the specification
   * @throws InvalidOptionException if of the wrong type
   */
  public Spec spec(String option, Spec otherwise) {
    note(option, "a name with options", otherwise);
    Object value = spec.options().get(option);
    return value == null ? otherwise : asSpec(option, value);
  }

  /**
   * A required list of nested specifications.
   *
   * @param option the name of the option
   * @return the specifications in order
   * @throws InvalidOptionException if missing or of the wrong type
   */
  public List<Spec> specs(String option) {
    return asSpecs(option, required(option, "a list of names with options"));
  }

  /**
   * A list of nested specifications that may be left out.
   *
   * @param option the name of the option
   * @return the specifications in order; none if it was left out
   * @throws InvalidOptionException if of the wrong type
   */
  public List<Spec> specsOrNone(String option) {
    note(option, "a list of names with options", List.of());
    Object value = spec.options().get(option);
    return value == null ? List.of() : asSpecs(option, value);
  }

  private List<Spec> asSpecs(String option, Object value) {
    if (!(value instanceof List<?> list)) {
      throw invalid(option, "a list of specifications", value);
    }
    return list.stream().map(item -> asSpec(option, item)).toList();
  }

  private Spec asSpec(String option, Object value) {
    if (value instanceof String name) {
      return Spec.of(name);
    }
    if (value instanceof Spec nested) {
      return nested;
    }
    throw invalid(option, "a specification", value);
  }

  private Object required(String option, int least, int most) {
    if (describing && !given(option) && !placeholders.containsKey(option)) {
      require(option, wholeNumbers(least, most));
      return (long) least;
    }
    return required(option, wholeNumbers(least, most));
  }

  private Object required(String option, String values) {
    require(option, values);
    Object value = spec.options().get(option);
    if (value == null && describing) {
      value = placeholders.get(option);
    }
    if (value == null) {
      throw new InvalidOptionException(
          formatted("[%s] expected an option '%s'%s", name(), option, misspelt(option)));
    }
    return value;
  }

  /** The option that was given in place of one that must be given. */
  private String misspelt(String option) {
    List<String> unread = new ArrayList<>(spec.options().keySet());
    unread.removeAll(read.keySet());
    for (String given : unread) {
      if (UnknownNameException.nearest(given, List.of(option)).isPresent()) {
        return formatted(" but got '%s'; did you mean '%s'?", Printable.quote(given), option);
      }
    }
    return "";
  }

  private void require(String option, String values) {
    read.putIfAbsent(option, new OptionDescription(option, values, List.of(), null, true));
  }

  private void note(String option, String values, @Nullable Object otherwise) {
    read.putIfAbsent(option, new OptionDescription(option, values, List.of(), otherwise, false));
  }

  /** A number as it is stored; NaN if it is none. */
  private static double number(Object value) {
    if (value instanceof Double real) {
      return real;
    }
    return value instanceof Long whole ? whole : Double.NaN;
  }

  // These are for the list of options, and are joined whenever an option is read: the first format
  // in a new JVM would take ten milliseconds.

  private static String wholeNumbers(int least, int most) {
    return most >= LARGEST_SIZE
        ? "a whole number of " + least + " or more"
        : "a whole number from " + least + " to " + most;
  }

  private static String realNumbers(double least, double most) {
    return most == Double.MAX_VALUE
        ? "a number of " + least + " or more"
        : "a number from " + least + " to " + most;
  }

  private InvalidOptionException invalid(String option, String expected, Object got) {
    return new InvalidOptionException(
        formatted(
            "[%s] option '%s' expected %s but got %s",
            Printable.quote(name()), option, expected, Printable.quote(got)));
  }

  /**
   * Whether an option was given. Asking does not count as reading it.
   *
   * @param option its name
   * @return false if it has its default
   */
  public boolean given(String option) {
    return spec.options().containsKey(option);
  }

  /**
   * The options that were asked for so far, given or not: once a provider has made its thing, those
   * that it knows.
   *
   * @return names in the order in which they were read
   */
  public List<String> known() {
    return List.copyOf(read.keySet());
  }

  /**
   * What is known of the options that were asked for so far.
   *
   * @return descriptions in the order in which the options were read
   */
  public List<OptionDescription> described() {
    return List.copyOf(read.values());
  }

  /**
   * Rejects options that were given but never read.
   *
   * @throws UnknownNameException for the first such option, with the known options and the nearest
   *     one
   */
  public void requireAllRead() {
    List<String> unread = new ArrayList<>(spec.options().keySet());
    unread.removeAll(read.keySet());
    if (!unread.isEmpty()) {
      throw new UnknownNameException("option of " + name(), unread.getFirst(), read.keySet());
    }
  }
}
