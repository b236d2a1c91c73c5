package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
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
 * A byte-level byte-pair encoding (BPE): subwords formed by repeatedly merging the most frequent
 * pair, starting from the 256 byte values, so that every UTF-8 text can be encoded and decoded
 * without loss (Sennrich, Haddow and Birch 2016, algorithm 1; over bytes: Radford et al. 2019). Ids
 * 0 to 255 are the bytes; the results of merges (here called joins) follow in their order. Without
 * joins this is the byte vocabulary.
 *
 * <p>A text is first split into pieces, and joins do not cross piece boundaries. A piece is a run
 * of letters, of digits or of other characters, with at most one preceding space; other white space
 * forms its own pieces.
 *
 * <p>A model file stores one string per join: the two parts separated by a space, with each byte
 * written as the character that GPT-2's vocabulary files use for it.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class BytePairVocabulary {
  private static final int BYTES = 256;

  /** The maximum number of bytes of an id, so that a file with few joins cannot grow unbounded. */
  private static final int LONGEST = 1024;

  /** Longer pieces are joined by way of a queue. */
  private static final int SHORT = 64;

  private final List<Pair> joins;
  private final int[] results; // the id that each join creates
  private final Map<Pair, Integer> ranks; // of each join
  private final List<byte[]> contents; // of each id
  private final List<String> written; // the bytes of each id in the notation of model files
  private final List<Pair> origins; // for each id from 256 on, the first join that creates it

  /** Two adjacent ids. */
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
   * The bytes of each id. Two joins can create the same bytes, such as "ab" with "c" and "a" with
   * "bc"; they then share one id.
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
   * The byte vocabulary, without joins.
   *
   * @return 256 ids
   */
  public static BytePairVocabulary bytes() {
    return new BytePairVocabulary(List.of());
  }

  /** Counts the pieces of a text that is added incrementally. */
  @API(status = API.Status.EXPERIMENTAL)
  public static final class Counter {
    private final Map<String, Long> pieces = new HashMap<>();

    /** Creates an empty counter. */
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
     * Finds the joins: repeatedly joins the most frequent pair (in a tie, the one with the smaller
     * ids) until the vocabulary is large enough or no pair occurs twice. The result does not depend
     * on the order in which the text was counted.
     *
     * @param size the maximum number of ids, 256 or more
     * @return the vocabulary
     * @throws InvalidOptionException if the size is less than 256
     */
    public BytePairVocabulary vocabulary(int size) {
      if (size < BYTES) {
        throw new InvalidOptionException(
            formatted(
                "[vocabulary] expected a size of %d or more, one id per byte value, but got %d",
                BYTES, size));
      }
      return new BytePairVocabulary(new Joining(pieces).joins(size));
    }
  }

  /**
   * The search for joins: the pieces as ids, and the count of each pair with the pieces it is in.
   */
  private static final class Joining {
    private final List<int[]> pieces = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final Map<Pair, Long> counts = new HashMap<>();
    private final Map<Pair, List<Integer>> places =
        new HashMap<>(); // may list pieces that no longer contain the pair

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

  /** The ids with every occurrence of a pair joined, from left to right. */
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
   * The vocabulary size.
   *
   * @return V, 256 or more
   */
  public int size() {
    return contents.size();
  }

  /**
   * Encodes a text. Joins are applied in the order in which they were found.
   *
   * @param text any text; a lone surrogate becomes a question mark, as it has no UTF-8
   * @return the ids
   */
  public int[] encode(String text) {
    int[] all = new int[16];
    int size = 0;
    Map<String, int[]> known = new HashMap<>(); // most pieces are repeated
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
   * Decodes ids.
   *
   * @param ids each from 0 to {@link #size} - 1
   * @return the text; bytes that are not valid UTF-8, which a model may generate, become U+FFFD
   */
  public String decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(contents.get(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /**
   * The number of characters that begin in a token. The sum over the tokens of a text is its number
   * of characters.
   *
   * @param id from 0 to {@link #size} - 1
   * @return the number of code points; 0 for a token with continuation bytes only
   */
  public int characters(int id) {
    int begun = 0;
    for (byte value : contents.get(id)) {
      begun += (value & 0xC0) == 0x80 ? 0 : 1; // 10xxxxxx is a continuation byte
    }
    return begun;
  }

  /**
   * Splits a text into parts (subwords) for a vocabulary that contains only some of them: a part
   * that is not kept is split again, join by join, down to bytes (Sennrich et al. 2017, <i>The
   * University of Edinburgh's Neural MT Systems for WMT17</i>, section 3.2).
   *
   * @param text any text
   * @param kept whether a part is in the vocabulary, given in the notation of {@link #tokens}
   * @return the parts in order, each in the notation of {@link #tokens}, without white space
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
   * Counts the parts (subwords) of texts when parts rarer than a minimum are split again. The count
   * of a rare part is added to the parts it was joined from, from the last join to the first, so a
   * part can become frequent through the parts that are split.
   *
   * @param texts any texts
   * @param minimum the minimum count of a part that is kept
   * @return the count of each part that is kept, and of every byte of the texts even if its count
   *     is 0; keys are in the notation of {@link #tokens}
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
   * All parts.
   *
   * @return the parts in the notation of {@link #parts(String, Predicate)}
   */
  public Set<String> parts() {
    return Set.copyOf(written);
  }

  /**
   * The bytes of a part.
   *
   * @param part a part in the notation of {@link #parts(String, Predicate)}; a character that does
   *     not represent a byte is encoded as UTF-8
   * @return its bytes
   */
  public static byte[] bytes(String part) {
    return VisibleBytes.read(part);
  }

  /**
   * Decodes parts of any vocabulary.
   *
   * @param parts parts in the notation of {@link #parts(String, Predicate)}
   * @return the text; bytes that are not valid UTF-8 become U+FFFD
   */
  public static String text(List<String> parts) {
    return new String(bytes(String.join("", parts)), StandardCharsets.UTF_8);
  }

  /**
   * The joins in the notation of model files.
   *
   * @return one string per join, in order
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
   * Creates a vocabulary from the joins of a model file.
   *
   * @param tokens the joins in the notation of {@link #tokens}
   * @return the vocabulary
   * @throws ComportaException if a join is malformed or uses a part that is not defined before it;
   *     the message names the first such join
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
            formatted(
                "[vocabulary] expected join %d to name two parts that are there before it but got '%s'; this is no vocabulary of byte pairs",
                joins.size(), Printable.quote(token)));
      }
      Pair pair = new Pair(left, right);
      if (parts.length(pair) > LONGEST) {
        throw new ComportaException(
            formatted(
                "[vocabulary] expected joins of at most %d bytes but join %d has %d; this is not a byte-pair vocabulary",
                LONGEST, joins.size(), parts.length(pair)));
      }
      joins.add(pair);
      parts.join(pair);
    }
    return new BytePairVocabulary(joins);
  }
}
