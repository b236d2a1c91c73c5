package dev.comporta.tasks.music;

import java.util.List;

/**
 * The baselines of a model of music. Marginal: each key sounds with its frequency in the training
 * pieces. Markov: with its frequency after a timestep at which it sounds, or one at which it does
 * not. Each frequency is (n + 1) / (N + 2), Laplace's rule of succession.
 */
final class KeyStatistics {
  private final long[][] sounding = new long[2][Piece.KEYS]; // [whether it sounded before, key]
  private final long[][] steps = new long[2][Piece.KEYS];

  /** Counts pieces, from the second timestep on. */
  KeyStatistics(List<Piece> pieces) {
    for (Piece piece : pieces) {
      for (int t = 1; t < piece.steps(); t++) {
        for (int key = 0; key < Piece.KEYS; key++) {
          int before = piece.sounds(t - 1, key) ? 1 : 0;
          steps[before][key]++;
          sounding[before][key] += piece.sounds(t, key) ? 1 : 0;
        }
      }
    }
  }

  /** Nats per timestep of pieces, from the second one on, with marginal frequencies. */
  double marginal(List<Piece> pieces) {
    return nats(
        pieces,
        (_, key) ->
            (sounding[0][key] + sounding[1][key] + 1.0) / (steps[0][key] + steps[1][key] + 2.0));
  }

  /** Nats per timestep of pieces, from the second one on, given whether each key sounded before. */
  double markov(List<Piece> pieces) {
    return nats(
        pieces, (before, key) -> (sounding[before][key] + 1.0) / (steps[before][key] + 2.0));
  }

  @FunctionalInterface
  private interface Frequency {
    double of(int before, int key);
  }

  private static double nats(List<Piece> pieces, Frequency frequency) {
    double sum = 0;
    long count = 0;
    for (Piece piece : pieces) {
      for (int t = 1; t < piece.steps(); t++) {
        for (int key = 0; key < Piece.KEYS; key++) {
          double on = frequency.of(piece.sounds(t - 1, key) ? 1 : 0, key);
          sum -= StrictMath.log(piece.sounds(t, key) ? on : 1 - on);
        }
        count++;
      }
    }
    return sum / count;
  }
}
