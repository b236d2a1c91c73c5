package dev.comporta.training.tags;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Tags that mark spans of words, such as names: {@code B-TYPE} begins a span, {@code I-TYPE}
 * continues it, and {@code O} is outside (Ramshaw and Marcus 1995; the form IOB2 of Tjong Kim Sang
 * and Veenstra 1999, where every span begins with B).
 */
@API(status = API.Status.EXPERIMENTAL)
public final class BioTags {
  /** The tag of words outside of spans. */
  public static final String OUTSIDE = "O";

  private static final String BEGIN = "B-";
  private static final String INSIDE = "I-";

  /** What other schemes have, whose tags B and I mean something else. */
  private static final List<String> OTHER_SCHEMES = List.of("E-", "S-", "L-", "U-");

  private BioTags() {}

  /**
   * A span of words.
   *
   * @param start the first word
   * @param end the word after the last one
   * @param type its type
   */
  public record Span(int start, int end, String type) {}

  /**
   * Whether tags mark spans: one begins with {@code B-} or {@code I-}, and none has the prefix of
   * another scheme, such as BIOES.
   *
   * @param tags the different tags of a data set
   * @return false for tags such as parts of speech
   */
  public static boolean mark(List<String> tags) {
    return tags.stream().anyMatch(tag -> tag.startsWith(BEGIN) || tag.startsWith(INSIDE))
        && tags.stream().noneMatch(tag -> OTHER_SCHEMES.stream().anyMatch(tag::startsWith));
  }

  /**
   * The first tag of a sequence that may not be where it is: one of another form, or an {@code
   * I-TYPE} that follows neither {@code B-TYPE} nor {@code I-TYPE}.
   *
   * @param tags of the words of a sentence
   * @return its index; -1 if there is none
   */
  public static int firstInvalid(List<String> tags) {
    for (int i = 0; i < tags.size(); i++) {
      if (!mayFollow(i == 0 ? OUTSIDE : tags.get(i - 1), tags.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean mayFollow(String before, String tag) {
    if (tag.startsWith(INSIDE)) {
      String type = type(tag);
      return !type.isEmpty() && (before.equals(BEGIN + type) || before.equals(tag));
    }
    return tag.equals(OUTSIDE) || (tag.startsWith(BEGIN) && !type(tag).isEmpty());
  }

  private static String type(String tag) {
    return tag.substring(BEGIN.length());
  }

  /**
   * The spans that tags mark.
   *
   * @param tags of the words of a sentence; an {@code I-TYPE} that continues nothing begins a span,
   *     as in conlleval
   * @return from the first to the last
   */
  public static List<Span> spans(List<String> tags) {
    List<Span> spans = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= tags.size(); i++) {
      String tag = i == tags.size() ? OUTSIDE : tags.get(i);
      boolean continues =
          start >= 0 && tag.startsWith(INSIDE) && type(tag).equals(type(tags.get(start)));
      if (start >= 0 && !continues) {
        spans.add(new Span(start, i, type(tags.get(start))));
        start = -1;
      }
      if (start < 0 && (tag.startsWith(BEGIN) || tag.startsWith(INSIDE))) {
        start = i;
      }
    }
    return spans;
  }

  /**
   * Which tags may start, follow each other and end, for {@link LinearChain}.
   *
   * @param tags C tags
   * @return {@code [(C + 2) C]}
   */
  public static boolean[] allowed(List<String> tags) {
    int classes = tags.size();
    boolean[] allowed = new boolean[(classes + 2) * classes];
    for (int to = 0; to < classes; to++) {
      allowed[to] = mayFollow(OUTSIDE, tags.get(to));
      for (int from = 0; from < classes; from++) {
        allowed[(1 + from) * classes + to] = mayFollow(tags.get(from), tags.get(to));
      }
    }
    Arrays.fill(allowed, (classes + 1) * classes, allowed.length, true);
    return allowed;
  }
}
