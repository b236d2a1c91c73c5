package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How a model that answers questions reads stories. The words are a vocabulary of the file, the
 * numbers are among its metrics.
 *
 * @param words of stories and questions
 * @param sentenceWords the words of a sentence that the model reads; shorter ones are padded
 * @param sentences the sentences of a story that the model reads, the last ones
 * @param hops timesteps after the question at which the model attends to the story once more
 * @param questionWords the words of the question that the model reads after those of each sentence;
 *     shorter ones are padded; 0 if it reads the story without the question
 */
public record StoredStories(
    WordVocabulary words, int sentenceWords, int sentences, int hops, int questionWords) {
  /** The most words of a sentence that a model may read. */
  public static final int MOST_WORDS = 100;

  /** The most sentences of a story that a model may read. */
  public static final int MOST_SENTENCES = 1000;

  /** The most timesteps after the question. */
  public static final int MOST_HOPS = 16;

  private static final String KIND = "story-words";
  private static final String WORDS = "words of a sentence";
  private static final String SENTENCES = "sentences of a story";
  static final String HOPS = "timesteps after the question";
  private static final String QUESTION = "words of the question after each sentence";

  /** Punctuation at the edges of a word; possessive and behind a letter, so in linear time. */
  private static final Pattern EDGES =
      Pattern.compile("^[^\\p{L}\\p{M}\\p{N}]++|(?<=[\\p{L}\\p{M}\\p{N}])[^\\p{L}\\p{M}\\p{N}]++$");

  /**
   * {@return the words of a sentence in lower case, without full stops and other marks around them}
   *
   * @param sentence a fact, a question or an answer
   */
  public static List<String> split(String sentence) {
    List<String> words = new ArrayList<>();
    for (String word : WordVocabulary.split(sentence)) {
      String bare = EDGES.matcher(word).replaceAll("").toLowerCase(Locale.ROOT);
      if (!bare.isEmpty()) {
        words.add(bare);
      }
    }
    return words;
  }

  /**
   * {@return the last sentences of a story, as many as the model reads}
   *
   * @param story all of them
   * @param <T> a sentence
   */
  public <T> List<T> read(List<T> story) {
    return story.subList(Math.max(0, story.size() - sentences), story.size());
  }

  /**
   * {@return the ids of a sentence, padded or cut to {@link #sentenceWords}}
   *
   * @param sentence the sentence
   */
  public int[] sentence(String sentence) {
    int[] ids = new int[sentenceWords];
    Arrays.fill(ids, words.end());
    List<String> own = split(sentence);
    for (int i = 0; i < Math.min(ids.length, own.size()); i++) {
      ids[i] = words.id(own.get(i));
    }
    return ids;
  }

  /**
   * {@return the ids of a question, then the end token once for each hop}
   *
   * @param question the question
   */
  public int[] question(String question) {
    return question(question, words, hops);
  }

  static int[] question(String question, WordVocabulary words, int hops) {
    List<String> own = split(question);
    int[] ids = new int[own.size() + hops];
    Arrays.fill(ids, words.end());
    for (int i = 0; i < own.size(); i++) {
      ids[i] = words.id(own.get(i));
    }
    return ids;
  }

  /**
   * {@return the ids that the encoder reads: for each sentence its own, then the first {@link
   * #questionWords} of the question, padded}
   *
   * @param story the ids of the sentences
   * @param question the ids of the question, with or without the hops
   */
  public int[] source(List<int[]> story, int[] question) {
    int window = window();
    int[] ids = new int[story.size() * window];
    Arrays.fill(ids, words.end());
    int asked = Math.min(questionWords, question.length);
    for (int i = 0; i < story.size(); i++) {
      System.arraycopy(story.get(i), 0, ids, i * window, sentenceWords);
      System.arraycopy(question, 0, ids, i * window + sentenceWords, asked);
    }
    return ids;
  }

  /** {@return the words that the encoder reads for each sentence} */
  public int window() {
    return sentenceWords + questionWords;
  }

  /** {@return the vocabulary to store in a model file} */
  public Vocabulary stored() {
    return new Vocabulary("story", KIND, words.tokens());
  }

  /** {@return the numbers to store in a model file, by name} */
  public Map<String, Double> constants() {
    Map<String, Double> constants = new LinkedHashMap<>();
    constants.put(WORDS, (double) sentenceWords);
    constants.put(SENTENCES, (double) sentences);
    constants.put(HOPS, (double) hops);
    constants.put(QUESTION, (double) questionWords);
    return constants;
  }

  /**
   * {@return how the model in a file reads stories}
   *
   * @param file the content of the file
   * @param name what messages call it
   * @throws ComportaException if it does not answer questions, or a number is out of range
   */
  public static StoredStories of(ModelFile file, String name) {
    WordVocabulary words =
        StoredParts.tokens(file, KIND)
            .map(WordVocabulary::ofTokens)
            .orElseThrow(() ->
                new ComportaException(
                    formatted(
                        "[answer] expected a model that answers questions but %s has no words of stories; use a model of the task answer",
                        name)));
    return new StoredStories(
        words,
        whole(file, WORDS, 1, MOST_WORDS, name),
        whole(file, SENTENCES, 1, MOST_SENTENCES, name),
        whole(file, HOPS, 0, MOST_HOPS, name),
        file.metrics().containsKey(QUESTION) // absent from files of earlier versions
            ? whole(file, QUESTION, 0, MOST_WORDS, name)
            : 0);
  }

  static int whole(ModelFile file, String constant, int least, int most, String name) {
    return StoredParts.whole(file, constant, least, most, "answer", name);
  }
}
