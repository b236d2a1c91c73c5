package dev.comporta.frame;

import dev.comporta.inference.LoadedModel;
import dev.comporta.training.data.ChunkSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opened data and what is trained on them. Used by one thread, closed after training.
 *
 * @param data where the data come from
 * @param recipe what is built and what is minimised
 * @param training what the model is trained on
 * @param validation what the model is validated on during training, or null
 * @param size the size of the data in words, such as {@code windows of 48 rows}
 * @param test scores the trained model on held-out data, next to a baseline
 * @param closing releases what the data hold
 */
public record Experiment(
    DataSource data,
    Recipe recipe,
    ChunkSource training,
    @Nullable ChunkSource validation,
    String size,
    Function<LoadedModel, Score> test,
    Runnable closing)
    implements AutoCloseable {
  /**
   * An experiment whose data need not be closed.
   *
   * @param data where the data come from
   * @param recipe what is built and what is minimised
   * @param training what the model is trained on
   * @param validation what the model is validated on during training, or null
   * @param size the size of the data in words
   * @param test scores the trained model on held-out data, next to a baseline
   */
  public Experiment(
      DataSource data,
      Recipe recipe,
      ChunkSource training,
      @Nullable ChunkSource validation,
      String size,
      Function<LoadedModel, Score> test) {
    this(data, recipe, training, validation, size, test, () -> {});
  }

  @Override
  public void close() {
    closing.run();
  }

  /**
   * Where data come from.
   *
   * @param name in words, such as a file's name
   * @param sha256 of the content, 64 lower-case hexadecimal digits; empty for generated data
   * @param former hashes of the same content that earlier versions wrote into checkpoints
   */
  public record DataSource(String name, String sha256, List<String> former) {
    /** Copies the list. */
    public DataSource {
      former = List.copyOf(former);
    }

    /**
     * Data whose hash has always been the same.
     *
     * @param name in words
     * @param sha256 of the content; empty for generated data
     */
    public DataSource(String name, String sha256) {
      this(name, sha256, List.of());
    }

    /**
     * {@return whether a hash, such as that in a model file, is that of these data}
     *
     * @param other a hash from a model file
     */
    public boolean matches(String other) {
      return sha256.equals(other) || former.contains(other);
    }
  }
}
