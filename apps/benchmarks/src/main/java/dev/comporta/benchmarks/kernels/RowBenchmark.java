package dev.comporta.benchmarks.kernels;

import dev.comporta.api.tensor.TensorBackend;
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

/** Reductions and softmax of one row, of the output sizes of a character and a word model. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class RowBenchmark {
  /** The backend's name. */
  @Param("simd")
  public String backend = "simd";

  /** The number of elements of the row. */
  @Param({"96", "10000"})
  public int count;

  private TensorBackend numbers = Backends.named("reference");
  private float[] x = {};
  private float[] y = {};

  /** Creates a random row. */
  @Setup
  public void prepare() {
    numbers = Backends.named(backend);
    x = Backends.uniform(count, 1);
    y = new float[count];
  }

  /** The sum. */
  @Benchmark
  public float sum() {
    return numbers.sum(x, 0, count);
  }

  /** The sum of squares, in double. */
  @Benchmark
  public double sumOfSquares() {
    return numbers.sumOfSquares(x, 0, count);
  }

  /** The maximum. */
  @Benchmark
  public float max() {
    return numbers.max(x, 0, count);
  }

  /** The softmax. */
  @Benchmark
  public float[] softmax() {
    numbers.softmax(x, 0, y, 0, count);
    return y;
  }

  /** The logarithm of the softmax. */
  @Benchmark
  public float[] logSoftmax() {
    numbers.logSoftmax(x, 0, y, 0, count);
    return y;
  }
}
