package dev.comporta.frame.options;

import dev.comporta.api.UnknownNameException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/** The options of a task or of an ability, in the order in which help lists them. Immutable. */
@API(status = API.Status.EXPERIMENTAL)
public final class Options implements Iterable<Option<?>> {
  private final Map<String, Option<?>> byName;

  private Options(Map<String, Option<?>> byName) {
    this.byName = byName;
  }

  /**
   * A list of options.
   *
   * @param options each name once
   * @return the list
   */
  public static Options of(Option<?>... options) {
    return new Options(Map.of()).and(options);
  }

  /**
   * These options and more. One of a name that is in the list takes the place of the other, which
   * is how a task gives a common option its own default.
   *
   * @param more the options
   * @return the longer list
   */
  public Options and(Option<?>... more) {
    Map<String, Option<?>> all = new LinkedHashMap<>(byName);
    for (Option<?> option : more) {
      all.put(option.name(), option);
    }
    return new Options(all);
  }

  /**
   * These options and those of another list, as {@link #and(Option...)} adds them.
   *
   * @param more the options
   * @return the longer list
   */
  public Options and(Options more) {
    return and(more.byName.values().toArray(Option[]::new));
  }

  /**
   * The declared option of a name or alias.
   *
   * @param owner whose options these are, for messages
   * @param name the name
   * @return the option
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
   * Whether an option of this name is declared.
   *
   * @param option any option
   * @return true if it can be asked for
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
