package dev.comporta.frame.options;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A setting, declared once. Help, configuration files, checks, JSON, model files and resuming are
 * derived from the declaration. Immutable; each method returns a changed copy.
 *
 * <pre>{@code
 * static final Option<Integer> HIDDEN =
 *     Option.whole("hidden", 1).or(64).in(Group.MODEL).help("hidden size of each recurrent layer");
 * }</pre>
 *
 * @param <T> the type of its values
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Option<T> {
  /** Whether a model file stores the value. */
  @API(status = API.Status.EXPERIMENTAL)
  public enum Keeping {
    /** Always: the parameters depend on it. */
    ALWAYS,
    /** If it was given: without it, training is as if it did not exist. */
    IF_GIVEN,
    /** Never: the parameters do not depend on it, or it names a file that is written. */
    NEVER
  }

  private final String name;
  private final ValueType<T> type;
  private List<String> aliases = List.of();
  private Function<Settings, @Nullable T> fallback = _ -> null;
  private String fallbackText = "";
  private @Nullable T legacy;
  private Group group = Group.MODEL;
  private Keeping keeping = Keeping.ALWAYS;
  private boolean free;
  private String help = "";

  private Option(String name, ValueType<T> type) {
    this.name = name;
    this.type = type;
  }

  private Option(Option<T> other) {
    this(other.name, other.type);
    this.aliases = other.aliases;
    this.fallback = other.fallback;
    this.fallbackText = other.fallbackText;
    this.legacy = other.legacy;
    this.group = other.group;
    this.keeping = other.keeping;
    this.free = other.free;
    this.help = other.help;
  }

  /**
   * A whole number.
   *
   * @param name lower-case letters, digits and hyphens; {@code hidden} for the flag {@code
   *     --hidden}
   * @param least the smallest value
   * @return an option without a default
   */
  public static Option<Integer> whole(String name, int least) {
    return whole(name, least, Integer.MAX_VALUE);
  }

  /**
   * A whole number.
   *
   * @param name its name
   * @param least the smallest value
   * @param most the largest value
   * @return an option without a default
   */
  public static Option<Integer> whole(String name, int least, int most) {
    return new Option<>(name, ValueType.whole(least, most));
  }

  /**
   * A size, such as that of a layer: a whole number up to {@link OptionReader#LARGEST_SIZE}.
   *
   * @param name its name
   * @param least the smallest value
   * @return an option without a default
   */
  public static Option<Integer> size(String name, int least) {
    return whole(name, least, OptionReader.LARGEST_SIZE);
  }

  /**
   * A number.
   *
   * @param name its name
   * @param least the smallest value
   * @param most the largest value, {@link Double#MAX_VALUE} for no limit
   * @return an option without a default
   */
  public static Option<Double> real(String name, double least, double most) {
    return new Option<>(name, ValueType.real(least, most));
  }

  /**
   * A finite number above 0.
   *
   * @param name its name
   * @return an option without a default
   */
  public static Option<Double> positive(String name) {
    return new Option<>(name, ValueType.positive());
  }

  /**
   * Text.
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code TEXT}
   * @return an option without a default
   */
  public static Option<String> text(String name, String label) {
    return new Option<>(name, ValueType.text(label));
  }

  /**
   * Text that may be empty or blank, such as a prompt.
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code TEXT}
   * @return an option without a default
   */
  public static Option<String> anyText(String name, String label) {
    return new Option<>(name, ValueType.anyText(label));
  }

  /**
   * The encoding of a text.
   *
   * @param name its name
   * @return an option without a default
   */
  public static Option<Charset> charset(String name) {
    return new Option<>(name, ValueType.charset());
  }

  /**
   * One of a few words.
   *
   * @param name its name
   * @param words the words allowed
   * @return an option without a default
   */
  public static Option<String> choice(String name, String... words) {
    return new Option<>(name, ValueType.choice(name, List.of(words)));
  }

  /**
   * A flag, given as {@code --name}, {@code --name=yes} or {@code --name=no}.
   *
   * @param name its name
   * @return an option that is off by default
   */
  public static Option<Boolean> flag(String name) {
    return new Option<>(name, ValueType.flag()).or(false);
  }

  /**
   * A file or folder.
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code FILE}
   * @return an option without a default
   */
  public static Option<Path> path(String name, String label) {
    return new Option<>(name, ValueType.path(label)).in(Group.DATA);
  }

  /**
   * Files; the flag may be given several times.
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code FILE}
   * @return an option without a default
   */
  public static Option<List<Path>> paths(String name, String label) {
    return new Option<>(name, ValueType.paths(label)).in(Group.DATA);
  }

  /**
   * A file or folder to write. Only a command line or a configuration file can name it: a model
   * file or a checkpoint never does.
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code FILE}
   * @return an option without a default
   */
  public static Option<Path> output(String name, String label) {
    return new Option<>(name, ValueType.path(label)).in(Group.FILES).notKept();
  }

  /**
   * An entry of the catalog with its options, as in {@code sgd:momentum=0.9}.
   *
   * @param name its name
   * @return an option without a default
   */
  public static Option<Spec> spec(String name) {
    return new Option<>(name, ValueType.spec(name));
  }

  /**
   * This option with other names that mean the same.
   *
   * @param names the names
   * @return the changed option
   */
  public Option<T> alias(String... names) {
    Option<T> copy = new Option<>(this);
    copy.aliases = List.of(names);
    return copy;
  }

  /**
   * This option with a default.
   *
   * @param value the value if none is given
   * @return the changed option
   */
  public Option<T> or(T value) {
    return or(_ -> value, words(type.writer().apply(value)));
  }

  /** As people write it: 0.0005, not 5.0E-4. */
  private static String words(Object stored) {
    return stored instanceof Double number && Double.isFinite(number)
        ? new BigDecimal(number.toString()).stripTrailingZeros().toPlainString()
        : String.valueOf(stored);
  }

  /**
   * This option with a default that follows from other settings.
   *
   * @param value computes it; null if the option then has no value
   * @param words the default in the help, such as {@code as --hidden}; may be empty
   * @return the changed option
   */
  public Option<T> or(Function<Settings, @Nullable T> value, String words) {
    Option<T> copy = new Option<>(this);
    copy.fallback = value;
    copy.fallbackText = words;
    return copy;
  }

  /**
   * This option with the value that checkpoints mean which were written before it existed.
   *
   * @param value the value
   * @return the changed option
   */
  public Option<T> legacy(T value) {
    Option<T> copy = new Option<>(this);
    copy.legacy = value;
    return copy;
  }

  /**
   * This option under another heading of the help.
   *
   * @param heading the heading
   * @return the changed option
   */
  public Option<T> in(Group heading) {
    Option<T> copy = new Option<>(this);
    copy.group = heading;
    return copy;
  }

  /**
   * This option stored in model files only if it was given.
   *
   * @return the changed option
   */
  public Option<T> keptIfGiven() {
    Option<T> copy = new Option<>(this);
    copy.keeping = Keeping.IF_GIVEN;
    return copy;
  }

  /**
   * This option never stored in model files; a resumed run may change it.
   *
   * @return the changed option
   */
  public Option<T> notKept() {
    Option<T> copy = new Option<>(this);
    copy.keeping = Keeping.NEVER;
    copy.free = true;
    return copy;
  }

  /**
   * This option with a value that a resumed run may change, such as the place of a file.
   *
   * @return the changed option
   */
  public Option<T> free() {
    Option<T> copy = new Option<>(this);
    copy.free = true;
    return copy;
  }

  /**
   * This option with its line in the help.
   *
   * @param line one line, lower-case, without a full stop
   * @return the changed option
   */
  public Option<T> help(String line) {
    Option<T> copy = new Option<>(this);
    copy.help = line;
    return copy;
  }

  /**
   * Reads a value.
   *
   * @param given what was typed or stored: text, a whole number, a number, or a flag
   * @return the value
   * @throws InvalidOptionException if it is not one of this option's, naming the option, the
   *     allowed values and what was found
   */
  public T read(Object given) {
    T value = type.reader().apply(given);
    if (value == null) {
      boolean blank = given instanceof String text && text.isBlank();
      throw new InvalidOptionException(
          "--%s expected %s but got %s"
              .formatted(name, type.range(), blank ? "none" : Printable.quoted(given)));
    }
    return value;
  }

  Object stored(T value) {
    return type.writer().apply(value);
  }

  @Nullable T fallback(Settings settings) {
    return fallback.apply(settings);
  }

  @Nullable T legacy() {
    return legacy;
  }

  /**
   * The permanent name.
   *
   * @return without hyphens in front
   */
  public String name() {
    return name;
  }

  /**
   * Other names that mean the same.
   *
   * @return without hyphens in front; usually none
   */
  public List<String> aliases() {
    return aliases;
  }

  /**
   * What the values are.
   *
   * @return the type
   */
  public ValueType<T> type() {
    return type;
  }

  /**
   * The default in words.
   *
   * @return empty if there is none
   */
  public String defaultText() {
    return fallbackText;
  }

  /**
   * The heading in the help.
   *
   * @return the group
   */
  public Group group() {
    return group;
  }

  /**
   * Whether a model file stores the value.
   *
   * @return when
   */
  public Keeping keeping() {
    return keeping;
  }

  /**
   * Whether a resumed run may change the value.
   *
   * @return true if the parameters do not depend on it
   */
  public boolean isFree() {
    return free;
  }

  /**
   * What it is, in one line.
   *
   * @return for the help
   */
  public String help() {
    return help;
  }

  @Override
  public String toString() {
    return "--" + name;
  }
}
