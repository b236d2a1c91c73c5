package dev.comporta.api;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import org.apiguardian.api.API;

/** A name that nothing answers to; the message lists the known names and the nearest. */
@API(status = API.Status.EXPERIMENTAL)
public class UnknownNameException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param what the kind of thing, such as {@code cell}
   * @param name the name that was asked for
   * @param known the names that exist
   */
  public UnknownNameException(String what, String name, Collection<String> known) {
    super(message(what, name, known));
  }

  private static String message(String what, String asked, Collection<String> known) {
    String name = Printable.quote(asked);
    String hint = nearest(name, known).map(near -> "; did you mean '" + near + "'?").orElse("");
    return known.isEmpty()
        ? "unknown %s '%s': there are none here".formatted(what, name)
        : "unknown %s '%s': expected one of %s%s"
            .formatted(what, name, String.join(", ", new TreeSet<>(known)), hint);
  }

  /**
   * The known name with the fewest edits, if it is near enough to be a slip.
   *
   * @param name what was typed
   * @param known the names that exist
   * @return the nearest name, or empty if all differ in more than a third of their letters plus one
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    if (name.length() > Printable.LONGEST_QUOTE) {
      return Optional.empty(); // no slip, and too long to be compared
    }
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : new TreeSet<>(known)) {
      if (candidate.length() > 2 * Printable.LONGEST_QUOTE) {
        continue;
      }
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
