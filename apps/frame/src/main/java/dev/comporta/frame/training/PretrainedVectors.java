package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.training.text.WordVectors;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of words that were trained on other text, from which a model starts its own ({@link
 * LayerOptions#VECTORS}). A word is looked up as it is written, and then in lower case.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class PretrainedVectors {
  /** The vectors of a model, a parameter of the first layer. */
  private static final String TABLE = "layers.0.table";

  private final @Nullable WordVectors file;

  private PretrainedVectors(@Nullable WordVectors file) {
    this.file = file;
  }

  /**
   * The option of the size of the embeddings.
   *
   * @param otherwise the size without {@code --vectors}
   * @return the option, which has no default if vectors are given
   */
  public static Option<Integer> embedding(int otherwise) {
    return LayerOptions.EMBEDDING.or(
        it -> it.isGiven(LayerOptions.VECTORS) ? null : otherwise,
        otherwise + ", or the width of --vectors");
  }

  /**
   * Reads the vectors, if the settings name a file.
   *
   * @param settings with {@link LayerOptions#VECTORS} and {@link LayerOptions#EMBEDDING}
   * @param context of the run
   * @param words those of the training data
   * @return the vectors of these words
   * @throws InvalidOptionException if the vectors have another width than the embeddings, or the
   *     run starts from a model, which has vectors of its own
   */
  public static PretrainedVectors read(Settings settings, TaskContext context, Set<String> words) {
    settings.requireEffective(
        LayerOptions.VECTORS, "a run without --from", context.origin() == null);
    return new PretrainedVectors(
        settings
            .find(LayerOptions.VECTORS)
            .map(path -> WordVectors.read(path, wanted(words)::contains))
            .map(vectors -> requireWidth(vectors, settings))
            .orElse(null));
  }

  private static Set<String> wanted(Set<String> words) {
    Set<String> wanted = new HashSet<>(words);
    words.forEach(word -> wanted.add(word.toLowerCase(Locale.ROOT)));
    return wanted;
  }

  private static WordVectors requireWidth(WordVectors vectors, Settings settings) {
    int size = settings.find(LayerOptions.EMBEDDING).orElse(vectors.size());
    if (size != vectors.size()) {
      throw new InvalidOptionException(
          formatted(
              "--embedding expected %d, the width of the vectors in %s, but got %d; leave it out",
              vectors.size(), vectors.name(), size));
    }
    return vectors;
  }

  /**
   * Whether a word has a vector.
   *
   * @param word one of the training data
   * @return false if there is no file
   */
  public boolean contains(String word) {
    return file != null && file.vectors().containsKey(spelling(file, word));
  }

  private static String spelling(WordVectors file, String word) {
    return file.vectors().containsKey(word) ? word : word.toLowerCase(Locale.ROOT);
  }

  /**
   * The width of the embeddings.
   *
   * @param settings the same
   * @return that of the vectors, or the size in the settings
   */
  public int width(Settings settings) {
    return file == null ? settings.get(LayerOptions.EMBEDDING) : file.size();
  }

  /**
   * A recipe whose model starts from the vectors.
   *
   * @param recipe how to train a model whose first layer has a table
   * @param words by their ids, which are the rows of the table
   * @param context whose log says how many words have a vector
   * @return the same recipe if there is no file
   */
  public Recipe start(Recipe recipe, List<String> words, TaskContext context) {
    WordVectors vectors = file;
    if (vectors == null) {
      return recipe;
    }
    context.log(
        formatted(
            "%,d of %,d words start from a vector of %d numbers in %s",
            words.stream().filter(this::contains).count(),
            words.size(),
            vectors.size(),
            vectors.name()));
    List<String> spelled = words.stream().map(word -> spelling(vectors, word)).toList();
    return recipe.startingFrom(Map.of(TABLE, vectors.table(spelled)));
  }
}
