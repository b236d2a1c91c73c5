package dev.comporta.benchmarks.ours;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import java.util.function.BooleanSupplier;

/**
 * Training by the {@link Trainer}, which is all that a user has: the batch is an epoch of one
 * chunk, so that every step starts from a state of zeros. The clock runs from the question whether
 * to stop, which the trainer asks before a step, to the event that follows it.
 */
final class OurTraining implements Run {
  private static final double LEARNING_RATE = 0.001;

  private final Trainer trainer;
  private BooleanSupplier enough = () -> true;
  private long started;
  private double[] nanos = {0};
  private int executionsOfASample = 1;
  private long stepsBefore;
  private float loss = Float.NaN;
  private long steps;

  OurTraining(
      Problem problem,
      Workload.Training w,
      Catalog catalog,
      TensorBackend backend,
      Workers workers) {
    SequenceModel model = OurModel.of(problem, w, catalog);
    ModelRunner runner = new ModelRunner(model, backend, workers, Execution.PLAN);
    trainer =
        new Trainer(
                model,
                runner,
                workers,
                rules(w, catalog),
                new TrainingSettings(Long.MAX_VALUE, LEARNING_RATE, 0, 0),
                new OneChunk(batch(problem, w)),
                null)
            .listener(this::hear)
            .stopWhen(this::stopOrStart);
  }

  private static TrainingRules rules(Workload.Training w, Catalog catalog) {
    String lossName =
        switch (w.loss()) {
          case MEAN_SQUARED_ERROR -> "mse";
          case CROSS_ENTROPY -> "cross-entropy";
        };
    Loss loss = catalog.build(Kind.LOSS, Spec.of(lossName), (p, options) -> p.create(options));
    Optimizer adam =
        catalog.build(Kind.OPTIMIZER, Spec.of("adam"), (p, options) -> p.create(options));
    Schedule constant =
        catalog.build(Kind.SCHEDULE, Spec.of("constant"), (p, options) -> p.create(options));
    return new TrainingRules(loss, adam, constant, new Clipping.GlobalNorm(1));
  }

  private static Batch batch(Problem problem, Workload.Training w) {
    Batch inputs = Batch.ofValues(w.timesteps(), w.batch(), w.input(), problem.inputs(), null);
    float[] targets = problem.targets();
    return switch (w.loss()) {
      case MEAN_SQUARED_ERROR -> inputs.targets(w.outputs(), targets);
      case CROSS_ENTROPY -> {
        int[] labels = new int[targets.length];
        for (int i = 0; i < labels.length; i++) {
          labels[i] = (int) targets[i];
        }
        yield inputs.labels(new Ids(w.timesteps(), w.batch(), labels));
      }
    };
  }

  private boolean stopOrStart() {
    if (enough.getAsBoolean()) {
      return true;
    }
    started = System.nanoTime();
    return false;
  }

  private void hear(TrainingEvent event) {
    if (event instanceof TrainingEvent.Stepped stepped) {
      int sample = (int) ((steps - stepsBefore) / executionsOfASample);
      if (sample < nanos.length) {
        nanos[sample] += (double) (System.nanoTime() - started) / executionsOfASample;
      }
      loss = (float) stepped.loss();
      steps++;
    }
  }

  private void train(long more) {
    long end = steps + more;
    enough = () -> steps >= end;
    trainer.train();
  }

  @Override
  public void execute() {
    train(1);
  }

  @Override
  public double[] time(int samples, int executions) {
    nanos = new double[samples];
    executionsOfASample = executions;
    stepsBefore = steps;
    train((long) samples * executions);
    return nanos;
  }

  @Override
  public long repeatUntil(long endMillis) {
    long before = steps;
    enough = () -> System.currentTimeMillis() > endMillis;
    trainer.train();
    return Math.max(0, steps - before - 1); // the last one ended too late
  }

  @Override
  public float[] result() {
    return new float[] {loss};
  }

  @Override
  public void close() {}

  /** One batch again and again. */
  private record OneChunk(Batch batch) implements ChunkSource {
    @Override
    public int rows() {
      return batch.batch();
    }

    @Override
    public int chunks() {
      return 1;
    }

    @Override
    public Batch batch(int epoch, int index) {
      return batch;
    }

    @Override
    public boolean continues(int index) {
      return false;
    }
  }
}
