package dev.comporta.testkit;

import static dev.comporta.api.Formatting.formatted;

import java.util.Map;
import org.apiguardian.api.API;

/** Values by name, one of which must be there. */
@API(status = API.Status.EXPERIMENTAL)
public final class Named {
  private Named() {}

  /**
   * Looks a value up.
   *
   * @param values the values by name
   * @param name the name
   * @param <T> what they are
   * @return the value
   * @throws AssertionError if there is none of this name
   */
  public static <T> T get(Map<String, T> values, String name) {
    T value = values.get(name);
    if (value == null) {
      throw new AssertionError(formatted("expected one of %s but got '%s'", values.keySet(), name));
    }
    return value;
  }
}
