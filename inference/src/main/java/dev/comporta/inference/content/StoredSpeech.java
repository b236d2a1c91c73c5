package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.attention.ctc.CtcLexicon;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.sound.LogMel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How a model that recognises speech reads sound and writes text. Characters and words are
 * vocabularies of the file, the numbers are among its metrics. Class 0 of the model is the blank of
 * CTC, class i + 1 is character i.
 *
 * @param features what becomes of samples
 * @param scale standardises the features
 * @param characters of texts, each one code point; a space separates words
 * @param words that were spoken in training, as the lexicon of a search
 */
public record StoredSpeech(
    LogMel features, Normalization scale, List<String> characters, List<String> words) {
  /** The class of the blank. */
  public static final int BLANK = 0;

  private static final String SPACE = " ";
  private static final String CHARACTERS = "speech-characters";
  private static final String WORDS = "speech-words";
  private static final String RATE = "samples per second";
  private static final String FRAME = "samples of a frame";
  private static final String HOP = "samples of a hop";
  private static final String BANDS = "mel bands";

  /** Copies the lists. */
  public StoredSpeech {
    characters = List.copyOf(characters);
    words = List.copyOf(words);
  }

  /**
   * {@return a text as models read and write it: in lower case, with one space between words}
   *
   * @param text a transcript
   */
  public static String normalized(String text) {
    return text.strip().replaceAll("\\s+", SPACE).toLowerCase(Locale.ROOT);
  }

  /**
   * {@return the characters of texts, sorted}
   *
   * @param texts normalised
   */
  public static List<String> characters(List<String> texts) {
    return texts.stream()
        .flatMapToInt(String::codePoints)
        .distinct()
        .sorted()
        .mapToObj(Character::toString)
        .toList();
  }

  /**
   * {@return the words of texts, sorted}
   *
   * @param texts normalised
   */
  public static List<String> words(List<String> texts) {
    return texts.stream()
        .flatMap(text -> List.of(text.split(SPACE)).stream())
        .filter(word -> !word.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  /** {@return the number of classes: the blank and the characters} */
  public int classes() {
    return characters.size() + 1;
  }

  /**
   * {@return the classes of a text}
   *
   * @param text normalised
   * @param place where the text is, for the message
   * @throws ComportaException if it has a character that the model does not know
   */
  public int[] encode(String text, String place) {
    Map<String, Integer> ids = ids();
    return text.codePoints()
        .map(code -> {
          Integer id = ids.get(Character.toString(code));
          if (id == null) {
            throw new ComportaException(
                formatted(
                    "[speech] expected the characters %s, which the model was trained on, in the text of %s but got %s",
                    Printable.quoted(String.join("", characters)),
                    place,
                    Printable.quoted(Character.toString(code))));
          }
          return id;
        })
        .toArray();
  }

  private Map<String, Integer> ids() {
    return IntStream.range(0, characters.size())
        .boxed()
        .collect(Collectors.toMap(characters::get, it -> it + 1));
  }

  /**
   * {@return the text of classes}
   *
   * @param labels without blanks
   */
  public String decode(List<Integer> labels) {
    return labels.stream().map(this::character).collect(Collectors.joining());
  }

  /**
   * {@return the character of a class}
   *
   * @param label other than the blank
   */
  public String character(int label) {
    return characters.get(label - 1);
  }

  /**
   * {@return whether a class is the space between words}
   *
   * @param label other than the blank
   */
  public boolean isSpace(int label) {
    return character(label).equals(SPACE);
  }

  /** {@return the lexicon of the words, with the space between them if the model knows it} */
  public CtcLexicon lexicon() {
    int space = characters.indexOf(SPACE);
    return new CtcLexicon(
        words.stream().map(word -> encode(word, "the lexicon")).toList(),
        space < 0 ? CtcLexicon.NO_SEPARATOR : space + 1);
  }

  /**
   * {@return the features of sound, standardised}
   *
   * @param raw those of {@link #features}
   */
  public float[] scaled(float... raw) {
    return scale.apply(raw);
  }

  /** {@return the vocabularies to store in a model file} */
  public List<Vocabulary> stored() {
    return List.of(
        new Vocabulary("characters", CHARACTERS, characters),
        new Vocabulary("words", WORDS, words));
  }

  /** {@return the numbers to store in a model file, by name} */
  public Map<String, Double> constants() {
    Map<String, Double> constants = new LinkedHashMap<>();
    constants.put(RATE, (double) features.sampleRate());
    constants.put(FRAME, (double) features.frame());
    constants.put(HOP, (double) features.hop());
    constants.put(BANDS, (double) features.bands());
    constants.putAll(StoredNormalization.constants(bands(features.bands()), scale));
    return constants;
  }

  private static List<String> bands(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(band -> "mel band " + band).toList();
  }

  /**
   * {@return how the model in a file reads sound and writes text}
   *
   * @param file the content of the file
   * @param name what messages call it
   * @throws ComportaException if it does not recognise speech, or what it holds cannot be used
   */
  public static StoredSpeech of(ModelFile file, String name) {
    List<String> characters = vocabulary(file, CHARACTERS, name);
    for (String character : characters) {
      if (character.codePointCount(0, character.length()) != 1) {
        throw new ComportaException(
            formatted(
                "[speech] expected single characters in %s but got %s; the file is inconsistent",
                name, Printable.quoted(character)));
      }
    }
    if (characters.stream().distinct().count() != characters.size()) {
      throw new ComportaException(
          formatted(
              "[speech] expected each character once in %s but one is there again; the file is inconsistent",
              name));
    }
    LogMel features =
        new LogMel(
            whole(file, RATE, LogMel.LOWEST_RATE, LogMel.HIGHEST_RATE, name),
            whole(file, FRAME, 2, LogMel.LONGEST_FRAME, name),
            whole(file, HOP, 1, LogMel.LONGEST_FRAME, name),
            whole(file, BANDS, 1, LogMel.MOST_BANDS, name));
    Normalization scale = StoredNormalization.of(file, bands(features.bands()));
    return new StoredSpeech(features, scale, characters, vocabulary(file, WORDS, name));
  }

  private static List<String> vocabulary(ModelFile file, String kind, String name) {
    return StoredParts.tokens(file, kind)
        .filter(tokens -> !tokens.isEmpty())
        .orElseThrow(() ->
            new ComportaException(
                formatted(
                    "[speech] expected a model that recognises speech but %s has no %s; use a model of the task speech",
                    name, kind.replace('-', ' '))));
  }

  private static int whole(ModelFile file, String constant, int least, int most, String name) {
    return StoredParts.whole(file, constant, least, most, "speech", name);
  }
}
