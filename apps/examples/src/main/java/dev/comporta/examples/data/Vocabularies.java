package dev.comporta.examples.data;

import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.Arrays;
import java.util.List;

/** Encodes text as ids: characters, words, bytes and byte pairs. */
public final class Vocabularies {
  private Vocabularies() {}

  /** Prints a sentence encoded with each vocabulary. */
  public static void main(String[] arguments) {
    // @start region="text"
    List<String> sentences =
        List.of("the gate opens", "the water flows", "the gate closes", "the water waits");
    String question = "the gate waits";
    // @end region="text"

    // @start region="characters"
    CharacterVocabulary characters = CharacterVocabulary.of(String.join("\n", sentences));
    System.out.println(characters.size() + " characters");
    System.out.println(Arrays.toString(characters.encode(question, "the question")));
    // @end region="characters"

    // @start region="words"
    WordVocabulary.Counter words = new WordVocabulary.Counter();
    sentences.forEach(words::add);
    WordVocabulary vocabulary = words.vocabulary(2, 10_000);
    System.out.println(vocabulary.tokens());
    int[] ids = vocabulary.sentence(question);
    System.out.println(Arrays.toString(ids) + " " + vocabulary.decode(ids).strip());
    // @end region="words"

    // @start region="pairs"
    BytePairVocabulary.Counter pieces = new BytePairVocabulary.Counter();
    sentences.forEach(pieces::add);
    BytePairVocabulary pairs = pieces.vocabulary(264);
    System.out.println(pairs.tokens());
    System.out.println(Arrays.toString(pairs.encode(question)));
    System.out.println(pairs.decode(pairs.encode("Schleuse geöffnet")));
    System.out.println(BytePairVocabulary.bytes().encode("geöffnet").length + " bytes");
    // @end region="pairs"
  }
}
