package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/**
 * Counter-based random numbers: the n-th number of a stream is a pure function of the seed, the
 * stream and n. It is therefore the same on every backend, for any number of threads, and after a
 * run is stopped and resumed.
 */
@API(status = API.Status.STABLE)
public interface RandomSource {
  /**
   * Derives an independent stream.
   *
   * @param name identifies the stream, such as a parameter's name
   * @return the stream
   */
  RandomSource stream(String name);

  /**
   * Derives an independent stream.
   *
   * @param number identifies the stream, such as a training step or a layer
   * @return the stream
   */
  RandomSource stream(long number);

  /**
   * The n-th 64-bit word.
   *
   * @param n the counter
   * @return 64 uniform bits
   */
  long bits(long n);

  /**
   * {@return the n-th whole number from 0 to a bound, which is not reached}
   *
   * @param bound 1 or more
   * @param n the counter
   */
  default int below(int bound, long n) {
    return (int) Long.remainderUnsigned(bits(n), bound);
  }

  /**
   * The n-th uniform number.
   *
   * @param n the counter
   * @return in [0, 1), a multiple of 2^-24
   */
  default float uniform(long n) {
    return (bits(n) >>> 40) * 0x1p-24f;
  }

  /**
   * The n-th number of a standard normal distribution (Box and Muller 1958, the cosine branch).
   *
   * @param n the counter
   * @return a normal deviate
   */
  default double normal(long n) {
    long word = bits(n);
    double radius = ((word >>> 32) + 1) * 0x1p-32; // (0, 1]
    double angle = (word & 0xffff_ffffL) * 0x1p-32;
    return StrictMath.sqrt(-2 * StrictMath.log(radius)) * StrictMath.cos(2 * Math.PI * angle);
  }
}
