package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Decimals;
import dev.comporta.api.Printable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apiguardian.api.API;

/**
 * Vectors of words that were trained on other text, from a file in the text format of GloVe
 * (Pennington et al. 2014) or of word2vec and fastText: a word and its numbers on each line,
 * between spaces, in the latter formats after a line with the number of words and the width.
 *
 * @param name of the file
 * @param size the width of all vectors
 * @param vectors by word
 */
@API(status = API.Status.EXPERIMENTAL)
public record WordVectors(String name, int size, Map<String, float[]> vectors) {
  /** Copies the map, not the vectors. */
  public WordVectors {
    vectors = Collections.unmodifiableMap(new HashMap<>(vectors));
  }

  /**
   * Reads the vectors of some words. The file may be larger than the memory.
   *
   * @param path a file in UTF-8
   * @param wanted whether a word's vector is kept; all are checked
   * @return the vectors; of a word that occurs twice, the first
   * @throws ComportaException naming the line that has no vector, or one of another width than the
   *     lines before, or a number that is not finite
   */
  public static WordVectors read(Path path, Predicate<String> wanted) {
    Reader reader = new Reader(path.toString(), wanted);
    SentenceFile.forEach(path, reader::line);
    if (reader.width == 0) {
      throw new ComportaException(
          formatted("[vectors] expected words and their vectors in %s but found none", path));
    }
    return new WordVectors(path.toString(), reader.width, reader.vectors);
  }

  /**
   * The vectors of a vocabulary, to start a table from.
   *
   * @param words by their ids
   * @return {@code [V, size]}; NaN in rows of words without a vector
   */
  public float[] table(List<String> words) {
    float[] table = new float[Math.multiplyExact(words.size(), size)];
    Arrays.fill(table, Float.NaN);
    for (int id = 0; id < words.size(); id++) {
      float[] vector = vectors.get(words.get(id));
      if (vector != null) {
        System.arraycopy(vector, 0, table, id * size, size);
      }
    }
    return table;
  }

  /** Reads lines. */
  private static final class Reader {
    private final String name;
    private final Predicate<String> wanted;
    private final Map<String, float[]> vectors = new HashMap<>();
    private long line;
    private int width;

    Reader(String name, Predicate<String> wanted) {
      this.name = name;
      this.wanted = wanted;
    }

    void line(String text) {
      line++;
      String[] cells = text.strip().split("[ \t]+", -1);
      boolean header =
          line == 1 && cells.length == 2 && cells[0].matches("\\d+") && cells[1].matches("\\d+");
      if (header || text.isBlank()) {
        return;
      }
      int numbers = cells.length - 1;
      if (width > 0 && numbers > width && Float.isNaN(number(cells[numbers - width]))) {
        return; // a word with spaces in it, which no text has
      }
      if (numbers < 1 || (width > 0 && numbers != width)) {
        throw new ComportaException(
            formatted(
                "[vectors] expected a word and %s in line %d of %s but got %d; all vectors must have the same width",
                width == 0 ? "its vector" : width + " numbers", line, name, numbers));
      }
      width = numbers;
      float[] vector = wanted.test(cells[0]) ? new float[width] : null;
      for (int i = 0; i < width; i++) {
        float value = number(cells[1 + i]);
        if (Float.isNaN(value)) {
          throw new ComportaException(
              formatted(
                  "[vectors] expected finite numbers in line %d of %s but got '%s'",
                  line, name, Printable.quote(cells[1 + i])));
        }
        if (vector != null) {
          vector[i] = value;
        }
      }
      if (vector != null) {
        vectors.putIfAbsent(cells[0], vector);
      }
    }

    /** The number in a cell; NaN if it has none, or one that is not finite. */
    private static float number(String cell) {
      float value = Decimals.isDecimal(cell) ? Float.parseFloat(cell) : Float.NaN;
      return Float.isFinite(value) ? value : Float.NaN;
    }
  }
}
