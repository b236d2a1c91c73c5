package dev.comporta.frame.options;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
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
public final class Option<T> {
  /** Whether a model file stores the value. */
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

  private Option<T> changed(Consumer<Option<T>> change) {
    Option<T> copy = new Option<>(name, type);
    copy.aliases = aliases;
    copy.fallback = fallback;
    copy.fallbackText = fallbackText;
    copy.legacy = legacy;
    copy.group = group;
    copy.keeping = keeping;
    copy.free = free;
    copy.help = help;
    change.accept(copy);
    return copy;
  }

  /**
   * {@return an option of whole numbers, without a default}
   *
   * @param name lower-case letters, digits and hyphens; {@code hidden} for the flag {@code
   *     --hidden}
   * @param least the smallest value
   */
  public static Option<Integer> whole(String name, int least) {
    return whole(name, least, Integer.MAX_VALUE);
  }

  /**
   * {@return an option of whole numbers, without a default}
   *
   * @param name its name
   * @param least the smallest value
   * @param most the largest value
   */
  public static Option<Integer> whole(String name, int least, int most) {
    return new Option<>(name, ValueType.whole(least, most));
  }

  /**
   * {@return an option of sizes, such as that of a layer: whole numbers up to {@link
   * OptionReader#LARGEST_SIZE}}
   *
   * @param name its name
   * @param least the smallest value
   */
  public static Option<Integer> size(String name, int least) {
    return whole(name, least, OptionReader.LARGEST_SIZE);
  }

  /**
   * {@return an option of numbers, without a default}
   *
   * @param name its name
   * @param least the smallest value
   * @param most the largest value, {@link Double#MAX_VALUE} for no limit
   */
  public static Option<Double> real(String name, double least, double most) {
    return new Option<>(name, ValueType.real(least, most));
  }

  /**
   * {@return an option of finite numbers above 0, without a default}
   *
   * @param name its name
   */
  public static Option<Double> positive(String name) {
    return new Option<>(name, ValueType.positive());
  }

  /**
   * {@return an option of texts that are not blank, without a default}
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code TEXT}
   */
  public static Option<String> text(String name, String label) {
    return new Option<>(name, ValueType.text(label, false));
  }

  /**
   * {@return an option of texts that may be empty or blank, such as a prompt}
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code TEXT}
   */
  public static Option<String> anyText(String name, String label) {
    return new Option<>(name, ValueType.text(label, true));
  }

  /**
   * {@return an option of encodings of a text, without a default}
   *
   * @param name its name
   */
  public static Option<Charset> charset(String name) {
    return new Option<>(name, ValueType.charset());
  }

  /**
   * {@return an option of a few words, without a default}
   *
   * @param name its name
   * @param words the words allowed
   */
  public static Option<String> choice(String name, String... words) {
    return new Option<>(name, ValueType.choice(name, List.of(words)));
  }

  /**
   * {@return a flag, off by default, given as {@code --name}, {@code --name=yes} or {@code
   * --name=no}}
   *
   * @param name its name
   */
  public static Option<Boolean> flag(String name) {
    return new Option<>(name, ValueType.flag()).or(false);
  }

  /**
   * {@return an option of files or folders, without a default}
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code FILE}
   */
  public static Option<Path> path(String name, String label) {
    return new Option<>(name, ValueType.path(label)).in(Group.DATA);
  }

  /**
   * {@return an option of files, whose flag may be given several times}
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code FILE}
   */
  public static Option<List<Path>> paths(String name, String label) {
    return new Option<>(name, ValueType.paths(label)).in(Group.DATA);
  }

  /**
   * {@return an option of files or folders to write, which only a command line or a configuration
   * file can name, never a model file or a checkpoint}
   *
   * @param name its name
   * @param label the placeholder in the help, such as {@code FILE}
   */
  public static Option<Path> output(String name, String label) {
    return new Option<>(name, ValueType.path(label)).in(Group.FILES).notKept();
  }

  /**
   * {@return an option of entries of the catalog with their options, as in {@code
   * sgd:momentum=0.9}}
   *
   * @param name its name
   */
  public static Option<Spec> spec(String name) {
    return new Option<>(name, ValueType.spec(name));
  }

  /**
   * {@return this option with other names that mean the same}
   *
   * @param names the names
   */
  public Option<T> alias(String... names) {
    return changed(it -> it.aliases = List.of(names));
  }

  /**
   * {@return this option with a default}
   *
   * @param value the value if none is given
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
   * {@return this option with a default that follows from other settings}
   *
   * @param value computes it; null if the option then has no value
   * @param words the default in the help, such as {@code as --hidden}; may be empty
   */
  public Option<T> or(Function<Settings, @Nullable T> value, String words) {
    return changed(it -> {
      it.fallback = value;
      it.fallbackText = words;
    });
  }

  /**
   * {@return this option with the value that checkpoints mean which were written before it existed}
   *
   * @param value the value
   */
  public Option<T> legacy(T value) {
    return changed(it -> it.legacy = value);
  }

  /**
   * {@return this option under another heading of the help}
   *
   * @param heading the heading
   */
  public Option<T> in(Group heading) {
    return changed(it -> it.group = heading);
  }

  /** {@return this option, stored in model files only if it was given} */
  public Option<T> keptIfGiven() {
    return changed(it -> it.keeping = Keeping.IF_GIVEN);
  }

  /** {@return this option, never stored in model files; a resumed run may change it} */
  public Option<T> notKept() {
    return changed(it -> {
      it.keeping = Keeping.NEVER;
      it.free = true;
    });
  }

  /**
   * {@return this option with a value that a resumed run may change, such as the place of a file}
   */
  public Option<T> free() {
    return changed(it -> it.free = true);
  }

  /**
   * {@return this option with its line in the help}
   *
   * @param line one line, lower-case, without a full stop
   */
  public Option<T> help(String line) {
    return changed(it -> it.help = line);
  }

  /**
   * {@return the value of what was typed or stored}
   *
   * @param given what was typed or stored: text, a whole number, a number, or a flag
   * @throws InvalidOptionException if it is not one of this option's, naming the option, the
   *     allowed values and what was found
   */
  public T read(Object given) {
    T value = type.reader().apply(given);
    if (value == null) {
      boolean blank = given instanceof String text && text.isBlank();
      throw new InvalidOptionException(
          formatted(
              "--%s expected %s but got %s",
              name, type.expected(given), blank ? "none" : Printable.quoted(given)));
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

  /** {@return the permanent name, without hyphens in front} */
  public String name() {
    return name;
  }

  /** {@return other names that mean the same; usually none} */
  public List<String> aliases() {
    return aliases;
  }

  /** {@return what the values are} */
  public ValueType<T> type() {
    return type;
  }

  /** {@return the default in words; empty if there is none} */
  public String defaultText() {
    return fallbackText;
  }

  /** {@return the heading in the help} */
  public Group group() {
    return group;
  }

  /** {@return when a model file stores the value} */
  public Keeping keeping() {
    return keeping;
  }

  /** {@return whether a resumed run may change the value, as the parameters do not depend on it} */
  public boolean isFree() {
    return free;
  }

  /** {@return what it is, in one line, for the help} */
  public String help() {
    return help;
  }

  @Override
  public String toString() {
    return "--" + name;
  }
}
