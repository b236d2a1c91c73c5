package dev.comporta.benchmarks.ours;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.benchmarks.peers.Pairs;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Translator;
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
import dev.comporta.training.data.PairExamples;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Training with the public {@link Trainer}: every batch is one chunk of an epoch, so that every
 * step starts from a zero state; an epoch is one execution. A step is timed from the evaluation of
 * the stop condition before it to the event after it.
 */
final class OurTraining implements Run {
  private static final double LEARNING_RATE = 0.001;

  private final Trainer trainer;

  /** The most recent loss of each batch. */
  private final float[] losses;

  private BooleanSupplier enough = () -> true;
  private long started;
  private double[] nanos = {0};
  private int executionsOfASample = 1;
  private long stepsBefore;
  private long steps;

  private OurTraining(
      SequenceModel model,
      Spec loss,
      List<Batch> batches,
      Catalog catalog,
      TensorBackend backend,
      Workers workers) {
    ModelRunner runner = new ModelRunner(model, backend, workers, Execution.PLAN);
    losses = new float[batches.size()];
    trainer =
        new Trainer(
                model,
                runner,
                workers,
                rules(loss, catalog),
                TrainingSettings.of(Long.MAX_VALUE).learningRate(LEARNING_RATE).seed(0),
                ChunkSource.of(batches, false),
                null)
            .listener(this::hear)
            .stopWhen(this::stopOrStart);
  }

  /** One batch of sequences. */
  static OurTraining of(
      Problem problem,
      Workload.Training w,
      Catalog catalog,
      TensorBackend backend,
      Workers workers) {
    Spec loss =
        Spec.of(
            switch (w.loss()) {
              case MEAN_SQUARED_ERROR -> "mse";
              case CROSS_ENTROPY -> "cross-entropy";
            });
    return new OurTraining(
        OurModel.of(problem, w, catalog),
        loss,
        List.of(batch(problem, w)),
        catalog,
        backend,
        workers);
  }

  /** Batches of pairs, as created by {@link PairExamples}. */
  static OurTraining of(
      Problem problem,
      Workload.PairTraining w,
      Catalog catalog,
      TensorBackend backend,
      Workers workers) {
    List<Batch> batches = new ArrayList<>();
    for (Pairs pairs : Pairs.of(problem, w.lengths())) {
      List<PairExamples.Pair> members = new ArrayList<>();
      for (int row = 0; row < w.batch(); row++) {
        members.add(new PairExamples.Pair(pairs.sources()[row], pairs.targets()[row]));
      }
      batches.add(PairExamples.of(members, Translator.BEGIN, w.batch()));
    }
    Spec loss = Spec.of("cross-entropy").with("label-smoothing", w.labelSmoothing());
    return new OurTraining(
        OurModel.of(problem, w.sizes(), catalog), loss, batches, catalog, backend, workers);
  }

  private static TrainingRules rules(Spec spec, Catalog catalog) {
    Loss loss = catalog.loss(spec);
    Optimizer adam = catalog.optimizer(Spec.of("adam"));
    Schedule constant = catalog.schedule(Spec.of("constant"));
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
      int sample = (int) ((steps - stepsBefore) / losses.length / executionsOfASample);
      if (sample < nanos.length) {
        nanos[sample] += (double) (System.nanoTime() - started) / executionsOfASample;
      }
      losses[(int) (steps % losses.length)] = (float) stepped.loss();
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
    train(losses.length);
  }

  @Override
  public double[] time(int samples, int executions) {
    nanos = new double[samples];
    executionsOfASample = executions;
    stepsBefore = steps;
    train((long) samples * executions * losses.length);
    return nanos;
  }

  @Override
  public long repeatUntil(long endMillis) {
    long before = steps / losses.length;
    enough = () -> System.currentTimeMillis() > endMillis;
    trainer.train();
    return Math.max(0, steps / losses.length - before - 1); // the last one ended too late
  }

  @Override
  public float[] result() {
    return losses.clone();
  }

  @Override
  public void close() {}
}
