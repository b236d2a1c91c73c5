package dev.comporta.tensor;

import dev.comporta.api.tensor.RandomSource;
import java.nio.charset.StandardCharsets;
import org.apiguardian.api.API;

/**
 * Counter-based random numbers: the n-th word of a stream is SplitMix64's output function applied
 * to {@code key + n * gamma} (Steele, Lea, Flood 2014, <i>Fast Splittable Pseudorandom Number
 * Generators</i>, with Stafford's variant 13 of the finaliser). It uses integer arithmetic only, so
 * the numbers are the same on every machine. Immutable and thread-safe. Not suitable for
 * cryptography.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CounterRandom implements RandomSource {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final long key;

  /**
   * The root of a family of streams.
   *
   * @param seed any number
   */
  public CounterRandom(long seed) {
    this.key = mix(seed + GAMMA);
  }

  private CounterRandom(long parent, long child) {
    this.key = mix(parent ^ mix(child * FNV_PRIME + GAMMA));
  }

  @Override
  public RandomSource stream(String name) {
    long hash = FNV_OFFSET;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return new CounterRandom(key, ~hash);
  }

  @Override
  public RandomSource stream(long number) {
    return new CounterRandom(key, number);
  }

  @Override
  public long bits(long n) {
    return mix(key + n * GAMMA);
  }

  private static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }
}
