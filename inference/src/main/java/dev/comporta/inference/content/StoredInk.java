package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The letters of a model that reads or writes pen strokes, as its file stores them. A letter is a
 * character (code point); its class is its place in the list, counted from 1, and class 0 is the
 * blank of a reader and the end of the text for a writer.
 */
public final class StoredInk {
  /** The class of no letter. */
  public static final int BLANK = 0;

  private static final String KIND = "ink-letters";

  private final List<String> letters;
  private final Map<String, Integer> classes = new HashMap<>();

  /**
   * Numbers letters.
   *
   * @param letters all different
   */
  public StoredInk(List<String> letters) {
    this.letters = List.copyOf(letters);
    letters.forEach(letter -> classes.put(letter, classes.size() + 1));
  }

  /** {@return the letters in the order of their classes} */
  public List<String> letters() {
    return letters;
  }

  /** {@return the letters to store in a model file} */
  public Vocabulary stored() {
    return new Vocabulary("letters", KIND, letters);
  }

  /**
   * {@return the letters of the model in a file}
   *
   * @param file the content of the file
   * @param name what messages call it
   * @throws ComportaException if it does not read or write pen strokes
   */
  public static StoredInk of(ModelFile file, String name) {
    return StoredParts.tokens(file, KIND)
        .map(StoredInk::new)
        .orElseThrow(() ->
            new ComportaException(
                formatted(
                    "[handwriting] expected a model of pen strokes but %s has no letters; use a model of the task handwriting",
                    name)));
  }

  /** {@return the number of classes, that of no letter included} */
  public int classes() {
    return letters.size() + 1;
  }

  /**
   * {@return the classes of the letters of a text; 0 for those that the model does not know}
   *
   * @param text any text
   */
  public int[] encode(String text) {
    return text.codePoints()
        .map(letter -> classes.getOrDefault(Character.toString(letter), BLANK))
        .toArray();
  }

  /**
   * {@return the text of classes}
   *
   * @param found each from 1 on
   */
  public String decode(List<Integer> found) {
    StringBuilder text = new StringBuilder();
    found.forEach(it -> text.append(letters.get(it - 1)));
    return text.toString();
  }
}
