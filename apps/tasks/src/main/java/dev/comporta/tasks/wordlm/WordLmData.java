package dev.comporta.tasks.wordlm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.training.data.IdFile;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.SentenceFile;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The words of a text with their vocabulary, and those to validate with.
 *
 * @param training the end of a sentence, then each sentence with its end
 * @param validation likewise, or null
 */
record WordLmData(
    String name,
    String sha256,
    WordVocabulary vocabulary,
    IdSequence training,
    @Nullable IdSequence validation)
    implements AutoCloseable {
  /** Which part of the memory ids may take; more of them go to a file. */
  private static final int PART_OF_MEMORY = 8;

  static WordLmData read(WordLmSettings settings, Consumer<String> log) {
    return read(settings, log, Runtime.getRuntime().maxMemory() / PART_OF_MEMORY / Integer.BYTES);
  }

  /** Keeps no more than so many ids in memory. */
  static WordLmData read(WordLmSettings settings, Consumer<String> log, long mostInMemory) {
    Sentences.requireRereadable(settings.text());
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    SentenceFile.Summary training = Sentences.forEach(settings.text(), counter::add);
    WordVocabulary vocabulary =
        counter.vocabulary(minimumFrequency(settings, counter), settings.vocabulary());
    long ids = counter.words() + training.sentences() + 1;
    long streams = (long) settings.truncation().k1() * settings.batch();
    if (ids <= streams) {
      throw new ComportaException(
          formatted(
              "[word-lm] expected more than %d words and ends of sentences, one chunk of %d x %d, but %s has %d; use a longer text, a smaller --chunk or a smaller --batch",
              streams, settings.batch(), settings.truncation().k1(), settings.text(), ids - 1));
    }
    if (vocabulary.size() == 2) {
      throw new InvalidOptionException(
          formatted(
              "[word-lm] expected words that are in %s at least %d times but there are none; use a smaller --minimum-frequency",
              settings.text(), minimumFrequency(settings, counter)));
    }
    IdSequence validation = null;
    if (!settings.validationText().isEmpty()) {
      validation = WordModel.ids(Path.of(settings.validationText()), vocabulary).ids();
    }
    IdSequence sequence = ids(settings.text(), vocabulary, ids, mostInMemory);
    log.accept(
        formatted(
            "%s: %,d words in %,d sentences, %,d different, of which %,d are in the vocabulary%s",
            settings.text(),
            counter.words(),
            training.sentences(),
            counter.different(),
            vocabulary.size() - 2,
            sequence instanceof IdFile ? "; ids are kept in a file" : ""));
    if (counter.count(WordVocabulary.UNKNOWN) > 0) {
      log.accept(
          formatted(
              "%s has the reserved word '%s' %,d times: it stands for words that are not in the vocabulary",
              settings.text(), WordVocabulary.UNKNOWN, counter.count(WordVocabulary.UNKNOWN)));
    }
    return new WordLmData(
        settings.text().toString(), training.sha256(), vocabulary, sequence, validation);
  }

  private static int minimumFrequency(WordLmSettings settings, WordVocabulary.Counter counter) {
    if (settings.minimumFrequency() != WordLmSettings.BY_TEXT) {
      return settings.minimumFrequency();
    }
    return counter.count(WordVocabulary.UNKNOWN) > 0 ? 1 : 2;
  }

  private static IdSequence ids(
      Path text, WordVocabulary vocabulary, long count, long mostInMemory) {
    if (count <= Math.min(mostInMemory, Integer.MAX_VALUE - 64)) {
      int[] ids = new int[(int) count];
      int[] at = {0};
      ids[at[0]++] = vocabulary.end();
      Sentences.forEach(
          text,
          sentence -> {
            for (int id : vocabulary.sentence(sentence)) {
              ids[at[0]++] = id;
            }
          });
      return IdSequence.of(ids);
    }
    IdFile file = IdFile.create(Path.of(System.getProperty("java.io.tmpdir")));
    try {
      file.add(vocabulary.end());
      Sentences.forEach(
          text,
          sentence -> {
            for (int id : vocabulary.sentence(sentence)) {
              file.add(id);
            }
          });
      return file.complete();
    } catch (ComportaException e) { // such as a full disk: what was written goes with it
      file.close();
      throw e;
    }
  }

  /** Laid out to train on. */
  StreamBatcher training(WordLmSettings settings) {
    return new StreamBatcher(
        training, settings.batch(), settings.truncation().k1(), settings.truncation().k2());
  }

  /** Laid out to measure on, or null if there is nothing for that. */
  @Nullable StreamBatcher validationChunks() {
    return validation == null ? null : WordModel.evaluationChunks(validation);
  }

  /** The ids in an array, for a count model; null if they do not fit into memory. */
  int @Nullable [] trainingInMemory() {
    if (training instanceof IdFile) {
      return null;
    }
    return array(training);
  }

  static int[] array(IdSequence ids) {
    int[] array = new int[Math.toIntExact(ids.size())];
    for (int i = 0; i < array.length; i++) {
      array[i] = ids.get(i);
    }
    return array;
  }

  @Override
  public void close() {
    if (training instanceof IdFile file) {
      file.close();
    }
  }
}
