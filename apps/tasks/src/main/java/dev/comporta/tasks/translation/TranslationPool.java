package dev.comporta.tasks.translation;

import dev.comporta.attention.decoding.Decoding;
import dev.comporta.cells.model.ModelRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Translates any number of sentences in bounded memory: they are gathered to a pool, whose batches
 * are of similar length, and come out in their order when it is full. A blank sentence is not
 * searched: its translation is one empty text with a score of 0.
 *
 * <p>Pools and batches of long sentences are smaller, so that what they take does not grow with the
 * square of the length. None of this changes a translation.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TranslationPool {
  private static final int BATCHES = 8;

  /** A batch has no more padded tokens of the source than this times its sentences at most. */
  private static final int TOKENS = 256;

  private final TranslationModel model;
  private final Decoding decoding;
  private final OptionalInt longest;
  private final int batch;
  private final ModelRunner runner;
  private final Consumer<List<Translation>> out;

  private final List<String> sentences = new ArrayList<>();
  private final List<int[]> ids = new ArrayList<>();
  private long tokens;

  /**
   * An empty pool.
   *
   * @param model what translates
   * @param decoding how outputs are found
   * @param longest the most tokens of an output, its end counted; if there is none, twice as many
   *     as the source has and ten
   * @param batch the most sentences that are decoded side by side, at least 1
   * @param runner runs the model
   * @param out takes the translations of each pool, in the order of their sentences
   */
  public TranslationPool(
      TranslationModel model,
      Decoding decoding,
      OptionalInt longest,
      int batch,
      ModelRunner runner,
      Consumer<List<Translation>> out) {
    this.model = model;
    this.decoding = decoding;
    this.longest = longest;
    this.batch = batch;
    this.runner = runner;
    this.out = out;
  }

  /**
   * Adds a sentence; if the pool is full with it, its sentences are translated.
   *
   * @param sentence any text
   */
  public void add(String sentence) {
    int[] source = TranslationModel.isBlank(sentence) ? new int[0] : model.source().ids(sentence);
    sentences.add(sentence);
    ids.add(source);
    tokens += source.length;
    if (sentences.size() >= (long) BATCHES * batch || tokens >= (long) BATCHES * TOKENS * batch) {
      flush();
    }
  }

  /** Translates what is in the pool, which is empty afterwards, even if that fails. */
  public void flush() {
    if (sentences.isEmpty()) {
      return;
    }
    List<String> texts = List.copyOf(sentences);
    List<int[]> sources = List.copyOf(ids);
    sentences.clear();
    ids.clear();
    tokens = 0;
    out.accept(translate(texts, sources));
  }

  private List<Translation> translate(List<String> texts, List<int[]> sources) {
    Translation[] translations = new Translation[texts.size()];
    Arrays.fill(translations, Translation.BLANK);
    int[] order =
        IntStream.range(0, texts.size())
            .filter(i -> sources.get(i).length > 0)
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> sources.get(i).length))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int from = 0; from < order.length; ) {
      int to = end(order, from, sources);
      int[] members = Arrays.copyOfRange(order, from, to);
      List<TranslationSearch> found =
          model.search(
              Arrays.stream(members).mapToObj(texts::get).toList(),
              Arrays.stream(members).mapToObj(sources::get).toList(),
              decoding,
              longest,
              runner,
              false);
      for (int i = 0; i < members.length; i++) {
        translations[members[i]] = found.get(i).translation();
      }
      from = to;
    }
    return Arrays.asList(translations);
  }

  /** Where the batch ends that starts at {@code from}; it has one sentence at least. */
  private int end(int[] order, int from, List<int[]> sources) {
    int to = from + 1;
    while (to < order.length
        && to - from < batch
        && (to - from + 1L) * sources.get(order[to]).length <= (long) TOKENS * batch) {
      to++;
    }
    return to;
  }
}
