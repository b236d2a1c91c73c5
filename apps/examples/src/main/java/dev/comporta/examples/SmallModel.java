package dev.comporta.examples;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import java.util.List;
import java.util.function.IntFunction;

/** A small model for the guide's programs: built from layers, trained on generated batches. */
public final class SmallModel {
  private static final Catalog CATALOG = Catalog.load();

  private final SequenceModel model;
  private final ModelRunner runner;

  private SmallModel(SequenceModel model) {
    TensorBackend backend = CATALOG.preferredBackend(System.err::println);
    this.model = model;
    this.runner = new ModelRunner(model, backend, Workers.ALONE, Execution.PLAN);
  }

  /** Builds a model and initialises its parameters. */
  public static SmallModel with(int inputSize, Spec... layers) {
    // @start region="build"
    Spec spec = Spec.of("sequential").with("input-size", inputSize).with("layers", List.of(layers));
    SequenceModel model = SequenceModel.build(spec, CATALOG);
    model.initialize(CATALOG, new CounterRandom(1));
    // @end region="build"
    return new SmallModel(model);
  }

  /** Trains with Adam on cross-entropy. */
  public SmallModel learn(int steps, IntFunction<Batch> batches) {
    return learn(Spec.of("cross-entropy"), steps, batches);
  }

  /** Trains with Adam. */
  public SmallModel learn(Spec lossSpec, int steps, IntFunction<Batch> batches) {
    // @start region="learn"
    Loss loss = CATALOG.loss(lossSpec);
    Optimizer adam = CATALOG.optimizer(Spec.of("adam"));
    Schedule cosine = CATALOG.schedule(Spec.of("cosine"));
    TrainingRules rules = new TrainingRules(loss, adam, cosine, new Clipping.GlobalNorm(1));
    TrainingSettings settings = TrainingSettings.of(steps).learningRate(0.01);
    ChunkSource source = new Made(batches, batches.apply(0).batch(), steps);
    new Trainer(model, runner, Workers.ALONE, rules, settings, source, null).train();
    // @end region="learn"
    return this;
  }

  /** Generated chunks that do not continue each other. */
  private record Made(IntFunction<Batch> batches, int rows, int chunks) implements ChunkSource {
    @Override
    public Batch batch(int epoch, int index) {
      return batches.apply(index);
    }
  }

  /** Sets a parameter. */
  public SmallModel set(String name, float... values) {
    // @start region="set"
    Shape shape = model.parameters().get(name).shape();
    model.parameters().set(name, shape, values);
    // @end region="set"
    return this;
  }

  /** Computes the model's output for a batch, from the initial state. */
  public float[] outputs(Batch batch) {
    return runner.predict(batch, runner.newCarry(batch.batch()));
  }

  /** Computes the most likely class at each timestep. */
  public int[] answers(Batch batch) {
    float[] outputs = outputs(batch);
    int classes = model.outputSize();
    int[] best = new int[outputs.length / classes];
    for (int i = 0; i < outputs.length; i++) {
      int at = i / classes;
      best[at] = outputs[i] > outputs[at * classes + best[at]] ? i % classes : best[at];
    }
    return best;
  }

  /** Computes the model's output and values observed inside its cells. */
  public ModelRunner.Observed observe(Batch batch, String... names) {
    return runner.observe(batch, runner.newCarry(batch.batch()), names);
  }

  /** What runs the model. */
  public ModelRunner runner() {
    return runner;
  }

  /** The model. */
  public SequenceModel model() {
    return model;
  }
}
