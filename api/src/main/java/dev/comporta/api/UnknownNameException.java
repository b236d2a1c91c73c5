package dev.comporta.api;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import org.apiguardian.api.API;

/** An unknown name. The message lists the known names and suggests the nearest one. */
@API(status = API.Status.EXPERIMENTAL)
public class UnknownNameException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param what what the name refers to, such as {@code cell}
   * @param name the requested name
   * @param known the known names
   */
  public UnknownNameException(String what, String name, Collection<String> known) {
    super(message(what, name, known));
  }

  private static String message(String what, String name, Collection<String> known) {
    String hint = nearest(name, known).map(near -> "; did you mean '" + near + "'?").orElse("");
    return known.isEmpty()
        ? "unknown %s '%s': none are available".formatted(what, name)
        : "unknown %s '%s': expected one of %s%s"
            .formatted(what, name, String.join(", ", new TreeSet<>(known)), hint);
  }

  /**
   * The known name with the smallest edit distance, if it is close enough to suggest a typing
   * error.
   *
   * @param name the name as typed
   * @param known the known names
   * @return the nearest name, or empty if its edit distance exceeds a third of the longer name's
   *     length plus one
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : new TreeSet<>(known)) {
      int distance = editDistance(name, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    boolean near = best != null && least <= 1 + Math.max(name.length(), best.length()) / 3;
    return near ? Optional.ofNullable(best) : Optional.empty();
  }

  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
