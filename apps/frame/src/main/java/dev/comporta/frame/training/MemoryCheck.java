package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.cells.explain.MemoryPrediction;
import dev.comporta.cells.model.EstimatedChunk;
import dev.comporta.cells.model.ModelLayers;
import dev.comporta.frame.memory.TrainingEstimate;
import dev.comporta.frame.memory.TrainingOutline;
import dev.comporta.inference.compute.Compute;
import dev.comporta.training.MemoryEstimate;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Compares the memory that a training run needs with what the JVM may use, before it starts. */
final class MemoryCheck {
  private static final double MEBIBYTE = 1 << 20;
  private static final String WHAT = "this model";

  private MemoryCheck() {}

  /**
   * Refuses a run that does not fit, and suggests fewer rows or timesteps that do.
   *
   * @param outline the run
   * @param catalog where layers, losses and optimizers are found
   * @param compute what it runs on
   * @param log takes one line
   * @throws InvalidOptionException with the prediction, if it does not fit
   */
  static void require(
      TrainingOutline outline, Catalog catalog, Compute compute, Consumer<String> log) {
    long available = Runtime.getRuntime().maxMemory();
    MemoryEstimate learned =
        new MemoryEstimate(
            ModelLayers.of(outline.model(), catalog).parameterCount(),
            new TrainingEstimate(catalog).slots(outline),
            0);
    learned.requireFits(WHAT, available);
    MemoryPrediction memory = memory(outline, catalog, compute);
    try {
      MemoryEstimate.of(memory).requireFits(WHAT, available);
    } catch (InvalidOptionException e) {
      throw new InvalidOptionException(
          e.getMessage() + suggestion(outline, catalog, compute, available));
    }
    log.accept(
        formatted(
            "memory: %.1f MiB for a training step, of which %.1f MiB for parameters, gradients and the optimizer (see comporta explain)",
            memory.bytes() / MEBIBYTE, memory.learned() / MEBIBYTE));
  }

  private static MemoryPrediction memory(
      TrainingOutline outline, Catalog catalog, Compute compute) {
    return new TrainingEstimate(catalog).of(outline, compute).memory();
  }

  /** Halves the rows, then the timesteps, until the run fits. */
  private static String suggestion(
      TrainingOutline outline, Catalog catalog, Compute compute, long available) {
    EstimatedChunk chunk = outline.chunks().getFirst();
    for (int rows = chunk.batch() / 2; rows >= 1; rows /= 2) {
      int most = rows;
      if (fits(outline, it -> it.withRows(most), catalog, compute, available)) {
        return formatted("; --batch %d would fit", rows);
      }
    }
    for (int timesteps = chunk.timesteps() / 2; timesteps >= 1; timesteps /= 2) {
      int most = timesteps;
      try {
        if (fits(outline, it -> it.withRows(1).withTimesteps(most), catalog, compute, available)) {
          return formatted("; --batch 1 and %d timesteps would fit", timesteps);
        }
      } catch (ShapeException e) {
        return ""; // a window spans more timesteps
      }
    }
    return "";
  }

  private static boolean fits(
      TrainingOutline outline,
      UnaryOperator<EstimatedChunk> smaller,
      Catalog catalog,
      Compute compute,
      long available) {
    List<EstimatedChunk> chunks = outline.chunks().stream().map(smaller).toList();
    return MemoryEstimate.of(memory(outline.with(chunks), catalog, compute)).bytes() <= available;
  }

  /**
   * The sizes of what goes through a model: a chunk of the middle, the first and the last, which
   * may be shorter and ragged, of training and of validation.
   *
   * @param training what it is trained on
   * @param validation what it is validated on, or null
   * @return chunks of training, then of validation
   */
  static List<EstimatedChunk> sizes(ChunkSource training, @Nullable ChunkSource validation) {
    List<EstimatedChunk> sizes = new ArrayList<>();
    add(sizes, training, true);
    if (validation != null) {
      add(sizes, validation, false);
    }
    return sizes;
  }

  private static void add(List<EstimatedChunk> sizes, ChunkSource source, boolean training) {
    int last = source.chunks() - 1;
    IntStream.of(last / 2, 0, last)
        .distinct()
        .mapToObj(index -> EstimatedChunk.of(source.batch(0, index), training))
        .forEach(sizes::add);
  }
}
