package dev.comporta.benchmarks.kernels;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
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

/** Unary functions over a row that fits into the L1 cache. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class FunctionBenchmark {
  /** The backend's name. */
  @Param("simd")
  public String backend = "simd";

  /** The function. */
  @Param public UnaryFunction function = UnaryFunction.TANH;

  /** The number of elements: one multiple of the vector lanes, one that is not. */
  @Param({"1024", "1021"})
  public int count;

  private TensorBackend numbers = Backends.named("reference");
  private float[] x = {};
  private float[] y = {};

  /** Creates a random row with elements between 0.5 and 1.5, where every function is defined. */
  @Setup
  public void prepare() {
    numbers = Backends.named(backend);
    x = Backends.uniform(count, 1);
    for (int i = 0; i < count; i++) {
      x[i] = 1 + x[i] / 2;
    }
    y = new float[count];
  }

  /** {@code y = f(x)}. */
  @Benchmark
  public float[] apply() {
    numbers.unary(function, x, 0, y, 0, count);
    return y;
  }
}
