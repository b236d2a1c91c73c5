package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.training.data.ChunkSource;
import org.apiguardian.api.API;

/**
 * How the chunks of an update are divided among the trainers of a data-parallel run. An update has
 * as many chunks as {@link TrainingRules#accumulate} says, its parts.
 *
 * <p><b>Every step</b> ({@code localSteps = 0}): each rank computes the gradients of a block of
 * parts, and all ranks sum them in a fixed tree before each makes the same update. The parameters
 * have the bits of one trainer that accumulates the same parts, for any number of ranks, unless
 * gradients are compressed.
 *
 * <p><b>Local steps</b> ({@code localSteps = K}): each rank updates its own parameters by its own
 * part. After K updates, at the end of an epoch and at the end of training, the mean of the changes
 * is the gradient of an outer update with Nesterov momentum (DiLoCo: Douillard et al. 2023,
 * algorithm 1), which all ranks make alike. With momentum 0 and outer rate 1, parameters are
 * averaged (McMahan et al. 2017).
 *
 * @param exchange what connects the trainers
 * @param localSteps 0, or the number of updates between two outer updates
 * @param outerRate the learning rate of outer updates, above 0; 0.7 in the paper
 * @param outerMomentum their Nesterov momentum, in [0, 1); 0.9 in the paper
 * @param compression of the arrays that are exchanged; other than {@link Compression#NONE}, each
 *     rank has one part
 */
@API(status = API.Status.EXPERIMENTAL)
public record Distribution(
    Exchange exchange,
    int localSteps,
    double outerRate,
    double outerMomentum,
    Compression compression) {
  /** One trainer. */
  public static final Distribution ALONE = everyStep(Exchange.ALONE);

  /**
   * Checks the numbers.
   *
   * @throws InvalidOptionException if one is out of range
   */
  public Distribution {
    if (localSteps < 0) {
      throw new InvalidOptionException(
          formatted(
              "[distribution] expected 0 or more local updates but got %d; 0 exchanges the gradients of every update",
              localSteps));
    }
    if (!(outerRate > 0 && outerRate < Double.POSITIVE_INFINITY)
        || !(outerMomentum >= 0 && outerMomentum < 1)) {
      throw new InvalidOptionException(
          formatted(
              "[distribution] expected an outer learning rate above 0 and a momentum in [0, 1) but got %s and %s",
              outerRate, outerMomentum));
    }
  }

  /**
   * Gradients are summed in every update.
   *
   * @param exchange what connects the trainers
   * @return the distribution
   */
  public static Distribution everyStep(Exchange exchange) {
    return new Distribution(exchange, 0, 1, 0, Compression.NONE);
  }

  /** Whether ranks update their parameters on their own. */
  boolean isLocal() {
    return localSteps > 0;
  }

  /** Whether gradients are exchanged in each update. */
  boolean sumsGradients() {
    return !isLocal() && (exchange.ranks() > 1 || compression.isLossy());
  }

  /**
   * Whether each rank has one part, and a state of its own: with local steps an optimizer, with
   * compression what it left out.
   *
   * @return false if ranks may have several parts and all have the same state
   */
  public boolean hasOnePartPerRank() {
    return isLocal() || compression.isLossy();
  }

  /** The first part of this rank, for a number of parts. */
  int from(int parts) {
    return exchange.rank() * share(parts);
  }

  /** The number of parts of each rank. */
  int share(int parts) {
    return parts / exchange.ranks();
  }

  /** Refuses what cannot be divided among the ranks. */
  void require(ChunkSource data, int parts, TrainingSettings settings, Validations validations) {
    int ranks = exchange.ranks();
    if (ranks == 1 && !hasOnePartPerRank()) {
      return;
    }
    if (parts % ranks != 0
        || (hasOnePartPerRank() ? parts != ranks : Integer.bitCount(parts / ranks) != 1)) {
      throw new InvalidOptionException(
          formatted(
              "[distribution] expected %s but got %d parts for %d ranks",
              hasOnePartPerRank() ? "one part for each rank" : "1, 2, 4, 8 ... parts for each rank",
              parts,
              ranks));
    }
    if (data.chunks() < parts) {
      throw new InvalidOptionException(
          formatted(
              "[distribution] expected %d or more chunks per epoch, one for each part, but the data has %d; use more data or fewer parts",
              parts, data.chunks()));
    }
    if (data.parts() != parts) {
      for (int chunk = 0; chunk < data.chunks(); chunk++) {
        if (data.continues(chunk)) {
          throw new ComportaException(
              formatted(
                  "[distribution] expected chunks of an update that do not continue each other, or data in %d parts, but chunk %d continues the one before",
                  parts, chunk));
        }
      }
    }
    if (!isLocal()) {
      return;
    }
    if (validations.averages()) {
      throw new ComportaException(
          "[trainer] expected no average of parameters with local steps, whose outer update averages them; leave it out");
    }
    long every = validations.rules().every();
    if (settings.checkpointEvery() % localSteps != 0 || every % localSteps != 0) {
      throw new InvalidOptionException(
          formatted(
              "[distribution] expected checkpoints and validations after multiples of %d updates, when all ranks agree, but got %d and %d",
              localSteps, settings.checkpointEvery(), every));
    }
  }
}
