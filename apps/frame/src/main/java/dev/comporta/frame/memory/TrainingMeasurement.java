package dev.comporta.frame.memory;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.training.LabelSequenceLoss;
import dev.comporta.api.training.Schedule;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.EstimatedChunk;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.compute.Compute;
import dev.comporta.inference.compute.ComputeFactory;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a training holds: trains an outlined model of zeros on zeros for two epochs of its
 * chunks and compares the objects that live on the heap afterwards with those before ({@code jcmd
 * GC.class_histogram}).
 *
 * <p>When not to use it: where other threads allocate, because the heap is the whole JVM's.
 */
public final class TrainingMeasurement {
  private static final int EPOCHS = 2;

  private static final double LEARNING_RATE = 0.001;

  private final Catalog catalog;
  private final TrainingEstimate estimate;

  /**
   * Creates the measurer.
   *
   * @param catalog where layers, losses and optimizers are found
   * @param estimate knows the losses and optimizers of outlines
   */
  public TrainingMeasurement(Catalog catalog, TrainingEstimate estimate) {
    this.catalog = catalog;
    this.estimate = estimate;
  }

  /**
   * Trains and measures. Takes as long as a few training steps: what classes and code keep for
   * themselves is on the heap after a first, small training and not counted.
   *
   * @param outline the training
   * @return bytes of the heap that the training holds after its updates, data not included
   * @throws dev.comporta.api.ComportaException if the model cannot be trained, or this JVM cannot
   *     list its objects
   */
  public long of(TrainingOutline outline) {
    // Some layers need more than one timestep: windows, words with their characters.
    List<EstimatedChunk> smallest =
        outline.chunks().stream().map(chunk -> chunk.withRows(1)).toList();
    heldByThreads(outline.with(smallest));
    return heldByThreads(outline);
  }

  /** On threads of its own, because threads keep the memory in which they pack operands. */
  private long heldByThreads(TrainingOutline outline) {
    try (Compute compute = new ComputeFactory(catalog).open(outline.compute());
        ExecutorService alone = Executors.newSingleThreadExecutor()) {
      return CompletableFuture.supplyAsync(() -> held(outline, compute), alone).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  private long held(TrainingOutline outline, Compute compute) {
    ChunkSource training = zeros(outline, true, compute);
    ChunkSource validation = zeros(outline, false, compute);
    long before = LiveObjects.bytes();
    Trainer trainer = trained(outline, training, validation, compute);
    try {
      return LiveObjects.bytes() - before;
    } finally {
      Reference.reachabilityFence(trainer);
      Reference.reachabilityFence(training);
      Reference.reachabilityFence(validation);
    }
  }

  private Trainer trained(
      TrainingOutline outline, ChunkSource training, ChunkSource validation, Compute compute) {
    SequenceModel model = SequenceModel.build(outline.model(), catalog);
    Schedule schedule = catalog.schedule(Spec.of("constant"));
    Trainer trainer =
        new Trainer(
            model,
            compute.runner(model),
            compute.workers(),
            new TrainingRules(
                catalog.loss(outline.loss()),
                catalog.optimizer(outline.optimizer()),
                schedule,
                new Clipping.GlobalNorm(1)),
            TrainingSettings.of((long) EPOCHS * training.chunks()).learningRate(LEARNING_RATE),
            training,
            validation.chunks() == 0 ? null : validation);
    trainer.train();
    return trainer;
  }

  /** Inputs and targets of zeros, in chunks of the sizes outlined. */
  private ChunkSource zeros(TrainingOutline outline, boolean training, Compute compute) {
    List<EstimatedChunk> chunks =
        outline.chunks().stream().filter(chunk -> chunk.training() == training).toList();
    return ChunkSource.of(
        chunks.stream()
            .map(chunk -> zeros(chunk, answers(outline, chunk, compute), outline))
            .toList(),
        true);
  }

  /** Timesteps of the output for a chunk. */
  private int answers(TrainingOutline outline, EstimatedChunk chunk, Compute compute) {
    EstimatedChunk one = chunk.withRows(1).asTraining();
    return estimate.of(outline.with(List.of(one)), compute).answers();
  }

  private Batch zeros(EstimatedChunk chunk, int answers, TrainingOutline outline) {
    Spec model = outline.model();
    int targetSize = outline.targetSize();
    int rows = chunk.batch();
    Batch input = zeros(chunk.timesteps(), rows, SequenceModel.inputSize(model), chunk.lengths());
    if (model.name().equals(SequenceModel.ENCODER_DECODER)) {
      EstimatedChunk.Source source = chunk.encoded();
      int features = SequenceModel.sourceInputSize(model);
      input = input.source(zeros(source.timesteps(), source.batch(), features, source.lengths()));
    }
    return targetSize == 0
        ? input.labels(labels(chunk, answers, outline))
        : input.targets(targetSize, new float[Shape.of(answers, rows, targetSize).count()]);
  }

  /** Zeros, or for a loss of label sequences as many labels as the estimate takes. */
  private Ids labels(EstimatedChunk chunk, int answers, TrainingOutline outline) {
    if (!(catalog.loss(outline.loss()) instanceof LabelSequenceLoss loss)) {
      return ids(answers, chunk.batch());
    }
    int classes = SequenceModel.layers(outline.model(), catalog).getLast().outputSize();
    int[] lengths = chunk.lengths();
    int[] reduced =
        lengths == null
            ? null
            : Arrays.stream(lengths)
                .map(length -> (int) ((long) length * answers / Math.max(1, chunk.timesteps())))
                .toArray();
    return loss.typical(Shape.of(answers, chunk.batch(), classes), reduced).labels();
  }

  private static Batch zeros(int timesteps, int rows, int features, int @Nullable [] lengths) {
    return features == 0
        ? Batch.ofIds(ids(timesteps, rows), lengths)
        : Batch.ofValues(
            timesteps,
            rows,
            features,
            new float[Shape.of(timesteps, rows, features).count()],
            lengths);
  }

  private static Ids ids(int timesteps, int rows) {
    return new Ids(timesteps, rows, new int[Shape.of(timesteps, rows).count()]);
  }
}
