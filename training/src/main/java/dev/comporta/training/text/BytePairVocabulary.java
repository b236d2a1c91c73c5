package dev.comporta.training.text;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Excerpt;
import dev.comporta.api.InvalidOptionException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.apiguardian.api.API;

/**
 * Parts of words that were found by joining the most frequent pairs, over the 256 bytes of UTF-8,
 * so that every text can be written and comes back unchanged (Sennrich, Haddow and Birch 2016,
 * algorithm 1; over bytes: Radford et al. 2019). Ids 0 to 255 are the bytes; what joins give
 * follows in their order. Without joins it is the vocabulary of bytes.
 *
 * <p>A text is first cut into pieces, and no join crosses their borders: letters, digits or other
 * characters that follow each other, with one space before them if there is one; what other white
 * space there is stands alone.
 *
 * <p>A model file keeps the joins, one string each: the two parts with a space between them, each
 * byte written as the character that GPT-2's vocabulary files have for it.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class BytePairVocabulary {
  private static final int BYTES = 256;

  /** Bytes that an id stands for at most: a file of a few joins must not grow without bound. */
  private static final int LONGEST = 1024;

  /** Longer pieces are joined by way of a queue. */
  private static final int SHORT = 64;

  private final List<Pair> joins;
  private final int[] results; // the id that each join gives
  private final Map<Pair, Integer> ranks; // of each join
  private final List<byte[]> contents; // of each id
  private final List<String> written; // each id's bytes as a model file has them
  private final List<Pair> origins; // of each id from 256 on: the first join that gives it

  /** Two ids that stand side by side. */
  private record Pair(int left, int right) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      return left == other.left
          ? Integer.compare(right, other.right)
          : Integer.compare(left, other.left);
    }
  }

  private BytePairVocabulary(List<Pair> joins) {
    this.joins = List.copyOf(joins);
    this.ranks = HashMap.newHashMap(joins.size());
    this.results = new int[joins.size()];
    Parts parts = new Parts();
    List<Pair> first = new ArrayList<>();
    for (int rank = 0; rank < results.length; rank++) {
      ranks.put(joins.get(rank), rank);
      results[rank] = parts.join(joins.get(rank));
      if (parts.contents.size() > BYTES + first.size()) {
        first.add(joins.get(rank));
      }
    }
    this.contents = List.copyOf(parts.contents);
    this.written = contents.stream().map(VisibleBytes::write).toList();
    this.origins = List.copyOf(first);
  }

  /**
   * The bytes of each id. Two joins can give the same bytes, "ab" with "c" and "a" with "bc": they
   * then give one id.
   */
  private static final class Parts {
    final List<byte[]> contents = new ArrayList<>();
    final Map<String, Integer> ids = new HashMap<>();

    Parts() {
      for (int value = 0; value < BYTES; value++) {
        contents.add(new byte[] {(byte) value});
        ids.put(VisibleBytes.write(contents.getLast()), value);
      }
    }

    int length(Pair pair) {
      return contents.get(pair.left()).length + contents.get(pair.right()).length;
    }

    int join(Pair pair) {
      byte[] left = contents.get(pair.left());
      byte[] right = contents.get(pair.right());
      byte[] both = Arrays.copyOf(left, left.length + right.length);
      System.arraycopy(right, 0, both, left.length, right.length);
      Integer known = ids.putIfAbsent(VisibleBytes.write(both), contents.size());
      if (known != null) {
        return known;
      }
      contents.add(both);
      return contents.size() - 1;
    }
  }

  /**
   * The vocabulary of bytes.
   *
   * @return 256 ids
   */
  public static BytePairVocabulary bytes() {
    return new BytePairVocabulary(List.of());
  }

  /** Counts the pieces of a text, part by part. */
  @API(status = API.Status.EXPERIMENTAL)
  public static final class Counter {
    private final Map<String, Long> pieces = new HashMap<>();

    /** Creates a counter that has seen nothing. */
    public Counter() {}

    /**
     * Counts the pieces of a part of a text. Pieces of more than 256 characters, which are no
     * words, are counted in parts of that length.
     *
     * @param text any text, such as a line
     */
    public void add(String text) {
      for (String piece : Pieces.of(text)) {
        pieces.merge(piece, 1L, Long::sum);
      }
    }

    /**
     * Finds the joins: again and again the pair that is most frequent, of equally frequent ones
     * that with the smaller ids, until there are enough or no pair occurs twice. The result does
     * not depend on the order in which the text was counted.
     *
     * @param size how many ids there may be, 256 or more
     * @return the vocabulary
     * @throws InvalidOptionException if the size is less than 256
     */
    public BytePairVocabulary vocabulary(int size) {
      if (size < BYTES) {
        throw new InvalidOptionException(
            "[vocabulary] expected a size of %d or more, one id for each byte, but got %d"
                .formatted(BYTES, size));
      }
      return new BytePairVocabulary(new Joining(pieces).joins(size));
    }
  }

  /** The search for joins: pieces as ids, and how often each pair stands in which pieces. */
  private static final class Joining {
    private final List<int[]> pieces = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final Map<Pair, Long> counts = new HashMap<>();
    private final Map<Pair, List<Integer>> places = new HashMap<>(); // may name a piece in vain

    Joining(Map<String, Long> counted) {
      counted.forEach((text, count) -> {
        pieces.add(ids(text));
        times.add(count);
        count(pieces.size() - 1, 1, _ -> true);
      });
    }

    /** Adds those pairs of a piece to the counts, or takes them away. */
    private void count(int piece, int sign, IntPredicate which) {
      int[] ids = pieces.get(piece);
      for (int i = 0; i + 1 < ids.length; i++) {
        if (!which.test(i)) {
          continue;
        }
        Pair pair = new Pair(ids[i], ids[i + 1]);
        counts.merge(
            pair, sign * times.get(piece), (old, more) -> old + more == 0 ? null : old + more);
        if (sign > 0) {
          List<Integer> at = places.computeIfAbsent(pair, key -> new ArrayList<>());
          if (at.isEmpty() || at.getLast() != piece) {
            at.add(piece);
          }
        }
      }
    }

    List<Pair> joins(int size) {
      List<Pair> joins = new ArrayList<>();
      Parts parts = new Parts();
      while (parts.contents.size() < size) {
        Pair best = null;
        long bestCount = 1;
        for (Map.Entry<Pair, Long> entry : counts.entrySet()) {
          long count = entry.getValue();
          boolean before =
              count > bestCount
                  || (count == bestCount && best != null && entry.getKey().compareTo(best) < 0);
          if (before && parts.length(entry.getKey()) <= LONGEST) {
            best = entry.getKey();
            bestCount = count;
          }
        }
        if (best == null) {
          break;
        }
        join(best, parts.join(best));
        joins.add(best);
      }
      return joins;
    }

    private void join(Pair pair, int id) {
      for (int piece : places.getOrDefault(pair, List.of()).stream().distinct().toList()) {
        int[] ids = pieces.get(piece);
        int[] joined = joined(ids, pair, id);
        // Only pairs with a part of a join change: a long piece is not counted again.
        BitSet before = new BitSet(ids.length);
        BitSet after = new BitSet(joined.length);
        for (int old = 0, now = 0; now < joined.length; old++, now++) {
          if (ids[old] != joined[now]) { // a join is longer than its parts, so its id is another
            before.set(old, old + 2);
            after.set(now);
            old++;
          }
        }
        count(piece, -1, i -> before.get(i) || before.get(i + 1));
        pieces.set(piece, joined);
        count(piece, 1, i -> after.get(i) || after.get(i + 1));
      }
      counts.remove(pair);
      places.remove(pair);
    }
  }

  /** The ids with every such pair joined, from left to right. */
  private static int[] joined(int[] ids, Pair pair, int id) {
    int[] result = new int[ids.length];
    int size = 0;
    for (int i = 0; i < ids.length; i++) {
      boolean found = i + 1 < ids.length && ids[i] == pair.left() && ids[i + 1] == pair.right();
      result[size++] = found ? id : ids[i];
      i += found ? 1 : 0;
    }
    return Arrays.copyOf(result, size);
  }

  private static int[] ids(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return ids;
  }

  /**
   * How many ids there are.
   *
   * @return V, 256 or more
   */
  public int size() {
    return contents.size();
  }

  /**
   * The ids of a text. Joins are made in the order in which they were found.
   *
   * @param text any text; a lone surrogate becomes a question mark, as it has no UTF-8
   * @return the ids
   */
  public int[] encode(String text) {
    int[] all = new int[16];
    int size = 0;
    Map<String, int[]> known = new HashMap<>(); // most pieces come again
    for (String piece : Pieces.of(text)) {
      int[] ids = known.computeIfAbsent(piece, this::encodePiece);
      if (size + ids.length > all.length) {
        all = Arrays.copyOf(all, Math.max(2 * all.length, size + ids.length));
      }
      System.arraycopy(ids, 0, all, size, ids.length);
      size += ids.length;
    }
    return Arrays.copyOf(all, size);
  }

  private int[] encodePiece(String piece) {
    int[] ids = ids(piece);
    return ids.length > SHORT ? new LongPiece(ids, this::rank, results).joined() : encodeShort(ids);
  }

  private int rank(int left, int right) {
    return ranks.getOrDefault(new Pair(left, right), LongPiece.NO_RANK);
  }

  /** Looks at every pair again for each join: the fastest way for a word. */
  private int[] encodeShort(int[] piece) {
    int[] ids = piece;
    while (true) {
      int first = LongPiece.NO_RANK;
      for (int i = 0; i + 1 < ids.length; i++) {
        first = Math.min(first, rank(ids[i], ids[i + 1]));
      }
      if (first == LongPiece.NO_RANK) {
        return ids;
      }
      ids = joined(ids, joins.get(first), results[first]);
    }
  }

  /**
   * The text of ids.
   *
   * @param ids each from 0 to {@link #size} - 1
   * @return what they were made from; bytes that are no UTF-8, as a model may draw them, become
   *     U+FFFD
   */
  public String decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(contents.get(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /**
   * How many characters begin in a token. Over the tokens of a text these are its characters.
   *
   * @param id from 0 to {@link #size} - 1
   * @return code points; 0 for bytes that only go on with a character
   */
  public int characters(int id) {
    int begun = 0;
    for (byte value : contents.get(id)) {
      begun += (value & 0xC0) == 0x80 ? 0 : 1; // 10xxxxxx goes on
    }
    return begun;
  }

  /**
   * The parts of a text, for vocabularies that know only some of them: a part that is not kept is
   * taken apart again, join by join, down to bytes (Sennrich et al. 2017, <i>The University of
   * Edinburgh's Neural MT Systems for WMT17</i>, section 3.2).
   *
   * @param text any text
   * @param kept whether a part is known, by its bytes as {@link #tokens} writes them
   * @return the parts in order, each as {@link #tokens} writes its bytes, without white space
   */
  public List<String> parts(String text, Predicate<String> kept) {
    List<String> parts = new ArrayList<>();
    for (int id : encode(text)) {
      addParts(id, kept, parts);
    }
    return parts;
  }

  private void addParts(int id, Predicate<String> kept, List<String> to) {
    if (id < BYTES || kept.test(written.get(id))) {
      to.add(written.get(id));
      return;
    }
    Pair origin = origins.get(id - BYTES);
    addParts(origin.left(), kept, to);
    addParts(origin.right(), kept, to);
  }

  /**
   * How often texts have each part where those that are rarer than a minimum are taken apart again.
   * What a rare part is joined from gets its count, from the last join to the first, so a part can
   * become frequent by those that are taken apart.
   *
   * @param texts any texts
   * @param minimum how often a part must be there to be kept
   * @return the count of each part that is kept, by its bytes as {@link #tokens} writes them, and
   *     of every byte that the texts have, also where it is never a part: 0 or more
   */
  public Map<String, Long> frequentParts(List<String> texts, int minimum) {
    long[] counts = new long[size()];
    boolean[] seen = new boolean[BYTES];
    for (String text : texts) {
      for (int id : encode(text)) {
        counts[id]++;
      }
      for (int value : ids(text)) {
        seen[value] = true;
      }
    }
    Map<String, Long> frequent = new HashMap<>();
    for (int id = counts.length - 1; id >= 0; id--) {
      if (id < BYTES ? seen[id] : counts[id] >= minimum) {
        frequent.put(written.get(id), counts[id]);
      } else if (id >= BYTES) {
        Pair origin = origins.get(id - BYTES);
        counts[origin.left()] += counts[id];
        counts[origin.right()] += counts[id];
      }
    }
    return frequent;
  }

  /**
   * All parts, bytes first.
   *
   * @return as {@link #parts(String, Predicate)} writes them
   */
  public Set<String> parts() {
    return Set.copyOf(written);
  }

  /**
   * The bytes of a part.
   *
   * @param part as {@link #parts(String, Predicate)} writes it; a character that stands for no byte
   *     is itself
   * @return its bytes
   */
  public static byte[] bytes(String part) {
    return VisibleBytes.read(part);
  }

  /**
   * The text of parts, whatever vocabulary they are from.
   *
   * @param parts as {@link #parts(String, Predicate)} gives them
   * @return what they were made from; bytes that are no UTF-8 become U+FFFD
   */
  public static String text(List<String> parts) {
    return new String(bytes(String.join("", parts)), StandardCharsets.UTF_8);
  }

  /**
   * The joins as a model file stores them.
   *
   * @return one string for each join, in order
   */
  public List<String> tokens() {
    return joins.stream()
        .map(pair ->
            VisibleBytes.write(contents.get(pair.left()))
                + " "
                + VisibleBytes.write(contents.get(pair.right())))
        .toList();
  }

  /**
   * A vocabulary from the joins of a model file.
   *
   * @param tokens as {@link #tokens} gave them
   * @return the vocabulary
   * @throws ComportaException naming the first join that is none, or that joins what is not yet
   *     there
   */
  public static BytePairVocabulary ofTokens(List<String> tokens) {
    Parts parts = new Parts();
    List<Pair> joins = new ArrayList<>();
    for (String token : tokens) {
      String[] both = token.split(" ", -1);
      Integer left = parts.ids.get(both[0]);
      Integer right = both.length == 2 ? parts.ids.get(both[1]) : null;
      if (left == null || right == null) {
        throw new ComportaException(
            "[vocabulary] expected join %d to name two parts that are there before it but got '%s'; this is no vocabulary of byte pairs"
                .formatted(joins.size(), Excerpt.of(token)));
      }
      Pair pair = new Pair(left, right);
      if (parts.length(pair) > LONGEST) {
        throw new ComportaException(
            "[vocabulary] expected joins of at most %d bytes but join %d gives %d; this is no vocabulary of byte pairs"
                .formatted(LONGEST, joins.size(), parts.length(pair)));
      }
      joins.add(pair);
      parts.join(pair);
    }
    return new BytePairVocabulary(joins);
  }
}
