package dev.comporta.benchmarks.kernels;

import static dev.comporta.api.tensor.BinaryFunction.MULTIPLY;
import static dev.comporta.api.tensor.UnaryFunction.SIGMOID;
import static dev.comporta.api.tensor.UnaryFunction.TANH;

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

/**
 * The element-wise part of the LSTM for one row and timestep, from the pre-activations of its gates
 * i, f, g, o to c and h: one backend loop per operation, as a plan runs it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class LstmElementwiseBenchmark {
  /** The backend's name. */
  @Param("simd")
  public String backend = "simd";

  /** Hidden size H. */
  @Param({"32", "128", "256", "512"})
  public int hidden;

  private TensorBackend numbers = Backends.named("reference");
  private float[] gates = {}; // [4H]
  private float[] activated = {}; // [4H]
  private float[] c = {}; // [H]
  private float[] cNext = {}; // [H]
  private float[] h = {}; // [H]

  /** Creates a random row. */
  @Setup
  public void prepare() {
    numbers = Backends.named(backend);
    gates = Backends.uniform(4 * hidden, 1);
    activated = new float[4 * hidden];
    c = Backends.uniform(hidden, 2);
    cNext = new float[hidden];
    h = new float[hidden];
  }

  /** Computes the gates, the new cell state and the output. */
  @Benchmark
  public float[] forward() {
    int f = hidden;
    int g = 2 * hidden;
    int o = 3 * hidden;
    numbers.unary(SIGMOID, gates, 0, activated, 0, 2 * hidden);
    numbers.unary(TANH, gates, g, activated, g, hidden);
    numbers.unary(SIGMOID, gates, o, activated, o, hidden);
    numbers.binary(MULTIPLY, activated, 0, activated, g, cNext, 0, hidden);
    numbers.multiplyAdd(activated, f, c, 0, cNext, 0, cNext, 0, hidden);
    numbers.unary(TANH, cNext, 0, h, 0, hidden);
    numbers.binary(MULTIPLY, activated, o, h, 0, h, 0, hidden);
    return h;
  }
}
