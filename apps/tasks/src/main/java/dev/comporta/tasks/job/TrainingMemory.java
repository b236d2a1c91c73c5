package dev.comporta.tasks.job;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.cells.explain.MemoryForecast;
import dev.comporta.cells.model.ForecastChunk;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.TrainingForecast;
import dev.comporta.tasks.TrainingOutline;
import dev.comporta.training.MemoryEstimate;
import dev.comporta.training.data.StreamBatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Says before the first step how much memory a training needs, and refuses what does not fit. */
@API(status = API.Status.EXPERIMENTAL)
public final class TrainingMemory {
  /** How far above the memory that there is a rough estimate must be to be believed. */
  private static final double TOO_MUCH_TO_TRAIN = 4;

  /** The same where nothing is to be trained here: some larger machine may be meant. */
  private static final double TOO_MUCH_TO_DESCRIBE = 1000;

  private static final double MEBIBYTE = 1 << 20;

  private static final String WHAT = "this model";

  private TrainingMemory() {}

  /**
   * Refuses a training that does not fit into the memory of this JVM, and tells how much one takes
   * that does.
   *
   * @param rough a formula's estimate, which refuses sizes too absurd for a forecast
   * @param outline the training, asked for if it is not absurd
   * @param catalog where layers, losses and optimizers are found
   * @param compute what it runs on
   * @param log takes one line
   * @throws dev.comporta.api.InvalidOptionException with the estimate, if it does not fit
   */
  public static void require(
      MemoryEstimate rough,
      Supplier<TrainingOutline> outline,
      Catalog catalog,
      Compute compute,
      Consumer<String> log) {
    requireRoughly(rough, TOO_MUCH_TO_TRAIN);
    MemoryForecast memory = new TrainingForecast(catalog).of(outline.get(), compute).memory();
    MemoryEstimate.of(memory).requireFits(WHAT, Runtime.getRuntime().maxMemory());
    log.accept(
        formatted(
            "memory: %.1f MiB for a training step, of which %.1f MiB for parameters, gradients and the optimizer (see comporta explain)",
            memory.bytes() / MEBIBYTE, memory.learned() / MEBIBYTE));
  }

  /**
   * Refuses sizes at which not even a list of the layers can be made.
   *
   * @param rough a formula's estimate
   * @throws dev.comporta.api.InvalidOptionException with the estimate, if it is absurd
   */
  public static void requireDescribable(MemoryEstimate rough) {
    requireRoughly(rough, TOO_MUCH_TO_DESCRIBE);
  }

  private static void requireRoughly(MemoryEstimate rough, double times) {
    long available = Runtime.getRuntime().maxMemory();
    if (rough.bytes() > times * available) {
      rough.requireFits(WHAT, available);
    }
  }

  /**
   * The sizes of what goes through a model when it is trained on streams: a chunk of the middle,
   * the first, which may have less before it, and the last, which may be shorter and ragged.
   *
   * @param training what it learns from
   * @param validation what it is measured with, or null
   * @return chunks of training, then of measuring
   */
  public static List<ForecastChunk> sizes(
      StreamBatcher training, @Nullable StreamBatcher validation) {
    List<ForecastChunk> sizes = new ArrayList<>();
    add(sizes, training, true);
    if (validation != null) {
      add(sizes, validation, false);
    }
    return sizes;
  }

  private static void add(List<ForecastChunk> sizes, StreamBatcher batcher, boolean training) {
    int last = batcher.chunks() - 1;
    IntStream.of(last / 2, 0, last)
        .distinct()
        .mapToObj(batcher::chunk)
        .map(chunk ->
            new ForecastChunk(
                chunk.inputs().timesteps(), chunk.inputs().batch(), chunk.lengths(), training))
        .forEach(sizes::add);
  }
}
