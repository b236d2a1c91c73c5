package dev.comporta.tasks.wordlm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.text.SentenceFile;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The sentences of a file, none of which marks its end: the model adds {@link WordVocabulary#END}
 * to every line, and a text that has it already would be measured with twice as many.
 */
final class Sentences {
  private Sentences() {}

  /**
   * Reads all sentences.
   *
   * @throws ComportaException as {@link SentenceFile} says, or naming the line that has an end
   */
  static SentenceFile.Summary forEach(Path path, Consumer<String> sentence) {
    long[] line = {0};
    return SentenceFile.forEach(
        path,
        text -> {
          line[0]++;
          if (WordVocabulary.hasEnd(text)) {
            throw new ComportaException(
                formatted(
                    "[word-lm] expected lines without the reserved word '%s', the end of a sentence, which is added to every line, but line %d of %s has it; remove it from the text, for instance with sed 's/ *%1$s//g'",
                    WordVocabulary.END, line[0], path));
          }
          sentence.accept(text);
        });
  }

  /**
   * Refuses a pipe where a file is read more than once.
   *
   * @throws ComportaException if it exists and is no regular file
   */
  static void requireRereadable(Path path) {
    if (Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path)) {
      throw new ComportaException(
          formatted(
              "[word-lm] expected a regular file for --text, as it is read twice, but %s is a pipe or a device; save the text to a file first",
              path));
    }
  }
}
