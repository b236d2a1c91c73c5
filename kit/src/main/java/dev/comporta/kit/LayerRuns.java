package dev.comporta.kit;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.testkit.Named.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.LayerRunner;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.WorkerPool;
import dev.comporta.testkit.ExactRun;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the contracts of cells and of layers have in common: one layer, run in different ways. */
final class LayerRuns {
  static final RandomSource RANDOM = new CounterRandom(7);

  private static final Loss SQUARES =
      (prediction, target) -> new Loss.Value(prediction.square().sum().times(0.5f), 1);

  private final Catalog catalog;
  private final Spec spec;
  private final int inputSize;
  private final int vocabulary;

  /**
   * Runs of a layer.
   *
   * @param spec the layer
   * @param inputSize the features of its input, or 0 for ids
   * @param vocabulary ids are below this number
   */
  LayerRuns(Catalog catalog, Spec spec, int inputSize, int vocabulary) {
    this.catalog = catalog;
    this.spec = spec;
    this.inputSize = inputSize;
    this.vocabulary = vocabulary;
  }

  // ---- one layer on a tape ----------------------------------------------------------------------

  Problem problem(int timesteps, int batch, int @Nullable [] lengths, boolean training) {
    var layer =
        catalog.build(
            Kind.LAYER, spec, (provider, options) -> provider.create(inputSize, options, catalog));
    return inputSize == 0
        ? Problem.random(layer, ids(timesteps, batch), lengths, training, RANDOM)
        : Problem.random(layer, Shape.of(timesteps, batch, inputSize), lengths, training, RANDOM);
  }

  private Ids ids(int timesteps, int batch) {
    int[] ids = new int[timesteps * batch];
    RandomSource random = RANDOM.stream("ids");
    Arrays.setAll(ids, i -> random.below(vocabulary, i));
    return new Ids(timesteps, batch, ids);
  }

  LayerRunner.Products run(Problem problem) {
    return run(problem, "reference", Execution.DEFINITION, Map.of());
  }

  LayerRunner.Products run(
      Problem problem, String backend, Execution execution, Map<String, float[]> cotangents) {
    Tape tape = new Tape(catalog.backend(backend), Workers.ALONE);
    return new LayerRunner(tape, execution)
        .products(
            problem.layer(),
            problem.input(),
            problem.ids(),
            problem.lengths(),
            problem.values(),
            problem.training(),
            problem.noise(),
            cotangents);
  }

  static Map<String, float[]> cotangents(Map<String, double[]> outputs) {
    Map<String, float[]> cotangents = new LinkedHashMap<>();
    outputs.forEach((name, values) ->
        cotangents.put(name, Problem.normal(values.length, 1, RANDOM, "cotangent." + name)));
    return cotangents;
  }

  /** Values on every backend and in each execution agree with those in double precision. */
  void requireExactValues(Problem problem) {
    Map<String, double[]> exact = ExactRun.outputs(problem);
    for (String backend : catalog.names(Kind.BACKEND)) {
      for (Execution execution : Execution.values()) {
        LayerRunner.Products run = run(problem, backend, execution, Map.of());
        exact.forEach((name, values) ->
            RelativeError.require(
                formatted("%s, %s on %s", name, execution, backend),
                get(run.outputs(), name),
                values,
                RelativeError.OUTPUT,
                () -> get(ExactRun.outputs(problem.neighbour()), name)));
      }
    }
  }

  /** The gradients of the definition are central differences in double precision. */
  void requireExactGradients(Problem problem) {
    Map<String, float[]> cotangents = cotangents(ExactRun.outputs(problem));
    LayerRunner.Products run = run(problem, "reference", Execution.DEFINITION, cotangents);
    for (String name : problem.values().keySet()) {
      RelativeError.require(
          "gradient of " + name,
          get(run.gradients(), name),
          ExactRun.gradient(problem, name, cotangents),
          RelativeError.GRADIENT);
    }
  }

  /** Plan and definition agree, values and gradients, on every backend. */
  void requirePlanLikeDefinition(Problem problem) {
    Map<String, double[]> sizes = new LinkedHashMap<>();
    run(problem).outputs().forEach((name, values) -> sizes.put(name, new double[values.length]));
    Map<String, float[]> cotangents = cotangents(sizes);
    for (String backend : catalog.names(Kind.BACKEND)) {
      LayerRunner.Products definition = run(problem, backend, Execution.DEFINITION, cotangents);
      LayerRunner.Products plan = run(problem, backend, Execution.PLAN, cotangents);
      Supplier<LayerRunner.Products> neighbour =
          () -> run(problem.neighbour(), backend, Execution.DEFINITION, cotangents);
      definition
          .outputs()
          .forEach((name, values) ->
              RelativeError.require(
                  name + " of the plan on " + backend,
                  get(plan.outputs(), name),
                  inDouble(values),
                  RelativeError.OUTPUT,
                  () -> inDouble(get(neighbour.get().outputs(), name))));
      definition
          .gradients()
          .forEach((name, values) ->
              RelativeError.require(
                  "the plan's gradient of " + name + " on " + backend,
                  get(plan.gradients(), name),
                  inDouble(values),
                  RelativeError.GRADIENT,
                  () -> inDouble(get(neighbour.get().gradients(), name))));
    }
  }

  private static double[] inDouble(float[] values) {
    double[] copy = new double[values.length];
    Arrays.setAll(copy, i -> values[i]);
    return copy;
  }

  /**
   * Other values at padding change nothing: neither the output before the end of a row, nor the
   * carry.
   */
  void requirePaddingWithoutEffect(int timesteps, int batch, int[] lengths) {
    Problem clean = problem(timesteps, batch, lengths, false);
    Problem dirty;
    if (clean.ids() != null) {
      int[] ids = clean.ids().values().clone();
      for (int i = 0; i < ids.length; i++) {
        ids[i] = i / batch < lengths[i % batch] ? ids[i] : (ids[i] + 1) % vocabulary;
      }
      dirty = clean.with(new Ids(timesteps, batch, ids), lengths);
    } else {
      float[] x = get(clean.values(), Problem.X).clone();
      for (int i = 0; i < timesteps * batch; i++) {
        if (i / batch >= lengths[i % batch]) {
          Arrays.fill(x, i * inputSize, (i + 1) * inputSize, 9);
        }
      }
      dirty = clean.with(Map.of(Problem.X, x));
    }
    for (Execution execution : Execution.values()) {
      LayerRunner.Products ran = run(clean, "reference", execution, Map.of());
      Map<String, float[]> expected = ran.outputs();
      Map<String, float[]> actual = run(dirty, "reference", execution, Map.of()).outputs();
      int width = clean.layer().outputSize();
      int[] ends = ran.lengths();
      for (int i = 0; i < get(expected, Problem.Y).length / width; i++) {
        if (ends == null || i / batch < ends[i % batch]) {
          ProviderContract.requireSame(
              formatted("output %d of row %d, %s", i / batch, i % batch, execution),
              Arrays.copyOfRange(get(expected, Problem.Y), i * width, (i + 1) * width),
              Arrays.copyOfRange(get(actual, Problem.Y), i * width, (i + 1) * width));
        }
      }
      expected.keySet().stream()
          .filter(name -> !name.equals(Problem.Y))
          .forEach(name ->
              ProviderContract.requireSame(
                  name + ", " + execution, get(expected, name), get(actual, name)));
    }
  }

  /** Two chunks with the carry of the first give the bits of the whole. */
  void requireChunksLikeTheWhole(int timesteps, int batch, int cut) {
    Problem whole = problem(timesteps, batch, null, false);
    Map<String, float[]> atOnce = run(whole).outputs();
    Map<String, float[]> first = new LinkedHashMap<>(run(part(whole, 0, cut)).outputs());
    float[] y = get(first, Problem.Y);
    first.remove(Problem.Y);
    Map<String, float[]> second = run(part(whole, cut, timesteps).with(first)).outputs();
    float[] joined = Arrays.copyOf(y, y.length + get(second, Problem.Y).length);
    System.arraycopy(get(second, Problem.Y), 0, joined, y.length, get(second, Problem.Y).length);
    ProviderContract.requireSame("output of two chunks", get(atOnce, Problem.Y), joined);
    first
        .keySet()
        .forEach(name ->
            ProviderContract.requireSame(
                name + " after two chunks", get(atOnce, name), get(second, name)));
  }

  private Problem part(Problem whole, int from, int to) {
    int batch = whole.input().size(1);
    if (whole.ids() != null) {
      int[] ids = Arrays.copyOfRange(whole.ids().values(), from * batch, to * batch);
      return whole.with(new Ids(to - from, batch, ids), null);
    }
    float[] x =
        Arrays.copyOfRange(
            get(whole.values(), Problem.X), from * batch * inputSize, to * batch * inputSize);
    return whole.with(Shape.of(to - from, batch, inputSize), x, null);
  }

  /** Another first row does not change the others, in values and in gradients. */
  void requireIndependentRows(int timesteps, int batch) {
    Problem problem = problem(timesteps, batch, null, false);
    Problem other;
    if (problem.ids() != null) {
      int[] ids = problem.ids().values().clone();
      for (int t = 0; t < timesteps; t++) {
        ids[t * batch] = (ids[t * batch] + 1) % vocabulary;
      }
      other = problem.with(new Ids(timesteps, batch, ids), null);
    } else {
      float[] x = get(problem.values(), Problem.X).clone();
      for (int t = 0; t < timesteps; t++) {
        Arrays.fill(x, t * batch * inputSize, (t * batch + 1) * inputSize, 3 + t);
      }
      other = problem.with(Map.of(Problem.X, x));
    }
    float[] expected = get(run(problem).outputs(), Problem.Y);
    float[] actual = get(run(other).outputs(), Problem.Y);
    int width = problem.layer().outputSize();
    for (int i = 0; i < expected.length / width; i++) {
      if (i % batch > 0) {
        ProviderContract.requireSame(
            formatted("output %d of row %d, after row 0 has changed", i / batch, i % batch),
            Arrays.copyOfRange(expected, i * width, (i + 1) * width),
            Arrays.copyOfRange(actual, i * width, (i + 1) * width));
      }
    }
  }

  // ---- in a model -------------------------------------------------------------------------------

  SequenceModel model() {
    Spec model = Spec.of("sequential").with("layers", java.util.List.of(spec));
    return SequenceModel.build(
        inputSize == 0 ? model : model.with("input-size", inputSize), catalog);
  }

  /** A model with random parameters of the scale of their fan-in. */
  private SequenceModel randomModel() {
    SequenceModel model = model();
    for (ParameterSpec parameter : model.parameterSpecs()) {
      double scale = 1 / Math.sqrt(Math.max(1, parameter.fanIn()));
      model
          .parameters()
          .set(
              parameter.name(),
              parameter.shape(),
              Problem.normal(parameter.shape().count(), scale, RANDOM, parameter.name()));
    }
    return model;
  }

  private Batch batch(int timesteps, int batch) {
    Batch input =
        inputSize == 0
            ? Batch.ofIds(ids(timesteps, batch), null)
            : Batch.ofValues(
                timesteps,
                batch,
                inputSize,
                Problem.normal(timesteps * batch * inputSize, 1, RANDOM, "batch"),
                null);
    return input.targets(1, new float[timesteps * batch]);
  }

  /** The initialisers of all parameters exist and give finite values. */
  void requireInitialized() {
    SequenceModel model = model();
    model.initialize(catalog, RANDOM);
    for (float value : model.parameters().values()) {
      assertThat(value).as("an initial value of %s", spec.name()).isFinite();
    }
  }

  /** A training step has the same bits when it is repeated, and on one and on three threads. */
  void requireSameBitsOnAllThreads(int timesteps, int batch) {
    for (String backend : catalog.names(Kind.BACKEND)) {
      float[] expected = step(backend, timesteps, batch, 1);
      ProviderContract.requireSame(
          "a repeated training step on " + backend, expected, step(backend, timesteps, batch, 1));
      ProviderContract.requireSame(
          "a training step on 3 threads of " + backend,
          expected,
          step(backend, timesteps, batch, 3));
    }
  }

  /** Output and gradients of a step, one after the other. */
  private float[] step(String backend, int timesteps, int rows, int threads) {
    try (WorkerPool workers = new WorkerPool(threads)) {
      ModelRunner runner =
          new ModelRunner(randomModel(), catalog.backend(backend), workers, Execution.PLAN);
      Batch batch = batch(timesteps, rows);
      float[] y = runner.predict(batch, runner.newCarry(rows));
      runner.train(batch, SQUARES, runner.newCarry(rows), RANDOM);
      float[] both = Arrays.copyOf(y, y.length + runner.gradients().length);
      System.arraycopy(runner.gradients(), 0, both, y.length, runner.gradients().length);
      return both;
    }
  }

  /** A session fed one timestep after the other gives the output of the batch. */
  void requireStreamLikeBatch(int timesteps, int rows) {
    SequenceModel model = randomModel();
    Batch batch = batch(timesteps, rows);
    for (String backend : catalog.names(Kind.BACKEND)) {
      ModelRunner runner =
          new ModelRunner(model, catalog.backend(backend), Workers.ALONE, Execution.DEFINITION);
      Carry carry = runner.newCarry(rows);
      float[] expected = runner.predict(batch, carry);
      StreamingModel streaming = new StreamingModel(model, catalog.backend(backend));
      int width = model.outputSize();
      for (int row = 0; row < rows; row++) {
        float[] wanted = new float[timesteps * width];
        float[] streamed = new float[timesteps * width];
        try (Session session = streaming.newSession()) {
          for (int t = 0; t < timesteps; t++) {
            System.arraycopy(expected, (t * rows + row) * width, wanted, t * width, width);
            if (t == timesteps / 2) {
              session.load(session.save());
            }
            if (inputSize == 0) {
              float[] output = new float[width];
              session.step(batch.inputIds().values()[t * rows + row], output);
              System.arraycopy(output, 0, streamed, t * width, width);
            } else {
              float[] x = Problem.normal(timesteps * rows * inputSize, 1, RANDOM, "batch");
              session.step(x, (t * rows + row) * inputSize, streamed, t * width);
            }
          }
        }
        RelativeError.require(
            formatted("the stream of row %d on %s", row, backend),
            streamed,
            inDouble(wanted),
            10 * RelativeError.OUTPUT);
      }
    }
  }

  /** A model that was written to a file and read again gives the same bits. */
  void requireSameAfterLoading(int timesteps, int rows) {
    SequenceModel model = randomModel();
    Batch batch = batch(timesteps, rows);
    float[] expected = predict(model, batch, rows);
    Path folder = null;
    try {
      folder = Files.createTempDirectory("comporta-kit");
      Path file = folder.resolve("model.comporta");
      ModelFiles.write(
          file,
          ModelFile.of(
              model.spec(), model.parameters(), Provenance.of("kit", 0, "", "", Spec.of("kit"))));
      ModelFile read = ModelFiles.read(file);
      SequenceModel loaded = SequenceModel.build(read.spec(), catalog);
      read.restore(loaded.parameters());
      ProviderContract.requireSame(
          "output of the loaded model", expected, predict(loaded, batch, rows));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      delete(folder);
    }
  }

  private float[] predict(SequenceModel model, Batch batch, int rows) {
    ModelRunner runner =
        new ModelRunner(model, catalog.backend("reference"), Workers.ALONE, Execution.DEFINITION);
    return runner.predict(batch, runner.newCarry(rows));
  }

  private static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try {
      Files.deleteIfExists(folder.resolve("model.comporta"));
      Files.delete(folder);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
