package dev.comporta.frame.options;

import dev.comporta.api.UnknownNameException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options of a task or of an ability, in the order in which help lists them. Immutable. */
public final class Options implements Iterable<Option<?>> {
  private final Map<String, Option<?>> byName;

  private Options(Map<String, Option<?>> byName) {
    this.byName = byName;
  }

  /**
   * {@return a list of options}
   *
   * @param options each name once
   */
  public static Options of(Option<?>... options) {
    return new Options(Map.of()).and(options);
  }

  /**
   * {@return these options and more; one of a name that is in the list takes the place of the
   * other, which is how a task gives a common option its own default}
   *
   * @param more the options
   */
  public Options and(Option<?>... more) {
    Map<String, Option<?>> all = new LinkedHashMap<>(byName);
    for (Option<?> option : more) {
      all.put(option.name(), option);
    }
    return new Options(all);
  }

  /**
   * {@return these options and those of another list, as {@link #and(Option...)} adds them}
   *
   * @param more the options
   */
  public Options and(Options more) {
    return and(more.byName.values().toArray(Option[]::new));
  }

  /**
   * {@return the declared option of a name or alias}
   *
   * @param owner whose options these are, for messages
   * @param name the name
   * @throws UnknownNameException listing the known names and the nearest
   */
  public Option<?> find(String owner, String name) {
    Option<?> option = byName.get(name);
    if (option != null) {
      return option;
    }
    for (Option<?> declared : this) {
      if (declared.aliases().contains(name)) {
        return declared;
      }
    }
    throw new UnknownNameException("option of " + owner, name, names());
  }

  /**
   * {@return whether an option of this name is declared}
   *
   * @param option any option
   */
  public boolean has(Option<?> option) {
    return byName.containsKey(option.name());
  }

  /** All names and aliases. */
  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (Option<?> option : this) {
      names.add(option.name());
      names.addAll(option.aliases());
    }
    return names;
  }

  @Override
  public Iterator<Option<?>> iterator() {
    return byName.values().iterator();
  }
}
