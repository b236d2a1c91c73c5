package dev.comporta.frame.options;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The values of options: those that were given, over the defaults. All given values are known,
 * typed and within their ranges. Immutable.
 */
public final class Settings {
  private final String owner;
  private final Options options;
  private final Map<String, Object> given;

  private Settings(String owner, Options options, Map<String, Object> given) {
    this.owner = owner;
    this.options = options;
    this.given = given;
  }

  /**
   * {@return the settings, once what was given is checked}
   *
   * @param owner the task or ability, for messages
   * @param options those that it has
   * @param given names or aliases, and values as typed or stored
   * @throws dev.comporta.api.UnknownNameException if an option is unknown
   * @throws InvalidOptionException if a value is not one of its option's, or an option is given
   *     twice
   */
  public static Settings of(String owner, Options options, Map<String, ?> given) {
    Map<String, Object> values = new LinkedHashMap<>();
    given.forEach((name, value) -> {
      Option<?> option = options.find(owner, name);
      if (values.put(option.name(), option.read(value)) != null) {
        throw new InvalidOptionException(
            formatted("--%s and --%s are one option; give it once", option.name(), name));
      }
    });
    return new Settings(owner, options, values);
  }

  /**
   * {@return what was given, or the default}
   *
   * @param option which; its declaration here, which may have another default, is what counts
   * @param <T> the type of the value
   * @throws InvalidOptionException if it was not given and has no default
   */
  public <T> T get(Option<T> option) {
    return find(option)
        .orElseThrow(() -> {
          Option<T> declared = declared(option);
          return new InvalidOptionException(
              formatted(
                  "[%s] expected --%s, %s, but got none", owner, declared.name(), declared.help()));
        });
  }

  /**
   * {@return what was given, or the default, or nothing}
   *
   * @param option which
   * @param <T> the type of the value
   */
  public <T> Optional<T> find(Option<T> option) {
    Option<T> declared = declared(option);
    Object value = given.get(declared.name());
    if (value == null) {
      return Optional.ofNullable(declared.fallback(this));
    }
    @SuppressWarnings("unchecked") // the option of this name read it
    T own = (T) value;
    return Optional.of(own);
  }

  @SuppressWarnings("unchecked") // one name, one type: a redeclaration differs in its default alone
  private <T> Option<T> declared(Option<T> option) {
    return (Option<T>) options.find(owner, option.name());
  }

  /**
   * {@return whether a value was given; if not, the default holds}
   *
   * @param option which
   */
  public boolean isGiven(Option<?> option) {
    return given.containsKey(option.name());
  }

  /**
   * Refuses two options that were given together.
   *
   * @param one an option
   * @param other another
   * @throws InvalidOptionException if both were given
   */
  public void requireNotBoth(Option<?> one, Option<?> other) {
    if (isGiven(one) && isGiven(other)) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected either --%s or --%s but got both; leave one out",
              owner, one.name(), other.name()));
    }
  }

  /**
   * Refuses an option that was given although it has no effect.
   *
   * @param option the option
   * @param needs what it goes with, such as {@code --tokens bpe}
   * @param effective whether it has an effect
   * @throws InvalidOptionException if it was given and has none
   */
  public void requireEffective(Option<?> option, String needs, boolean effective) {
    if (isGiven(option) && !effective) {
      throw new InvalidOptionException(
          formatted("[%s] --%s goes with %s; leave it out", owner, option.name(), needs));
    }
  }

  /**
   * {@return these settings with another value}
   *
   * @param option which
   * @param value the value
   * @param <T> its type
   */
  public <T> Settings with(Option<T> option, T value) {
    return changed(values -> values.put(option.name(), value));
  }

  /**
   * {@return what was given here of the options that another list has as well, except those that
   * name files to write}
   *
   * @param user whose options these are, for messages
   * @param other the other list
   */
  public Settings shared(String user, Options other) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Option<?> option : other) {
      Object value = given.get(option.name());
      if (value != null && options.has(option) && option.keeping() != Option.Keeping.NEVER) {
        values.put(option.name(), value);
      }
    }
    return new Settings(user, other, values);
  }

  /**
   * {@return these settings without a value}
   *
   * @param option the option that gets its default
   */
  public Settings without(Option<?> option) {
    return changed(values -> values.remove(option.name()));
  }

  /**
   * {@return these settings under those of another run}
   *
   * @param over what was given there takes precedence
   */
  public Settings under(Settings over) {
    return changed(values -> values.putAll(over.given));
  }

  /**
   * {@return these settings as a checkpoint means them that was written before an option existed}
   */
  public Settings withLegacyValues() {
    return changed(values -> {
      for (Option<?> option : options) {
        Object legacy = option.legacy();
        if (legacy != null) {
          values.putIfAbsent(option.name(), legacy);
        }
      }
    });
  }

  private Settings changed(Consumer<Map<String, Object>> change) {
    Map<String, Object> values = new LinkedHashMap<>(given);
    change.accept(values);
    return new Settings(owner, options, values);
  }

  /**
   * {@return what the parameters depend on, as a model file stores it: the owner's name with the
   * values of all options that are kept}
   */
  public Spec kept() {
    Spec kept = Spec.of(owner);
    for (Option<?> option : options) {
      Object stored = stored(option);
      if (stored != null) {
        kept = kept.with(option.name(), stored);
      }
    }
    return kept;
  }

  private <T> @Nullable Object stored(Option<T> option) {
    boolean kept =
        switch (option.keeping()) {
          case ALWAYS -> true;
          case IF_GIVEN -> isGiven(option);
          case NEVER -> false;
        };
    T value = kept ? find(option).orElse(null) : null;
    return value == null ? null : option.stored(value);
  }

  /**
   * {@return the first option given here whose value differs from that of other settings and may
   * not}
   *
   * @param trained what a model was trained with
   */
  public Optional<Option<?>> firstChange(Settings trained) {
    Settings all = trained.under(this);
    for (String name : given.keySet()) {
      Option<?> option = options.find(owner, name);
      if (!option.isFree() && !Objects.equals(all.find(option), trained.find(option))) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }

  /**
   * {@return a value as text for messages, as it would be typed, or {@code none}}
   *
   * @param option which
   * @param <T> its type
   */
  public <T> String text(Option<T> option) {
    return find(option).map(value -> String.valueOf(option.stored(value))).orElse("none");
  }

  /** {@return the options that can be asked for} */
  public Options options() {
    return options;
  }

  /** {@return the name of the task or ability} */
  public String owner() {
    return owner;
  }
}
