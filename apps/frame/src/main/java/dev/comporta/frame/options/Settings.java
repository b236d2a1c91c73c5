package dev.comporta.frame.options;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The values of options: those that were given, over the defaults. All given values are known,
 * typed and within their ranges. Immutable.
 */
@API(status = API.Status.EXPERIMENTAL)
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
   * Checks what was given.
   *
   * @param owner the task or ability, for messages
   * @param options those that it has
   * @param given names or aliases, and values as typed or stored
   * @return the settings
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
            "--%s and --%s are one option; give it once".formatted(option.name(), name));
      }
    });
    return new Settings(owner, options, values);
  }

  /**
   * A value.
   *
   * @param option which; its declaration here, which may have another default, is what counts
   * @param <T> the type of the value
   * @return what was given, or the default
   * @throws InvalidOptionException if it was not given and has no default
   */
  public <T> T get(Option<T> option) {
    return find(option)
        .orElseThrow(() -> {
          Option<T> declared = declared(option);
          return new InvalidOptionException(
              "[%s] expected --%s, %s, but got none"
                  .formatted(owner, declared.name(), declared.help()));
        });
  }

  /**
   * A value that may be missing.
   *
   * @param option which
   * @param <T> the type of the value
   * @return what was given, or the default, or nothing
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
   * Whether a value was given.
   *
   * @param option which
   * @return false if its default holds
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
          "[%s] expected either --%s or --%s but got both; leave one out"
              .formatted(owner, one.name(), other.name()));
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
          "[%s] --%s goes with %s; leave it out".formatted(owner, option.name(), needs));
    }
  }

  /**
   * These settings with another value.
   *
   * @param option which
   * @param value the value
   * @param <T> its type
   * @return the new settings
   */
  public <T> Settings with(Option<T> option, T value) {
    Map<String, Object> values = new LinkedHashMap<>(given);
    values.put(option.name(), value);
    return new Settings(owner, options, values);
  }

  /**
   * What was given here of the options that another list has as well, except those that name files
   * to write.
   *
   * @param user whose options these are, for messages
   * @param other the other list
   * @return settings of the other list
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
   * These settings without a value.
   *
   * @param option the option that gets its default
   * @return the new settings
   */
  public Settings without(Option<?> option) {
    Map<String, Object> values = new LinkedHashMap<>(given);
    values.remove(option.name());
    return new Settings(owner, options, values);
  }

  /**
   * These settings under those of another run.
   *
   * @param over what was given there takes precedence
   * @return the new settings
   */
  public Settings under(Settings over) {
    Map<String, Object> values = new LinkedHashMap<>(given);
    values.putAll(over.given);
    return new Settings(owner, options, values);
  }

  /**
   * These settings as a checkpoint means them that was written before an option existed.
   *
   * @return the new settings
   */
  public Settings withLegacyValues() {
    Map<String, Object> values = new LinkedHashMap<>(given);
    for (Option<?> option : options) {
      Object legacy = option.legacy();
      if (legacy != null) {
        values.putIfAbsent(option.name(), legacy);
      }
    }
    return new Settings(owner, options, values);
  }

  /**
   * What the parameters depend on, as a model file stores it.
   *
   * @return the owner's name with the values of all options that are kept
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
   * The first option whose value differs from that of other settings and may not.
   *
   * @param trained what a model was trained with
   * @return an option that was given here, or nothing
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
   * A value as text, for messages.
   *
   * @param option which
   * @param <T> its type
   * @return as it would be typed, or {@code none}
   */
  public <T> String text(Option<T> option) {
    return find(option).map(value -> String.valueOf(option.stored(value))).orElse("none");
  }

  /**
   * The options.
   *
   * @return those that can be asked for
   */
  public Options options() {
    return options;
  }

  /**
   * The task or ability.
   *
   * @return its name
   */
  public String owner() {
    return owner;
  }
}
