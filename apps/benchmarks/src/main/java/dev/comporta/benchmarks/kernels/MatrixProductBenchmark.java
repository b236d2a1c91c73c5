package dev.comporta.benchmarks.kernels;

import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code C = A x B} on one thread: all four combinations of transposed operands, and a packed right
 * operand with a bias, as in a recurrent layer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class MatrixProductBenchmark {
  /** The backend's name. */
  @Param("simd")
  public String backend = "simd";

  /** The sizes: rows x inner size x columns. */
  @Param({"1x256x1024", "32x256x1024", "64x512x2048", "512x512x512", "1024x1024x1024"})
  public String sizes = "1x256x1024";

  private TensorBackend numbers = Backends.named("reference");
  private int m;
  private int k;
  private int n;
  private float[] a = {};
  private float[] b = {};
  private float[] bias = {};
  private float[] c = {};
  private PackedMatrix packed = numbers.packed(1, 1);

  /** Creates random operands. */
  @Setup
  public void prepare() {
    numbers = Backends.named(backend);
    String[] parts = sizes.split("x", -1);
    m = Integer.parseInt(parts[0]);
    k = Integer.parseInt(parts[1]);
    n = Integer.parseInt(parts[2]);
    a = Backends.uniform(m * k, 1);
    b = Backends.uniform(k * n, 2);
    bias = Backends.uniform(n, 3);
    c = new float[m * n];
    packed = numbers.packed(k, n);
    numbers.pack(packed, false, b, 0, n);
  }

  private float[] multiply(boolean transposeA, boolean transposeB) {
    MatrixProduct product = MatrixProduct.dense(m, n, k, transposeA, transposeB, false);
    numbers.multiply(product, a, 0, b, 0, c, 0, Workers.ALONE);
    return c;
  }

  /** {@code A x B}. */
  @Benchmark
  public float[] plain() {
    return multiply(false, false);
  }

  /** {@code A' x B}, as for the gradient of a kernel. */
  @Benchmark
  public float[] leftTransposed() {
    return multiply(true, false);
  }

  /** {@code A x B'}, as for the gradient of an input. */
  @Benchmark
  public float[] rightTransposed() {
    return multiply(false, true);
  }

  /** {@code A' x B'}. */
  @Benchmark
  public float[] bothTransposed() {
    return multiply(true, true);
  }

  /** {@code A x B + bias} with B packed beforehand. */
  @Benchmark
  public float[] packedWithBias() {
    numbers.multiplyPacked(false, false, m, a, 0, k, packed, bias, 0, false, c, 0, n);
    return c;
  }

  /** Packs B, as after each update. */
  @Benchmark
  public PackedMatrix packing() {
    numbers.pack(packed, false, b, 0, n);
    return packed;
  }
}
