package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.data.IdFile;
import dev.comporta.training.data.IdSequence;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * A text of one sentence per line as ids of words: the end of a sentence, then each sentence with
 * its end. The text may be larger than the memory. No line may have the word {@link
 * WordVocabulary#END}: a text that marks the ends of its sentences would have twice as many.
 *
 * @param path the file
 * @param charset its encoding
 */
@API(status = API.Status.EXPERIMENTAL)
public record SentenceText(Path path, Charset charset) {
  /** The memory that an id may need while a text is read into memory. */
  private static final int MEMORY_PER_ID = 24;

  /**
   * What a text has.
   *
   * @param words the words to train on
   * @param training the number of ids to train on
   * @param all the number of all ids
   * @param sentences the number of all sentences
   * @param sha256 the SHA-256 hash of the file, 64 lower-case hexadecimal digits
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Counts(
      WordVocabulary.Counter words, long training, long all, long sentences, String sha256) {}

  /**
   * Counts the words, and divides the text into sentences to train on and those that are held out.
   *
   * @param heldOut the fraction of the sentences, at the end, that are held out; below 1
   * @return the counts
   * @throws ComportaException if the file cannot be read twice, is not such a text, or has no
   *     sentence to train on
   */
  public Counts count(double heldOut) {
    if (Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path)) {
      throw new ComportaException(
          formatted(
              "[text] expected a regular file, as it is read more than once, but %s is a pipe or a device; save the text to a file first",
              path));
    }
    long kept =
        heldOut == 0
            ? Long.MAX_VALUE
            : (long) Math.floor(forEach(_ -> {}).sentences() * (1 - heldOut));
    if (kept == 0) {
      throw new ComportaException(
          formatted(
              "[text] expected at least 2 sentences in %s, one to train on and one to hold out, but got 1; use a longer text or --validation 0",
              path));
    }
    WordVocabulary.Counter training = new WordVocabulary.Counter();
    WordVocabulary.Counter held = new WordVocabulary.Counter();
    long[] line = {0};
    SentenceFile.Summary summary = forEach(text -> (line[0]++ < kept ? training : held).add(text));
    long sentences = summary.sentences();
    return new Counts(
        training,
        1 + training.words() + Math.min(kept, sentences),
        1 + training.words() + held.words() + sentences,
        sentences,
        summary.sha256());
  }

  /**
   * The ids of a text that was counted.
   *
   * @param words the vocabulary
   * @param counts the counts
   * @param most the largest number of ids to hold in memory; more of them are in an {@link IdFile},
   *     to be closed by the caller
   * @return all ids
   */
  public IdSequence ids(WordVocabulary words, Counts counts, long most) {
    if (counts.all() <= Math.min(most, Integer.MAX_VALUE - 64)) {
      int[] ids = new int[(int) counts.all()];
      int[] at = {0};
      encode(words, id -> ids[at[0]++] = id);
      return IdSequence.of(ids);
    }
    IdFile ids = IdFile.create(Path.of(System.getProperty("java.io.tmpdir")));
    try {
      encode(words, ids::add);
      return ids.complete();
    } catch (ComportaException e) { // such as a full disk
      ids.close();
      throw e;
    }
  }

  /**
   * The ids of a text that is read once, so it may be a pipe.
   *
   * @param words the vocabulary
   * @return all ids
   * @throws ComportaException if the file is not such a text, or does not fit into memory
   */
  public int[] ids(WordVocabulary words) {
    long most = Runtime.getRuntime().maxMemory() / MEMORY_PER_ID;
    long[] count = {0};
    IntStream.Builder ids = IntStream.builder();
    encode(
        words,
        id -> {
          if (++count[0] > most) {
            throw new ComportaException(
                formatted(
                    "[text] expected a text of at most %,d words but %s has more; use a part of it, or give the JVM more memory (-Xmx)",
                    most, path));
          }
          ids.add(id);
        });
    return ids.build().toArray();
  }

  private void encode(WordVocabulary words, IntConsumer ids) {
    ids.accept(words.end());
    forEach(text -> Arrays.stream(words.sentence(text)).forEach(ids));
  }

  private SentenceFile.Summary forEach(Consumer<String> sentence) {
    long[] line = {0};
    return SentenceFile.forEach(
        path,
        charset,
        text -> {
          line[0]++;
          if (WordVocabulary.hasEnd(text)) {
            throw new ComportaException(
                formatted(
                    "[text] expected lines without the reserved word '%s', the end of a sentence, which is added to every line, but line %d of %s has it; remove it from the text, for instance with sed 's/ *%1$s//g'",
                    WordVocabulary.END, line[0], path));
          }
          sentence.accept(text);
        });
  }
}
