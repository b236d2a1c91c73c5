package dev.comporta.tasks.speech;

import dev.comporta.training.sound.LogMel;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Sound that arrives in real time. */
interface SoundSource extends AutoCloseable {
  /** The next samples at the rate of the model, 1 or more, once they are there; none at the end. */
  float[] next();

  @Override
  default void close() {}

  /** The sound of a recording, a hop at a time, each when it would arrive. */
  static SoundSource of(float[] samples, LogMel features) {
    long started = System.nanoTime();
    return new SoundSource() {
      private int at;

      @Override
      public float[] next() {
        int from = at;
        at = Math.min(samples.length, from + features.hop());
        await(started + (long) (1e9 * at / features.sampleRate()));
        return Arrays.copyOfRange(samples, from, at);
      }
    };
  }

  private static void await(long until) {
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
