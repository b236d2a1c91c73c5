package dev.comporta.inference;

import java.util.List;

/**
 * What a language model wrote.
 *
 * @param text what follows the prompt
 * @param unknownWords the words of the prompt that the model does not know, and reads as {@code
 *     <unk>}; none for models of characters and byte pairs
 */
public record GeneratedText(String text, List<String> unknownWords) {
  /** Copies the list. */
  public GeneratedText {
    unknownWords = List.copyOf(unknownWords);
  }
}
