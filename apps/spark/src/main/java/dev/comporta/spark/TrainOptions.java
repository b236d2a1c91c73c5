package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.training.Compression;
import dev.comporta.training.Distribution;
import dev.comporta.training.Exchange;
import java.io.Serializable;

/**
 * How a training is divided among the tasks of a barrier stage.
 *
 * @param tasks the number of tasks, which run at the same time; 1 or more
 * @param parts the chunks of an update, a multiple of the tasks: what {@code --accumulate} is on
 *     one machine. The number of tasks changes no bit of the result, the number of parts does
 * @param localSteps 0 to sum the gradients of every update; K for local updates, of which every
 *     K-th is followed by an outer update (see {@link Distribution})
 * @param outerRate the learning rate of outer updates
 * @param outerMomentum their Nesterov momentum; 0 with outer rate 1 averages the parameters
 * @param compression of what is exchanged, as {@link Compression#of} reads it: {@code none}, {@code
 *     bf16} or {@code top-1%}; other than {@code none}, the gradients of each part are exchanged
 *     instead of those of each task
 * @param checkpoints a folder of any file system that Hadoop knows and all executors reach
 * @param resume whether training continues from the newest checkpoint in that folder
 */
public record TrainOptions(
    int tasks,
    int parts,
    int localSteps,
    double outerRate,
    double outerMomentum,
    String compression,
    String checkpoints,
    boolean resume)
    implements Serializable {
  /** A usual number of local updates in a round; the paper has 50 to 2,000. */
  public static final int DEFAULT_LOCAL_STEPS = 100;

  /**
   * Checks the numbers.
   *
   * @throws InvalidOptionException if there is no task, if parts cannot be divided among the tasks,
   *     if a number of the outer update is out of range, or if there is no such compression
   */
  public TrainOptions {
    if (tasks < 1 || parts < tasks || parts % tasks != 0) {
      throw new InvalidOptionException(
          formatted(
              "[train] expected 1 or more tasks and a multiple of them as the parts but got %d and %d",
              tasks, parts));
    }
    Distribution _ =
        new Distribution(
            Exchange.ALONE, localSteps, outerRate, outerMomentum, Compression.of(compression));
  }

  /** Whether each part is a rank of its own; otherwise each task is one. */
  boolean hasOnePartPerRank() {
    return distribution(Exchange.ALONE).hasOnePartPerRank();
  }

  /** How the trainers that are connected divide the chunks of an update. */
  Distribution distribution(Exchange exchange) {
    return new Distribution(
        exchange, localSteps, outerRate, outerMomentum, Compression.of(compression));
  }

  /**
   * A part for each task, and gradients that are summed in every update.
   *
   * @param tasks the number of tasks
   * @param checkpoints a folder of any file system that Hadoop knows and all executors reach
   * @return the options; change them with the other methods
   * @throws InvalidOptionException if there is no task
   */
  public static TrainOptions of(int tasks, String checkpoints) {
    return new TrainOptions(tasks, tasks, 0, 1, 0, "none", checkpoints, false);
  }

  /**
   * These options with another number of parts.
   *
   * @param chunks of an update; a multiple of the tasks
   * @return the new options
   * @throws InvalidOptionException if it is none
   */
  public TrainOptions withParts(int chunks) {
    return new TrainOptions(
        tasks, chunks, localSteps, outerRate, outerMomentum, compression, checkpoints, resume);
  }

  /**
   * These options with local updates and the outer update of DiLoCo (Douillard et al. 2023) with
   * the rate 1 and the Nesterov momentum 0.5. The paper has 0.7 and 0.9 for many more rounds; in
   * the runs of docs/scale.md the loss was higher with these.
   *
   * @param updates the local updates of a round; usually {@link #DEFAULT_LOCAL_STEPS}
   * @return the new options
   * @throws InvalidOptionException if it is below 0
   */
  public TrainOptions withLocalSteps(int updates) {
    return new TrainOptions(tasks, parts, updates, 1, 0.5, compression, checkpoints, resume);
  }

  /**
   * These options with other outer updates.
   *
   * @param rate the learning rate, above 0
   * @param momentum the Nesterov momentum, in [0, 1)
   * @return the new options
   * @throws InvalidOptionException if one is out of range
   */
  public TrainOptions withOuter(double rate, double momentum) {
    return new TrainOptions(
        tasks, parts, localSteps, rate, momentum, compression, checkpoints, resume);
  }

  /**
   * These options with another compression of what is exchanged.
   *
   * @param name {@code none}, {@code bf16} for bfloat16, or {@code top-1%} for the hundredth of the
   *     values with the largest magnitudes; any other percentage likewise
   * @return the new options
   * @throws InvalidOptionException if it is none of these
   */
  public TrainOptions withCompression(String name) {
    return new TrainOptions(
        tasks, parts, localSteps, outerRate, outerMomentum, name, checkpoints, resume);
  }

  /** These options with the full path of the folder of checkpoints. */
  TrainOptions withCheckpoints(String folder) {
    return new TrainOptions(
        tasks, parts, localSteps, outerRate, outerMomentum, compression, folder, resume);
  }

  /**
   * These options for a run that continues.
   *
   * @return the new options
   */
  public TrainOptions resuming() {
    return new TrainOptions(
        tasks, parts, localSteps, outerRate, outerMomentum, compression, checkpoints, true);
  }
}
