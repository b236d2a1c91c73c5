package dev.comporta.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.training.Optimizer;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.RelativeError;
import dev.comporta.testkit.Safetensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizersTest {
  private static final Catalog CATALOG = Catalog.load();

  static Stream<Arguments> pytorch() {
    return Stream.of(
        Arguments.of("sgd", Spec.of("sgd").with("learning-rate", 0.1)),
        Arguments.of(
            "sgd_weight_decay",
            Spec.of("sgd").with("learning-rate", 0.1).with("weight-decay", 0.01)),
        Arguments.of("momentum", Spec.of("sgd").with("learning-rate", 0.1).with("momentum", 0.9)),
        Arguments.of(
            "nesterov",
            Spec.of("sgd").with("learning-rate", 0.1).with("momentum", 0.9).with("nesterov", true)),
        Arguments.of("adagrad", Spec.of("adagrad").with("learning-rate", 0.1)),
        Arguments.of("adadelta", Spec.of("adadelta")),
        Arguments.of("rmsprop", Spec.of("rmsprop")),
        Arguments.of(
            "rmsprop_centered_momentum",
            Spec.of("rmsprop")
                .with("learning-rate", 0.01)
                .with("decay", 0.99)
                .with("centered", true)
                .with("momentum", 0.9)),
        Arguments.of("adam", Spec.of("adam").with("learning-rate", 0.01)),
        Arguments.of("amsgrad", Spec.of("amsgrad").with("learning-rate", 0.01)),
        Arguments.of("amsgrad", Spec.of("adam").with("learning-rate", 0.01).with("amsgrad", true)),
        Arguments.of("adamw", Spec.of("adamw").with("learning-rate", 0.01)),
        Arguments.of("adamax", Spec.of("adamax").with("learning-rate", 0.01)),
        Arguments.of(
            "nadam", Spec.of("nadam").with("learning-rate", 0.01).with("form", "pytorch-1")),
        Arguments.of("radam", Spec.of("radam").with("learning-rate", 0.01)));
  }

  @ParameterizedTest
  @MethodSource("pytorch")
  void followsThePathOfPyTorch(String name, Spec spec) {
    Safetensors reference = Safetensors.pytorch("optimizer_" + name);
    double[] path = reference.tensor("path").values();
    Run run = new Run(spec, reference.tensor("p0").floats());
    int size = run.values.length;
    float[] gradients = reference.tensor("gradients").floats();
    for (int step = 0; step * size < path.length; step++) {
      run.step(Arrays.copyOfRange(gradients, step * size, (step + 1) * size), size);
      RelativeError.require(
          name + " after step " + (step + 1),
          run.values,
          Arrays.copyOfRange(path, step * size, (step + 1) * size),
          RelativeError.OUTPUT);
    }
  }

  static Stream<Spec> rules() {
    return Stream.of(
        Spec.of("sgd"),
        Spec.of("sgd").with("momentum", 0.8).with("dampening", 0.3).with("weight-decay", 0.1),
        Spec.of("adagrad").with("initial", 0.5).with("rate-decay", 0.1),
        Spec.of("adadelta").with("weight-decay", 0.1),
        Spec.of("rmsprop").with("weight-decay", 0.1),
        Spec.of("rmsprop").with("momentum", 0.5),
        Spec.of("rmsprop").with("centered", true),
        Spec.of("adam").with("weight-decay", 0.1),
        Spec.of("amsgrad").with("beta2", 0.5),
        Spec.of("adamw").with("amsgrad", true),
        Spec.of("adamax").with("weight-decay", 0.1),
        Spec.of("nadam").with("weight-decay", 0.1).with("decoupled", true),
        Spec.of("radam").with("weight-decay", 0.1).with("decoupled", true));
  }

  /** The formulas of the Javadoc, implemented again in double, element by element. */
  private static double[] exact(Spec spec, float[] start, float[][] gradients) {
    double[] p = new double[start.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = Scalar.path(spec, start[i], gradients, i);
    }
    return p;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void followsItsFormulaInDouble(Spec spec) {
    int size = 37;
    RandomSource random = new CounterRandom(5);
    float[] start = normal(random.stream("p"), size);
    float[][] gradients = new float[30][];
    Run run = new Run(spec, start.clone());
    for (int step = 0; step < gradients.length; step++) {
      gradients[step] = normal(random.stream(step), size);
      run.step(gradients[step], size);
    }
    RelativeError.require(
        spec.toString(), run.values, exact(spec, start, gradients), RelativeError.OUTPUT);
  }

  @Test
  void aConstantGradientNeverBringsTheCenteredVarianceBelowZero() {
    float[] gradients = new float[1000];
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = 0.003f * i;
    }
    Run run = new Run(Spec.of("rmsprop").with("centered", true), new float[1000]);
    boolean below = false;
    for (int step = 0; step < 300; step++) {
      run.step(gradients, 1000);
      for (int i = 0; i < gradients.length; i++) {
        float mean = run.slots.get(2)[i];
        below |= run.slots.getFirst()[i] - mean * mean < 0;
        assertThat(run.values[i]).isFinite();
      }
    }
    assertThat(below).as("rounding brought a variance below zero").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adadelta",
        "adagrad",
        "adam",
        "adamax",
        "adamw",
        "amsgrad",
        "nadam",
        "radam",
        "rmsprop",
        "sgd"
      })
  void everyRuleIsInTheCatalogAndRefusesARateOfZero(String name) {
    assertThat(CATALOG.find(Kind.OPTIMIZER, name).description()).isNotBlank();
    assertThat(optimizer(Spec.of(name)).defaultLearningRate()).isPositive();
    assertThatThrownBy(() -> optimizer(Spec.of(name).with("learning-rate", 0)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[%s] option 'learning-rate' expected a number above 0 but got 0", name);
    assertThatThrownBy(() -> optimizer(Spec.of(name).with("lr", 1)))
        .isInstanceOf(UnknownNameException.class);
  }

  @Test
  void nesterovWithoutMomentumIsRefused() {
    assertThatThrownBy(() -> optimizer(Spec.of("sgd").with("nesterov", true)))
        .hasMessageContaining("expected a 'momentum' above 0");
  }

  private static Optimizer optimizer(Spec spec) {
    return CATALOG.optimizer(spec);
  }

  private static float[] normal(RandomSource random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.normal(i);
    }
    return values;
  }

  /** An optimizer with its state. */
  private static final class Run {
    private final Optimizer optimizer;
    private final float[] values;
    private final List<float[]> slots = new ArrayList<>();
    private final double[] scalars;
    private long step;

    Run(Spec spec, float[] values) {
      this.optimizer = optimizer(spec);
      this.values = values;
      optimizer.slots().forEach(name -> slots.add(new float[values.length]));
      this.scalars = new double[optimizer.scalars().size()];
    }

    void step(float[] gradients, int rangeSize) {
      step++;
      optimizer.prepare(step, optimizer.defaultLearningRate(), scalars);
      for (int from = 0; from < values.length; from += rangeSize) {
        update(gradients, from, Math.min(values.length, from + rangeSize));
      }
    }

    private void update(float[] gradients, int from, int to) {
      optimizer.update(
          new Optimizer.Update(
              step, optimizer.defaultLearningRate(), values, gradients, slots, scalars, from, to));
    }
  }
}
