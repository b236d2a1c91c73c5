package dev.comporta.api;

import static dev.comporta.api.Formatting.formatted;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/** An unknown name. The message lists the known names and suggests the nearest one. */
@API(status = API.Status.STABLE)
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
    this(what, name, known, "");
  }

  /**
   * Creates the error with something to add.
   *
   * @param what what the name refers to, such as {@code cell}
   * @param name the requested name
   * @param known the known names
   * @param more what else may be the reason, put after the message
   */
  public UnknownNameException(String what, String name, Collection<String> known, String more) {
    super(message(what, name, known) + more);
  }

  /** Longer names are no slips of the names that are known here. */
  private static final int LONGEST = 100;

  /** Names that a message lists, and that are compared with an unknown one. */
  private static final int LISTED = 100;

  private static final int COMPARED = 10_000;

  private static String message(String what, String name, Collection<String> known) {
    String hint =
        nearest(name, known)
            .map(near -> "; did you mean '" + Printable.quote(near) + "'?")
            .orElse("");
    return known.isEmpty()
        ? formatted("unknown %s %s: none are available", what, Printable.quoted(name))
        : formatted(
            "unknown %s %s: expected one of %s%s",
            what, Printable.quoted(name), listed(new TreeSet<>(known)), hint);
  }

  private static String listed(SortedSet<String> known) {
    String names =
        known.stream().limit(LISTED).map(Printable::quote).collect(Collectors.joining(", "));
    return known.size() > LISTED
        ? formatted("%s and %,d more", names, known.size() - LISTED)
        : names;
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
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    String best = null;
    int least = Integer.MAX_VALUE;
    List<String> candidates =
        new TreeSet<>(known)
            .stream().filter(candidate -> isComparable(name, candidate)).limit(COMPARED).toList();
    for (String candidate : candidates) {
      int distance = editDistance(name, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    boolean near = best != null && least <= slips(name, best);
    return near ? Optional.ofNullable(best) : Optional.empty();
  }

  /** Whether the lengths alone do not rule a name out: the edit distance is quadratic. */
  private static boolean isComparable(String name, String candidate) {
    return Math.abs(name.length() - candidate.length()) <= slips(name, candidate);
  }

  private static int slips(String name, String candidate) {
    return 1 + Math.max(name.length(), candidate.length()) / 3;
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
