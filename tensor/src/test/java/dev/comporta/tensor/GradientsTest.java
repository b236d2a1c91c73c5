package dev.comporta.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.api.tensor.Workers;
import dev.comporta.testkit.ExactTensor;
import dev.comporta.testkit.RelativeError;
import dev.comporta.testkit.backend.Samples;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values and gradients of every operation: compares the table of gradients in double precision, and
 * the tape on every backend, with central differences in double precision.
 */
class GradientsTest {
  private static final double STEP = 1e-5;

  /** The tolerance of a central difference with that step, and of the table in double precision. */
  private static final double IN_DOUBLE = 1e-8;

  /** The range of an operand's values, away from kinks and poles. */
  private enum Domain {
    /** Of both signs, 0.2 to 1.7 in size. */
    REAL,
    /** 0.2 to 1.7. */
    POSITIVE,
    /** 0.2 to 0.8. */
    UNIT,
    /** 0 or 1; the result is not a smooth function of it. */
    CONDITION
  }

  private record Operand(Shape shape, Domain domain) {
    float[] values(int seed) {
      float[] x = new float[shape.count()];
      CounterRandom random = new CounterRandom(seed);
      for (int i = 0; i < x.length; i++) {
        float u = random.uniform(i);
        x[i] =
            switch (domain) {
              case REAL -> (random.bits(i) & 1) == 0 ? 0.2f + 1.5f * u : -0.2f - 1.5f * u;
              case POSITIVE -> 0.2f + 1.5f * u;
              case UNIT -> 0.2f + 0.6f * u;
              case CONDITION -> random.bits(i) & 1;
            };
      }
      return x;
    }
  }

  private record Case(Op op, List<Operand> operands) {
    @Override
    public String toString() {
      return op + " of " + operands.stream().map(x -> x.shape().toString()).toList();
    }
  }

  private static final List<Case> CASES = new ArrayList<>();

  private static void add(Op op, Operand... operands) {
    CASES.add(new Case(op, List.of(operands)));
  }

  private static Operand real(int... sizes) {
    return new Operand(Shape.of(sizes), Domain.REAL);
  }

  private static Operand of(Domain domain, int... sizes) {
    return new Operand(Shape.of(sizes), domain);
  }

  static {
    for (UnaryFunction function : UnaryFunction.values()) {
      Domain domain =
          switch (function) {
            case SQRT, LOG -> Domain.POSITIVE;
            default -> Domain.REAL;
          };
      add(new Op.Unary(function), of(domain, 2, 3, 4));
    }
    int[][][] pairs = {
      {{2, 3}, {2, 3}},
      {{2, 3}, {3}},
      {{3}, {2, 3}},
      {{2, 1}, {2, 3}},
      {{2, 3}, {2, 1}},
      {{2, 3}, {}},
      {{}, {4}},
      {{2, 1, 3}, {4, 1}}
    };
    for (BinaryFunction function : BinaryFunction.values()) {
      Domain first =
          switch (function) {
            case TANH_GRADIENT, SIGMOID_GRADIENT -> Domain.UNIT;
            default -> Domain.REAL;
          };
      for (int[][] pair : pairs) {
        add(new Op.Binary(function), of(first, pair[0]), real(pair[1]));
      }
    }
    add(new Op.Affine(-1.5f, 0.25f), real(2, 3));
    add(new Op.MatMul(false, false), real(2, 3), real(3, 4));
    add(new Op.MatMul(false, false), real(5, 2, 3), real(3, 4));
    add(new Op.MatMul(false, false), real(3), real(3, 4));
    add(new Op.MatMul(false, true), real(5, 2, 3), real(4, 3));
    add(new Op.MatMul(true, false), real(2, 3, 5), real(6, 4));
    add(new Op.MatMul(true, false), real(6, 5), real(2, 3, 4));
    add(new Op.MatMul(true, true), real(6, 5), real(4, 6));
    add(new Op.SumTo(Shape.of()), real(2, 3));
    add(new Op.SumTo(Shape.of(3)), real(4, 2, 3));
    add(new Op.SumTo(Shape.of(2, 1)), real(4, 2, 3));
    add(new Op.SumTo(Shape.of(4, 1, 3)), real(4, 2, 3));
    add(new Op.BroadcastTo(Shape.of(4, 2, 3)), real(2, 1));
    add(new Op.BroadcastTo(Shape.of(4, 3)), real());
    add(new Op.MaxLast(), real(2, 3, 5));
    add(new Op.Softmax(), real(2, 3, 5));
    add(new Op.LogSoftmax(), real(2, 3, 5));
    add(new Op.CumulativeSum(false), real(2, 3, 5));
    add(new Op.CumulativeSum(true), real(2, 3, 5));
    Ids columns = new Ids(1, 6, new int[] {4, 0, -1, 2, 2, 4});
    add(new Op.GatherColumns(columns), real(2, 3, 5));
    add(new Op.ScatterColumns(columns, 7), real(2, 3, 6));
    Ids labels = new Ids(2, 3, new int[] {4, 0, -1, 2, 2, 1});
    add(new Op.CrossEntropy(labels), real(2, 3, 5));
    add(new Op.CrossEntropyGradient(labels), real(2, 3, 5), real(6));
    add(new Op.CrossEntropy(labels, 0.3), real(2, 3, 5));
    add(new Op.CrossEntropyGradient(labels, 0.3), real(2, 3, 5), real(6));
    for (int axis = 0; axis < 3; axis++) {
      add(new Op.Slice(axis, 1, 3), real(4, 3, 5));
      add(new Op.Slice(axis, 0, 0), real(4, 3, 5));
      add(new Op.Pad(axis, 2, 7), real(4, 3, 5));
      int[] longer = {4, 3, 5};
      longer[axis] = 2;
      add(new Op.Concat(axis), real(4, 3, 5), real(longer), real(4, 3, 5));
    }
    for (int offset : new int[] {0, 1, -2, 4, -5, 6}) {
      add(new Op.Shift(offset), real(2, 3, 5));
    }
    add(new Op.Reshape(Shape.of(3, 4)), real(2, 6));
    add(new Op.Transpose(), real(2, 3, 4));
    add(new Op.SwapLeading(), real(2, 3, 4));
    add(new Op.SwapLeading(), real(2, 3));
    Ids ids = new Ids(2, 3, new int[] {4, 0, 1, 4, 4, 2});
    add(new Op.Gather(ids), real(5, 3));
    add(new Op.ScatterAdd(ids, 5), real(2, 3, 4));
    for (int[][] pair : pairs) {
      add(new Op.Select(), of(Domain.CONDITION, pair[0]), real(pair[1]), real(pair[0]));
      add(new Op.Select(), of(Domain.CONDITION, pair[1]), real(pair[0]), real(pair[1]));
    }
    add(new Op.StopGradient(), real(2, 3));
  }

  @Test
  void everyOperationIsTested() {
    Set<Class<?>> seen = CASES.stream().map(x -> x.op().getClass()).collect(Collectors.toSet());
    assertThat(seen).isEqualTo(new HashSet<>(List.of(Op.class.getPermittedSubclasses())));
    Set<UnaryFunction> unary = EnumSet.noneOf(UnaryFunction.class);
    Set<BinaryFunction> binary = EnumSet.noneOf(BinaryFunction.class);
    Set<Op> products = new HashSet<>();
    for (Case x : CASES) {
      switch (x.op()) {
        case Op.Unary op -> unary.add(op.function());
        case Op.Binary op -> binary.add(op.function());
        case Op.MatMul op -> products.add(op);
        default -> assertThat(x.op()).isNotNull();
      }
    }
    assertThat(unary).isEqualTo(EnumSet.allOf(UnaryFunction.class));
    assertThat(binary).isEqualTo(EnumSet.allOf(BinaryFunction.class));
    assertThat(products).hasSize(4);
  }

  static Stream<Case> cases() {
    return CASES.stream();
  }

  static Stream<Arguments> casesOnBackends() {
    return Engines.backends()
        .flatMap(backend -> CASES.stream().map(x -> Arguments.of(backend.name(), backend, x)));
  }

  /** All operations except the one that may be differentiated only once. */
  static Stream<Arguments> differentiableCasesOnBackends() {
    return casesOnBackends()
        .filter(x -> !(((Case) x.get()[2]).op() instanceof Op.CrossEntropyGradient));
  }

  /** The table of gradients, evaluated in double precision. */
  @ParameterizedTest
  @MethodSource("cases")
  void theTableMatchesDifferences(Case x) {
    List<Tensor> operands = exact(x);
    ExactTensor y = evaluate(x.op(), operands);
    ExactTensor d = ExactTensor.of(y.shape(), cotangent(y.shape()));
    if (x.op() instanceof Op.CrossEntropyGradient) {
      assertThatThrownBy(() -> Gradients.of(x.op(), operands, y, d))
          .isInstanceOf(ShapeException.class)
          .hasMessage(
              "[cross-entropy-gradient] expected a first derivative: second derivatives are"
                  + " not supported");
      return;
    }
    @Nullable Tensor[] gradients = Gradients.of(x.op(), operands, y, d);
    assertThat(gradients).hasSize(operands.size());
    for (int i = 0; i < gradients.length; i++) {
      if (gradients[i] instanceof ExactTensor gradient) {
        assertThat(gradient.shape()).isEqualTo(operands.get(i).shape());
        double[] expected = differences(x, i);
        assertThat(distance(gradient.values(), expected)).isLessThan(IN_DOUBLE);
      } else {
        requireNone(x, i);
      }
    }
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("casesOnBackends")
  void theTapeMatchesDifferences(String name, TensorBackend backend, Case x) {
    assertThat(backend.name()).isEqualTo(name);
    Tape tape = new Tape(backend, Workers.ALONE);
    List<TapeTensor> operands = new ArrayList<>();
    List<float[]> values = new ArrayList<>();
    for (int i = 0; i < x.operands().size(); i++) {
      values.add(x.operands().get(i).values(i));
      operands.add(tape.variable(x.operands().get(i).shape(), values.get(i).clone()));
    }
    TapeTensor[] others = operands.subList(1, operands.size()).toArray(new TapeTensor[0]);
    TapeTensor y = (TapeTensor) operands.getFirst().apply(x.op(), others);
    ExactTensor exact = evaluate(x.op(), exact(x));
    assertThat(y.shape()).isEqualTo(exact.shape());
    RelativeError.require("the value", y.toArray(), exact.values(), RelativeError.OUTPUT);
    float[] before = y.toArray();
    TapeTensor cotangent = tape.constant(y.shape(), cotangent(y.shape()), 0);
    if (x.op() instanceof Op.CrossEntropyGradient) {
      assertThatThrownBy(() -> tape.backward(y, cotangent)).isInstanceOf(ShapeException.class);
      return;
    }
    tape.backward(y, cotangent);
    for (int i = 0; i < operands.size(); i++) {
      TapeTensor gradient = operands.get(i).gradient();
      if (gradient == null) {
        requireNone(x, i);
      } else {
        assertThat(gradient.shape()).isEqualTo(operands.get(i).shape());
        RelativeError.require(
            "the gradient of operand " + i,
            gradient.toArray(),
            differences(x, i),
            RelativeError.GRADIENT);
      }
      assertThat(operands.get(i).toArray()).as("operand %d", i).isEqualTo(values.get(i));
    }
    assertThat(y.toArray()).isEqualTo(before);
  }

  /** Skipping gradients of constant operands does not change the other gradients. */
  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("differentiableCasesOnBackends")
  void constantOperandsChangeNoOtherGradient(String name, TensorBackend backend, Case x) {
    @Nullable TapeTensor[] together = gradients(backend, x, -1);
    for (int i = 0; i < together.length; i++) {
      @Nullable TapeTensor[] alone = gradients(backend, x, i);
      for (int j = 0; j < together.length; j++) {
        TapeTensor gradient = alone[j];
        TapeTensor expected = i == j ? together[j] : null;
        assertThat(gradient == null).as("operand %d of %s", j, name).isEqualTo(expected == null);
        if (gradient != null && expected != null) {
          Samples.assertSameBits(expected.toArray(), gradient.toArray(), x::toString);
        }
      }
    }
  }

  /**
   * Runs with one operand as a variable and the others as constants, or with all as variables for
   * -1.
   */
  private static @Nullable TapeTensor[] gradients(TensorBackend backend, Case x, int variable) {
    Tape tape = new Tape(backend, Workers.ALONE);
    List<TapeTensor> operands = new ArrayList<>();
    for (int i = 0; i < x.operands().size(); i++) {
      Shape shape = x.operands().get(i).shape();
      float[] values = x.operands().get(i).values(i);
      operands.add(
          variable < 0 || variable == i
              ? tape.variable(shape, values)
              : tape.constant(shape, values, 0));
    }
    TapeTensor[] others = operands.subList(1, operands.size()).toArray(new TapeTensor[0]);
    TapeTensor y = (TapeTensor) operands.getFirst().apply(x.op(), others);
    tape.backward(y, tape.constant(y.shape(), cotangent(y.shape()), 0));
    return operands.stream().map(TapeTensor::gradient).toArray(TapeTensor[]::new);
  }

  /** A missing gradient must be zero or stopped intentionally. */
  private static void requireNone(Case x, int operand) {
    if (x.op() instanceof Op.StopGradient
        || x.operands().get(operand).domain() == Domain.CONDITION) {
      return;
    }
    assertThat(differences(x, operand)).containsOnly(0);
  }

  private static float[] cotangent(Shape shape) {
    return Samples.gaussian(99, shape.count());
  }

  private static List<Tensor> exact(Case x) {
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0; i < x.operands().size(); i++) {
      Operand operand = x.operands().get(i);
      operands.add(ExactTensor.of(operand.shape(), operand.values(i)));
    }
    return operands;
  }

  private static ExactTensor evaluate(Op op, List<Tensor> operands) {
    Tensor[] others = operands.subList(1, operands.size()).toArray(new Tensor[0]);
    return (ExactTensor) operands.getFirst().apply(op, others);
  }

  /** The gradient of {@code sum <y, cotangent>} by central differences. */
  private static double[] differences(Case x, int operand) {
    List<Tensor> operands = exact(x);
    double[] values = ((ExactTensor) operands.get(operand)).values();
    double[] gradient = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double before = values[i];
      values[i] = before + STEP;
      double more = weighted(evaluate(x.op(), operands));
      values[i] = before - STEP;
      double less = weighted(evaluate(x.op(), operands));
      values[i] = before;
      gradient[i] = (more - less) / (2 * STEP);
    }
    return gradient;
  }

  private static double weighted(ExactTensor y) {
    float[] d = cotangent(y.shape());
    double sum = 0;
    for (int i = 0; i < d.length; i++) {
      sum += y.values()[i] * d[i];
    }
    return sum;
  }

  private static double distance(double[] got, double[] expected) {
    assertThat(got).hasSameSizeAs(expected);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < got.length; i++) {
      difference += Math.pow(got[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference) / (norm == 0 ? 1 : Math.sqrt(norm));
  }

  /** On a tie, maximum and minimum use the first operand; tied elements share a row maximum. */
  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void ties(TensorBackend backend) {
    for (BinaryFunction function : List.of(BinaryFunction.MAXIMUM, BinaryFunction.MINIMUM)) {
      Tape tape = new Tape(backend, Workers.ALONE);
      TapeTensor a = tape.variable(Shape.of(3), new float[] {1, -2, 0});
      TapeTensor b = tape.variable(Shape.of(3), new float[] {1, -2, 0});
      tape.backward(a.apply(new Op.Binary(function), b).sum());
      assertThat(gradient(a)).containsExactly(1, 1, 1);
      assertThat(gradient(b)).containsOnly(0);
    }
    Tape tape = new Tape(backend, Workers.ALONE);
    TapeTensor x = tape.variable(Shape.of(2, 3), new float[] {1, 5, 5, 2, 2, 2});
    TapeTensor d = tape.constant(Shape.of(2, 1), new float[] {3, 4}, 0);
    tape.backward(x.maxLast(), d);
    assertThat(gradient(x)).containsExactly(0, 1.5f, 1.5f, 4f / 3, 4f / 3, 4f / 3);
  }

  /** At the kink itself the gradient is zero. */
  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void kinks(TensorBackend backend) {
    for (UnaryFunction function : List.of(UnaryFunction.RELU, UnaryFunction.ABS)) {
      Tape tape = new Tape(backend, Workers.ALONE);
      TapeTensor x = tape.variable(Shape.of(2), new float[] {0f, -0f});
      tape.backward(x.apply(new Op.Unary(function)).sum());
      for (float gradient : gradient(x)) {
        assertThat(gradient == 0).as("%s at zero: %s", function, gradient).isTrue();
      }
    }
  }

  private static float[] gradient(TapeTensor x) {
    TapeTensor gradient = x.gradient();
    assertThat(gradient).isNotNull();
    return gradient.toArray();
  }

  /** Values that are not selected have no effect, not even NaN. */
  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void selectKeepsNanOut(TensorBackend backend) {
    Tape tape = new Tape(backend, Workers.ALONE);
    TapeTensor condition = tape.constant(Shape.of(3), new float[] {1, 0, Float.NaN}, 0);
    TapeTensor a = tape.variable(Shape.of(3), new float[] {1, Float.NaN, 3});
    TapeTensor b = tape.variable(Shape.of(3), new float[] {Float.NaN, 5, Float.NaN});
    Tensor y = condition.select(a, b);
    assertThat(y.toArray()).containsExactly(1, 5, 3);
    TapeTensor d = tape.constant(Shape.of(3), new float[] {7, 8, 9}, 0);
    tape.backward(y, d);
    assertThat(gradient(a)).containsExactly(7, 0, 9);
    assertThat(gradient(b)).containsExactly(0, 8, 0);
  }
}
