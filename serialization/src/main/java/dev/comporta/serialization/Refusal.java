package dev.comporta.serialization;

import dev.comporta.serialization.ModelFileException.Problem;

/** Creates an error about one file from a clause that states the problem. */
@FunctionalInterface
interface Refusal {
  ModelFileException of(Problem problem, String clause);

  /** The content contradicts itself or exceeds a limit. */
  default ModelFileException invalid(String clause) {
    return of(Problem.INVALID, clause);
  }
}
