package dev.comporta.attention.decoding;

import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Decodes sources of ids with an encoder-decoder.
 *
 * @param runner runs the model; used by one thread
 * @param model the encoder-decoder
 * @param end the id that ends an output, and begins one in the decoder
 * @param decoding how outputs are found
 * @param longest the most tokens of an output, its end included; by default twice as many as the
 *     source has, and ten
 * @param batch the most sources that are decoded together, at least 1
 */
@API(status = API.Status.EXPERIMENTAL)
public record SourceDecoder(
    ModelRunner runner,
    SequenceModel model,
    int end,
    Decoding decoding,
    OptionalInt longest,
    int batch) {
  private static final int LONGEST_FACTOR = 2;
  private static final int LONGEST_BASE = 10;
  private static final int BATCHES = 8;

  /** A batch has at most this many padded tokens of the source for each of its sources. */
  private static final int TOKENS = 256;

  /**
   * {@return the outputs for one source, with the search tree}
   *
   * @param text of the source, which seeds its samples
   * @param source its ids, at least one
   */
  public BeamSearch.Found decode(String text, int[] source) {
    return decode(List.of(text), List.of(source), true).getFirst();
  }

  private List<BeamSearch.Found> decode(List<String> texts, List<int[]> sources, boolean tree) {
    EncodedSource encoded = runner.encode(Batch.ofSequences(sources, sources.size()));
    int[] lengths = sources.stream().mapToInt(ids -> ids.length).toArray();
    DecoderSteps steps =
        new DecoderSteps(
            runner, encoded, model.outputSize(), lengths, AttentionDecoderLayer.weights(model));
    int[] most =
        sources.stream()
            .mapToInt(ids -> longest.orElse(LONGEST_FACTOR * ids.length + LONGEST_BASE))
            .toArray();
    return decoding.decode(steps, end, end, most, texts, tree);
  }

  /**
   * {@return an empty pool, which decodes any number of sources in bounded memory}
   *
   * @param answer turns a text and what was found for it, null for a source without ids, into an
   *     answer; what was found is not kept
   * @param out receives the answers of each pool, in the order of their sources
   * @param <T> an answer
   */
  public <T> Pool<T> pool(
      BiFunction<String, BeamSearch.@Nullable Found, T> answer, Consumer<List<T>> out) {
    return new Pool<>(this, answer, out);
  }

  /**
   * Sources that are decoded in batches of similar length once there are enough. Pools and batches
   * of long sources are smaller, so that memory does not grow with the square of the length. None
   * of this changes an output.
   *
   * @param <T> an answer
   */
  @API(status = API.Status.EXPERIMENTAL)
  public static final class Pool<T> {
    private final SourceDecoder decoder;
    private final BiFunction<String, BeamSearch.@Nullable Found, T> answer;
    private final Consumer<List<T>> out;
    private final List<String> texts = new ArrayList<>();
    private final List<int[]> sources = new ArrayList<>();
    private long tokens;

    private Pool(
        SourceDecoder decoder,
        BiFunction<String, BeamSearch.@Nullable Found, T> answer,
        Consumer<List<T>> out) {
      this.decoder = decoder;
      this.answer = answer;
      this.out = out;
    }

    /**
     * Adds a source; if the pool is full with it, its sources are decoded.
     *
     * @param text of the source, which seeds its samples
     * @param source its ids; none for a source that is not decoded
     */
    public void add(String text, int[] source) {
      texts.add(text);
      sources.add(source);
      tokens += source.length;
      long batch = decoder.batch();
      if (texts.size() >= BATCHES * batch || tokens >= BATCHES * TOKENS * batch) {
        flush();
      }
    }

    /** Decodes what is in the pool, which is empty afterwards, even if that fails. */
    public void flush() {
      if (texts.isEmpty()) {
        return;
      }
      List<String> pooled = List.copyOf(texts);
      List<int[]> ids = List.copyOf(sources);
      texts.clear();
      sources.clear();
      tokens = 0;
      out.accept(answers(pooled, ids));
    }

    private List<T> answers(List<String> pooled, List<int[]> ids) {
      List<T> answers = new ArrayList<>(Collections.nCopies(pooled.size(), null));
      int[] order =
          IntStream.range(0, pooled.size())
              .boxed()
              .sorted(Comparator.comparingInt((Integer i) -> ids.get(i).length))
              .mapToInt(Integer::intValue)
              .toArray();
      int from = 0;
      while (from < order.length && ids.get(order[from]).length == 0) {
        answers.set(order[from], answer.apply(pooled.get(order[from]), null));
        from++;
      }
      while (from < order.length) {
        int to = end(order, from, ids);
        int[] members = Arrays.copyOfRange(order, from, to);
        List<BeamSearch.Found> found =
            decoder.decode(
                Arrays.stream(members).mapToObj(pooled::get).toList(),
                Arrays.stream(members).mapToObj(ids::get).toList(),
                false);
        for (int i = 0; i < members.length; i++) {
          answers.set(members[i], answer.apply(pooled.get(members[i]), found.get(i)));
        }
        from = to;
      }
      return answers;
    }

    /** The end of the batch that starts at {@code from}; it has one source or more. */
    private int end(int[] order, int from, List<int[]> ids) {
      long batch = decoder.batch();
      int to = from + 1;
      while (to < order.length
          && to - from < batch
          && (to - from + 1L) * ids.get(order[to]).length <= TOKENS * batch) {
        to++;
      }
      return to;
    }
  }
}
