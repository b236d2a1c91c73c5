package dev.comporta.tasks;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Progress;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.Target;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the thing that a specification describes does, on small data, as text to compare. */
final class ProviderRuns {
  private static final int T = 7;
  private static final int B = 2;
  private static final int FEATURES = 12; // of a picture of 4 by 3

  private final Catalog catalog;

  ProviderRuns(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Throws what the provider throws. */
  String of(Kind<?> kind, Spec spec) {
    if (kind == Kind.CELL) {
      return layer(Spec.of("recurrent").with("cell", spec).with("hidden", 6));
    } else if (kind == Kind.LAYER) {
      return layer(spec);
    } else if (kind == Kind.ATTENTION) {
      return decoder(
          Spec.of("attention-decoder")
              .with("cell", "gru")
              .with("hidden", 6)
              .with("attention", spec));
    } else if (kind == Kind.LOSS) {
      return loss(spec);
    } else if (kind == Kind.OPTIMIZER) {
      return optimizer(spec);
    } else if (kind == Kind.SCHEDULE) {
      return schedule(spec);
    }
    return initializer(spec);
  }

  /** On features, else on ids, else in a decoder. */
  private String layer(Spec layer) {
    try {
      return sequential(layer, FEATURES);
    } catch (ComportaException onFeatures) {
      return otherwise(onFeatures, List.of(() -> sequential(layer, 0), () -> decoder(layer)));
    }
  }

  private static String otherwise(ComportaException first, List<Run> runs) {
    ComportaException clearest = first;
    for (Run run : runs) {
      try {
        return run.text();
      } catch (ComportaException e) {
        clearest = clearer(clearest, e);
      }
    }
    throw clearest;
  }

  /** The one that is about an option, since it says how to go on. */
  private static ComportaException clearer(ComportaException a, ComportaException b) {
    return b.getMessage().contains("option") && !a.getMessage().contains("option") ? b : a;
  }

  private interface Run {
    String text();
  }

  private String sequential(Spec layer, int inputSize) {
    Spec spec = Spec.of("sequential").with("layers", List.of(layer));
    spec = inputSize == 0 ? spec : spec.with("input-size", inputSize);
    return model(spec, inputSize == 0 ? ids() : features());
  }

  private String decoder(Spec layer) {
    Spec spec =
        Spec.of("encoder-decoder")
            .with("input-size", FEATURES)
            .with("source-input-size", FEATURES)
            .with("encoder", List.of(Spec.of("recurrent").with("cell", "gru").with("hidden", 6)))
            .with("layers", List.of(layer));
    return model(spec, features().source(features()));
  }

  private static Batch ids() {
    int[] values = new int[T * B];
    Arrays.setAll(values, i -> (i * i) % 4);
    return Batch.ofIds(new Ids(T, B, values), null);
  }

  private static Batch features() {
    return Batch.ofValues(T, B, FEATURES, numbers(T * B * FEATURES), null);
  }

  private static float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) Math.sin(i * 1.3 + 0.4) + 0.1f;
    }
    return numbers;
  }

  /** Parameters, output, and the gradients of a step with noise. */
  private String model(Spec spec, Batch batch) {
    SequenceModel model = SequenceModel.build(spec, catalog);
    model.initialize(catalog, new CounterRandom(3));
    ModelRunner runner =
        new ModelRunner(model, catalog.backend("reference"), Workers.ALONE, Execution.DEFINITION);
    float[] output = runner.predict(batch, runner.newCarry(B));
    float[] values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) Math.cos(i) * 0.3f; // no bias of zero, no gain of one
    }
    model.parameters().changed();
    float[] moved = runner.predict(batch, runner.newCarry(B));
    Loss squares = (prediction, target) -> new Loss.Value(prediction.square().sum(), 1);
    var result =
        runner.train(
            batch.targets(1, new float[T * B]), squares, runner.newCarry(B), new CounterRandom(5));
    return model.parameterSpecs().stream().map(p -> p.name() + p.shape() + p.trained()).toList()
        + Arrays.toString(output)
        + Arrays.toString(moved)
        + result
        + Arrays.toString(runner.gradients());
  }

  private String loss(Spec spec) {
    Loss loss = catalog.loss(spec);
    int[] labels = new int[T * B];
    Arrays.setAll(labels, i -> i % 4);
    int[] few = new int[2 * B];
    Arrays.setAll(few, i -> 1 + i / B % 2);
    float[] shares = new float[T * B * 4];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = 0.1f * (1 + i % 4);
    }
    return otherwise(
        new ComportaException("no target fits"),
        List.of(
            () -> loss(loss, Target.labels(new Ids(T, B, labels), null)),
            () -> loss(loss, Target.labels(new Ids(2, B, few), null)),
            () -> chain(loss, labels),
            () -> loss(loss, shares),
            () -> mixture(loss, 0),
            () -> mixture(loss, 1),
            () -> mixture(loss, 2),
            () -> mixture(loss, 3)));
  }

  /** Of one Gaussian, which has six features, and some events. */
  private String mixture(Loss loss, int events) {
    float[] target = numbers(T * B * (2 + events));
    for (int i = 0; i < target.length; i++) {
      target[i] = i % (2 + events) < 2 ? target[i] : i % 2;
    }
    Tape tape = tape();
    return text(
        loss.of(
            constant(tape, numbers(T * B * (6 + events))),
            Target.values(constant(tape, target), null)));
  }

  private String loss(Loss loss, Target target) {
    return text(loss.of(constant(tape(), prediction()), target));
  }

  /** Of two classes, which have eight scores at each timestep. */
  private String chain(Loss loss, int[] labels) {
    int[] two = Arrays.stream(labels).map(label -> label % 2).toArray();
    return text(
        loss.of(constant(tape(), numbers(T * B * 8)), Target.labels(new Ids(T, B, two), null)));
  }

  private String loss(Loss loss, float[] target) {
    Tape tape = tape();
    return text(loss.of(constant(tape, prediction()), Target.values(constant(tape, target), null)));
  }

  private static String text(Loss.Value value) {
    return value.sum().toArray()[0] + " / " + value.weight();
  }

  private static float[] prediction() {
    float[] prediction = numbers(T * B * 4);
    for (int i = 0; i < prediction.length; i++) {
      prediction[i] *= 3;
    }
    return prediction;
  }

  private Tape tape() {
    return new Tape(catalog.backend("reference"), Workers.ALONE);
  }

  private static Tensor constant(Tape tape, float[] values) {
    return tape.constant(Shape.of(T, B, values.length / (T * B)), values, 0);
  }

  private String optimizer(Spec spec) {
    Optimizer rule = catalog.optimizer(spec);
    float[] values = {0.5f, -0.3f, 2f, 1e-3f};
    List<float[]> slots = new ArrayList<>();
    rule.slots().forEach(slot -> slots.add(new float[values.length]));
    double[] scalars = new double[rule.scalars().size()];
    for (int step = 1; step <= 12; step++) {
      float[] gradients = {0.1f * step, -0.2f, 0.3f / step, step % 2 == 0 ? 1e-4f : -2e-4f};
      rule.prepare(step, 0.01, scalars);
      rule.update(
          new Optimizer.Update(step, 0.01, values, gradients, slots, scalars, 0, values.length));
    }
    return rule.defaultLearningRate() + Arrays.toString(values);
  }

  private String schedule(Spec spec) {
    Schedule schedule = catalog.schedule(spec);
    StringBuilder rates = new StringBuilder();
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step <= 60; step++) {
      if (step % 2 == 1) {
        losses.add(step < 9 ? 3.0 / step : 0.3 + 1e-3 * (step % 5) - 2e-6 * step);
      }
      rates
          .append(schedule.learningRate(0.5, new Progress(step, 60, step / 4, losses)))
          .append(' ');
    }
    return rates.toString();
  }

  private String initializer(Spec spec) {
    Initializer initializer = catalog.initializer(spec);
    List<Run> runs = new ArrayList<>();
    for (Shape shape : List.of(Shape.of(6, 24), Shape.of(24))) {
      runs.add(() -> {
        float[] values = new float[shape.count()];
        initializer.fill(
            new ParameterSpec("b", shape, spec, 6, 24), values, 0, new CounterRandom(1));
        return Arrays.toString(values);
      });
    }
    return otherwise(new ComportaException("no shape fits"), runs);
  }
}
