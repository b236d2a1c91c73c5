package dev.comporta.tasks.charlm;

import dev.comporta.api.ComportaException;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.Split;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
import dev.comporta.training.text.DefaultCorpus;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A text, its characters, and the part that is kept for validation. */
record CharLmData(Corpus corpus, String sha256, CharacterVocabulary vocabulary, Split split) {
  static CharLmData read(CharLmSettings settings, Consumer<String> log) {
    Corpus corpus =
        settings.text().isEmpty()
            ? DefaultCorpus.read(log)
            : CorpusReader.read(Path.of(settings.text()));
    CharacterVocabulary vocabulary = CharacterVocabulary.of(corpus.text());
    int[] ids = vocabulary.encode(corpus.text(), "the text");
    Split split = Split.last(ids, settings.validation());
    if (split.training().length <= settings.truncation().k1()) {
      throw new ComportaException(
          "[char-lm] expected more than %d characters to train on, one chunk, but %s has %d, of which %d are for validation; use a longer text or a smaller --chunk"
              .formatted(
                  settings.truncation().k1(),
                  corpus.name(),
                  ids.length,
                  split.validation().length));
    }
    if (split.validation().length == 1) {
      throw new ComportaException(
          "[char-lm] expected at least 2 characters for validation but got 1; use a longer text or --validation 0");
    }
    log.accept(
        "%s: %,d characters to train on, %,d to validate, %d different"
            .formatted(
                corpus.name(),
                split.training().length,
                split.validation().length,
                vocabulary.size()));
    return new CharLmData(corpus, corpus.sha256(), vocabulary, split);
  }

  /** Laid out to train on. */
  StreamBatcher training(CharLmSettings settings) {
    return new StreamBatcher(
        IdSequence.of(split.training()),
        settings.batch(),
        settings.truncation().k1(),
        settings.truncation().k2());
  }

  /** Laid out to measure on, or null if nothing is kept for that. */
  @Nullable StreamBatcher validation() {
    return hasValidation() ? CharacterModel.evaluationChunks(split.validation()) : null;
  }

  boolean hasValidation() {
    return split.validation().length > 0;
  }
}
