package dev.comporta.benchmarks.kernels;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Any cell of the catalog, with as many inputs as units, on one thread: a training step (32 rows of
 * 64 timesteps, mean squared error, Adam) and a step of a stream. Compare cells within one run.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules",
      "jdk.incubator.vector",
      "-XX:+UseParallelGC",
      "-XX:ObjectAlignmentInBytes=64"
    })
public class CellBenchmark {
  private static final int TIMESTEPS = 64;
  private static final int ROWS = 32;
  private static final int UPDATES = 10;

  /** The name of the cell, with its default options. */
  @Param({
    "gru",
    "rnn",
    "lstm",
    "sru",
    "min-gru",
    "min-lstm",
    "qrnn",
    "lru",
    "rg-lru",
    "indrnn",
    "mlstm",
    "slstm",
    "clockwork",
    "phased-lstm",
    "neural-turing-machine"
  })
  public String cell = "gru";

  /** H, also the size of the input. */
  @Param("128")
  public int hidden;

  private Runnable update = () -> {};
  private Runnable step = () -> {};
  private Runnable end = () -> {};
  private float[] output = {};

  /** Creates the model, its data and a stream. */
  @Setup
  public void prepare() {
    Catalog catalog = Catalog.load();
    TensorBackend backend = Backends.named("simd");
    Spec layer = Spec.of("recurrent").with("cell", cell).with("hidden", hidden);
    SequenceModel model =
        SequenceModel.build(
            Spec.of(SequenceModel.KIND).with("input-size", hidden).with("layers", List.of(layer)),
            catalog);
    model.initialize(catalog, new CounterRandom(1));
    int count = TIMESTEPS * ROWS * hidden;
    Batch batch =
        Batch.ofValues(TIMESTEPS, ROWS, hidden, Backends.uniform(count, 1), null)
            .targets(hidden, Backends.uniform(count, 2));
    TrainingRules rules =
        new TrainingRules(
            catalog.loss(Spec.of("mse")),
            catalog.optimizer(Spec.of("adam")),
            catalog.schedule(Spec.of("constant")),
            new Clipping.GlobalNorm(1));
    ModelRunner runner = new ModelRunner(model, backend, Workers.ALONE, Execution.PLAN);
    ChunkSource data = ChunkSource.of(List.of(batch), false);
    TrainingSettings settings = TrainingSettings.of(UPDATES);
    update = () -> new Trainer(model, runner, Workers.ALONE, rules, settings, data, null).train();
    Session session = new StreamingModel(model, backend).newSession();
    float[] input = Backends.uniform(hidden, 3);
    output = new float[hidden];
    step = () -> session.step(input, output);
    end = session::close;
  }

  /** Ends the stream. */
  @TearDown
  public void close() {
    end.run();
  }

  /** One update. */
  @Benchmark
  @OperationsPerInvocation(UPDATES)
  public void trainingStep() {
    update.run();
  }

  /** One timestep. */
  @Benchmark
  public float[] streamStep() {
    step.run();
    return output;
  }
}
