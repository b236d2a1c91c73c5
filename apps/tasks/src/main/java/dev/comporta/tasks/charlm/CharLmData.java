package dev.comporta.tasks.charlm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.tasks.charlm.CharLmSettings.Splitting;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.Split;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
import dev.comporta.training.text.DefaultCorpus;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A text cut into tokens, with the part that is kept for validation.
 *
 * @param split the tokens of both parts
 * @param vocabulary the characters, for the count model
 * @param characters the characters of both parts
 */
record CharLmData(
    Corpus corpus,
    String sha256,
    TextTokens tokens,
    Split split,
    CharacterVocabulary vocabulary,
    Split characters) {
  static CharLmData read(CharLmSettings settings, Consumer<String> log) {
    Corpus corpus =
        settings.text().isEmpty()
            ? DefaultCorpus.read(log)
            : CorpusReader.read(Path.of(settings.text()));
    CharacterVocabulary vocabulary = CharacterVocabulary.of(corpus.text());
    Split characters =
        Split.last(vocabulary.encode(corpus.text(), "the text"), settings.validation());
    TextTokens tokens = new TextTokens.Characters(vocabulary);
    Split split = characters;
    if (settings.tokens() != Splitting.CHARACTERS) {
      String training = vocabulary.decode(characters.training());
      tokens =
          settings.tokens() == Splitting.BPE
              ? TextTokens.BytePairs.learn(training, settings.merges())
              : new TextTokens.BytePairs(BytePairVocabulary.bytes());
      String validation = vocabulary.decode(characters.validation());
      split =
          new Split(
              tokens.encode(training, "the text"), tokens.encode(validation, "the validation"));
    }
    CharLmData data =
        new CharLmData(corpus, corpus.sha256(), tokens, split, vocabulary, characters);
    data.requireUsable(settings);
    log.accept(data.described());
    return data;
  }

  private void requireUsable(CharLmSettings settings) {
    if (split.training().length <= settings.truncation().k1()) {
      throw new ComportaException(
          formatted(
              "[char-lm] expected more than %d %ss to train on, one chunk, but %s has %d, of which %d are for validation; use a longer text or a smaller --chunk",
              settings.truncation().k1(),
              tokens.noun(),
              corpus.name(),
              split.training().length + split.validation().length,
              split.validation().length));
    }
    if (split.validation().length == 1) {
      throw new ComportaException(
          formatted(
              "[char-lm] expected at least 2 %ss for validation but got 1; use a longer text or --validation 0",
              tokens.noun()));
    }
  }

  private String described() {
    String counts =
        formatted(
            "%s: %,d characters to train on, %,d to validate, %d different",
            corpus.name(),
            characters.training().length,
            characters.validation().length,
            vocabulary.size());
    return tokens instanceof TextTokens.Characters
        ? counts
        : formatted(
            "%s; as %ss %,d and %,d, %,d different",
            counts,
            tokens.noun(),
            split.training().length,
            split.validation().length,
            tokens.size());
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
    return hasValidation() ? TextModel.evaluationChunks(split.validation()) : null;
  }

  boolean hasValidation() {
    return split.validation().length > 0;
  }
}
