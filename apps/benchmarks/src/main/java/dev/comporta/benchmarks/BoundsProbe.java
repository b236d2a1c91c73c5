package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.comporta.benchmarks.bounds.BoundKernels;
import dev.comporta.benchmarks.bounds.Rates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the bounds of this machine in a JVM of its own and prints them as one line of JSON:
 * {@code BoundsProbe THREADS}.
 */
public final class BoundsProbe {
  private static final long SMALLEST = 16L << 10;
  private static final long LARGEST = 64L << 20;

  /** All rates are measured twice, because the first ones may still be those of the interpreter. */
  private static final int PASSES = 2;

  /** Rounds of multiply-adds between two looks at the clock: some 100 us. */
  private static final int ROUNDS = 50_000;

  /** Bytes that are read between two looks at the clock, which take as long as 4 KiB. */
  private static final long BYTES = 1L << 20;

  /** Where Linux tells the size of a core's L2 cache, such as {@code 1024K}. */
  private static final Path CORE_CACHE = Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size");

  /** The size of that cache where the system does not tell it. */
  private static final long USUAL_CORE_CACHE = 1L << 20;

  private BoundsProbe() {}

  /**
   * Measures and prints.
   *
   * @param args the number of threads
   * @throws IOException if the size of the cache cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException(
          formatted("[benchmarks] expected THREADS but got %d arguments", args.length));
    }
    int threads = Integer.parseInt(args[0]);
    List<Runnable> kernels = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      kernels.add(() -> Rates.keep(BoundKernels.multiplyAdd(ROUNDS)));
    }
    Rates.warmUp(kernels.getFirst());
    Rates.warmUp(readers(SMALLEST, 1).getFirst());
    double flops = (double) BoundKernels.FLOPS * ROUNDS;
    double one = 0;
    double all = 0;
    List<Bounds.Bandwidth> bandwidths = new ArrayList<>();
    for (int pass = 0; pass < PASSES; pass++) {
      one = Math.max(one, Rates.of(kernels.subList(0, 1), flops));
      all = Math.max(all, Rates.of(kernels, flops));
      for (int i = 0; SMALLEST << i <= LARGEST; i++) {
        Bounds.Bandwidth measured = bandwidth(SMALLEST << i, threads);
        if (pass == 0) {
          bandwidths.add(measured);
        } else {
          bandwidths.set(i, best(bandwidths.get(i), measured));
        }
      }
    }
    Bounds bounds = new Bounds(one, Math.max(one, all), coreCache(), bandwidths);
    System.out.println(new ObjectMapper().writeValueAsString(bounds));
  }

  private static Bounds.Bandwidth best(Bounds.Bandwidth a, Bounds.Bandwidth b) {
    return new Bounds.Bandwidth(a.bytes(), Math.max(a.one(), b.one()), Math.max(a.all(), b.all()));
  }

  private static Bounds.Bandwidth bandwidth(long bytes, int threads) {
    double one = rate(bytes, 1);
    long round = BoundKernels.ROUND_BYTES;
    double all = rate(Math.max(1, bytes / threads / round) * round, threads);
    return new Bounds.Bandwidth(bytes, one, Math.max(one, all));
  }

  private static double rate(long bytes, int threads) {
    return Rates.of(readers(bytes, threads), (double) bytes * times(bytes));
  }

  private static int times(long bytes) {
    return (int) Math.max(1, BYTES / bytes);
  }

  private static List<Runnable> readers(long bytes, int threads) {
    List<Runnable> readers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      float[] block = BoundKernels.block(bytes);
      readers.add(() -> Rates.keep(BoundKernels.read(block, times(bytes))));
    }
    return readers;
  }

  private static long coreCache() throws IOException {
    if (!Files.isReadable(CORE_CACHE)) {
      return USUAL_CORE_CACHE;
    }
    String size = Files.readString(CORE_CACHE).strip();
    return size.endsWith("K")
        ? Long.parseLong(size.substring(0, size.length() - 1)) << 10
        : USUAL_CORE_CACHE;
  }
}
