package dev.comporta.serialization;

import dev.comporta.serialization.ModelFileException.Problem;

/** Makes an error about one file of a clause that says what is wrong. */
@FunctionalInterface
interface Refusal {
  ModelFileException of(Problem problem, String clause);

  /** The content contradicts itself or exceeds a limit. */
  default ModelFileException invalid(String clause) {
    return of(Problem.INVALID, clause);
  }
}
