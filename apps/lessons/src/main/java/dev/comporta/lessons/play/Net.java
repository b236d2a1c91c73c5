package dev.comporta.lessons.play;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A small model of a lesson: built from layers, with weights set by hand or trained. */
public final class Net {
  /** The installed cells, layers, losses and optimizers. */
  public static final Catalog CATALOG = Catalog.load();

  private final Spec spec;
  private final SequenceModel model;
  private final ModelRunner runner;
  private final List<String> set = new ArrayList<>();

  private Net(Spec spec, RandomSource random) {
    this.spec = spec;
    this.model = SequenceModel.build(spec, CATALOG);
    model.initialize(CATALOG, random);
    this.runner =
        new ModelRunner(model, CATALOG.preferredBackend(_ -> {}), Workers.ALONE, Execution.PLAN);
  }

  /** Builds a model of layers; an input size of 0 means ids. */
  public static Net of(RandomSource random, int inputSize, Spec... layers) {
    return new Net(
        Spec.of("sequential").with("input-size", inputSize).with("layers", List.of(layers)),
        random);
  }

  /** Builds a model of any kind. */
  public static Net of(RandomSource random, Spec spec) {
    return new Net(spec, random);
  }

  /** A recurrent layer. */
  public static Spec recurrent(Object cell, int hidden) {
    return Spec.of("recurrent").with("cell", cell).with("hidden", hidden);
  }

  /** A dense layer. */
  public static Spec dense(int units) {
    return Spec.of("dense").with("units", units);
  }

  /** The last timestep only. */
  public static Spec last() {
    return Spec.of("pool-time").with("mode", "last");
  }

  /** Sets a parameter. */
  public Net set(String name, float... values) {
    Shape shape = model.parameters().get(name).shape();
    model.parameters().set(name, shape, values);
    set.add(
        "model.parameters().set(\""
            + name
            + "\", Shape.of("
            + Arrays.stream(shape.sizes())
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(", "))
            + "), new float[] {"
            + IntStream.range(0, values.length)
                .mapToObj(i -> values[i] + "f")
                .collect(Collectors.joining(", "))
            + "});");
    return this;
  }

  /** A copy of a parameter's values. */
  public float[] parameter(String name) {
    return model.parameters().copy(name);
  }

  /** The output of a batch from the initial state, {@code [T, B, O]}. */
  public float[] outputs(Batch batch) {
    return runner.predict(batch, runner.newCarry(batch.batch()));
  }

  /** The output of one sequence with one feature. */
  public float[] outputs(float... x) {
    return outputs(Batch.ofValues(x.length, 1, 1, x, null));
  }

  /** The most likely class at each timestep, {@code [T, B]}. */
  public int[] answers(Batch batch) {
    return runner.answers(batch, runner.newCarry(batch.batch())).values();
  }

  /** Values inside the cells, {@code [T, B, n]}. */
  public float[] observed(Batch batch, String name) {
    ModelRunner.Observed seen = runner.observe(batch, runner.newCarry(batch.batch()), name);
    return Objects.requireNonNull(seen.values().get(name), name);
  }

  /** The state before the first timestep. */
  public Carry newCarry(int rows) {
    return runner.newCarry(rows);
  }

  /** The loss of a batch from the initial state. */
  public double loss(Batch batch, String loss) {
    return runner
        .evaluate(batch, CATALOG.loss(Spec.of(loss)), runner.newCarry(batch.batch()))
        .mean();
  }

  /** The runner, for what this class does not offer. */
  public ModelRunner runner() {
    return runner;
  }

  /** The model. */
  public SequenceModel model() {
    return model;
  }

  /** The number of parameters. */
  public int size() {
    return model.parameters().count();
  }

  /** The Java lines that build this model and set its weights. */
  public String java() {
    return "SequenceModel model = SequenceModel.build(\n    "
        + JavaLines.of(spec).replace("\n", "\n    ")
        + ",\n    Catalog.load());"
        + set.stream().map(line -> "\n" + line).collect(Collectors.joining());
  }

  /**
   * How a model is trained.
   *
   * @param loss the objective to minimise
   * @param optimizer the update rule
   * @param rate the learning rate
   * @param clip the largest norm of the gradients, 0 for no clipping
   * @param steps the number of updates
   */
  public record Course(String loss, Spec optimizer, double rate, double clip, int steps) {
    /** Adam on cross-entropy, clipped at 1. */
    public static Course adam(double rate, int steps) {
      return new Course("cross-entropy", Spec.of("adam"), rate, 1, steps);
    }

    /** The same on another loss. */
    public Course on(String other) {
      return new Course(other, optimizer, rate, clip, steps);
    }
  }

  /** Trains on generated batches, one for each update; returns the loss before each update. */
  public double[] train(Course course, IntFunction<Batch> batches) {
    return train(course, new Made(batches, batches.apply(0).batch(), course.steps()));
  }

  /** Trains on any chunks, one for each update; returns the loss before each update. */
  public double[] train(Course course, ChunkSource source) {
    double[] losses = new double[course.steps()];
    TrainingRules rules =
        new TrainingRules(
            CATALOG.loss(Spec.of(course.loss())),
            CATALOG.optimizer(course.optimizer()),
            CATALOG.schedule(Spec.of("constant")),
            course.clip() > 0 ? new Clipping.GlobalNorm(course.clip()) : new Clipping.None());
    new Trainer(
            model,
            runner,
            Workers.ALONE,
            rules,
            TrainingSettings.of(course.steps()).learningRate(course.rate()),
            source,
            null)
        .listener(event -> {
          if (event instanceof TrainingEvent.Stepped stepped) {
            losses[(int) stepped.step() - 1] = stepped.loss();
          }
        })
        .train();
    return losses;
  }

  /** Generated chunks that do not continue each other. */
  private record Made(IntFunction<Batch> batches, int rows, int chunks) implements ChunkSource {
    @Override
    public Batch batch(int epoch, int index) {
      return batches.apply(index);
    }
  }
}
