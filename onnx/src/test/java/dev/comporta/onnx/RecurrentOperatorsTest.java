package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RNN, LSTM and GRU with random attributes, against ONNX's equations written out in the test. */
class RecurrentOperatorsTest {
  private static final int CASES = 150;

  /** An activation of the tests: its name, whether it takes alpha and beta, and what it is. */
  private record Known(String name, boolean alpha, boolean beta) {
    DoubleUnaryOperator with(double a, double b) {
      return switch (name) {
        case "Relu" -> x -> x > 0 ? x : 0;
        case "Tanh" -> Math::tanh;
        case "Sigmoid" -> x -> 1 / (1 + Math.exp(-x));
        case "Affine" -> x -> a * x + b;
        case "LeakyRelu" -> x -> x < 0 ? a * x : x;
        case "ThresholdedRelu" -> x -> x > a ? x : 0;
        case "ScaledTanh" -> x -> a * Math.tanh(b * x);
        case "HardSigmoid" -> x -> Math.min(Math.max(a * x + b, 0), 1);
        case "Elu" -> x -> x < 0 ? a * (Math.exp(x) - 1) : x;
        case "Softsign" -> x -> x / (1 + Math.abs(x));
        default -> x -> x > 30 ? x : Math.log(1 + Math.exp(x));
      };
    }
  }

  private static final List<Known> FUNCTIONS =
      List.of(
          new Known("Relu", false, false),
          new Known("Tanh", false, false),
          new Known("Sigmoid", false, false),
          new Known("Affine", true, true),
          new Known("LeakyRelu", true, false),
          new Known("ScaledTanh", true, true),
          new Known("HardSigmoid", true, true),
          new Known("Elu", true, false),
          new Known("Softsign", false, false),
          new Known("Softplus", false, false));

  private static final List<Known> BOUNDED =
      FUNCTIONS.stream()
          .filter(it ->
              List.of("Tanh", "Sigmoid", "ScaledTanh", "HardSigmoid", "Softsign")
                  .contains(it.name()))
          .toList();

  private static double[] random(Random random, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * 0.6);
    }
    return values;
  }

  private static OnnxTensor tensor(boolean wide, double[] values, int... sizes) {
    if (wide) {
      return OnnxTensor.of(values.clone(), sizes);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return OnnxTensor.of(floats, sizes);
  }

  /** Exchanges two neighbouring axes of {@code [outer, a, b, inner]}. */
  private static double[] swapped(double[] values, int a, int b, int inner) {
    double[] turned = new double[values.length];
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        System.arraycopy(values, (i * b + j) * inner, turned, (j * a + i) * inner, inner);
      }
    }
    return turned;
  }

  @ParameterizedTest
  @ValueSource(strings = {"RNN", "LSTM", "GRU"})
  void randomAttributesComputeTheEquations(String kind) {
    for (int seed = 0; seed < CASES; seed++) {
      compare(kind, seed, false, 2e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RNN", "LSTM", "GRU"})
  void doublesComputeTheEquationsInDouble(String kind) {
    for (int seed = 1000; seed < 1040; seed++) {
      compare(kind, seed, true, 1e-12);
    }
  }

  private static void compare(String kind, int seed, boolean wide, double bound) {
    Random random = new Random(seed);
    int directions = 1 + random.nextInt(2);
    int steps = 1 + random.nextInt(6);
    int rows = 1 + random.nextInt(4);
    int inputs = 1 + random.nextInt(5);
    int hidden = 1 + random.nextInt(19);
    boolean reverse = directions == 1 && random.nextBoolean();
    boolean batchFirst = random.nextInt(3) == 0;
    PlainRecurrence plain =
        new PlainRecurrence(kind, steps, rows, inputs, hidden, directions, reverse);
    int gates = plain.gates();
    int states = directions * rows * hidden;
    boolean biased = random.nextBoolean();
    boolean ragged = random.nextBoolean();
    boolean begun = random.nextBoolean();
    boolean peeps = kind.equals("LSTM") && random.nextBoolean();
    plain.x = random(random, steps * rows * inputs);
    plain.w = random(random, directions * gates * hidden * inputs);
    plain.r = random(random, directions * gates * hidden * hidden);
    plain.b =
        biased
            ? random(random, directions * 2 * gates * hidden)
            : new double[directions * 2 * gates * hidden];
    plain.p = peeps ? random(random, directions * 3 * hidden) : new double[directions * 3 * hidden];
    plain.h0 = begun ? random(random, states) : new double[states];
    plain.c0 = begun && kind.equals("LSTM") ? random(random, states) : new double[states];
    plain.lengths = new int[rows];
    for (int row = 0; row < rows; row++) {
      plain.lengths[row] = ragged ? random.nextInt(steps + 1) : steps;
    }
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(TestGraph.integer("hidden_size", hidden));
    attributes.add(
        TestGraph.text(
            "direction", directions == 2 ? "bidirectional" : reverse ? "reverse" : "forward"));
    if (batchFirst) {
      attributes.add(TestGraph.integer("layout", 1));
    }
    if (random.nextInt(3) == 0) {
      plain.clip = (float) (0.3 + random.nextDouble());
      attributes.add(TestGraph.real("clip", (float) plain.clip));
    }
    if (kind.equals("LSTM") && random.nextInt(3) == 0) {
      plain.inputForget = true;
      attributes.add(TestGraph.integer("input_forget", 1));
    }
    if (kind.equals("GRU") && random.nextBoolean()) {
      plain.linearBeforeReset = true;
      attributes.add(TestGraph.integer("linear_before_reset", 1));
    }
    functions(plain, random, attributes);
    List<OnnxTensor> given = new ArrayList<>();
    given.add(
        batchFirst
            ? tensor(wide, swapped(plain.x, steps, rows, inputs), rows, steps, inputs)
            : tensor(wide, plain.x, steps, rows, inputs));
    given.add(tensor(wide, plain.w, directions, gates * hidden, inputs));
    given.add(tensor(wide, plain.r, directions, gates * hidden, hidden));
    given.add(biased ? tensor(wide, plain.b, directions, 2 * gates * hidden) : null);
    given.add(
        ragged
            ? OnnxTensor.of(
                ElementType.INT32, Arrays.stream(plain.lengths).asLongStream().toArray(), rows)
            : null);
    given.add(begun ? state(wide, batchFirst, plain.h0, directions, rows, hidden) : null);
    if (kind.equals("LSTM")) {
      given.add(begun ? state(wide, batchFirst, plain.c0, directions, rows, hidden) : null);
      given.add(peeps ? tensor(wide, plain.p, directions, 3 * hidden) : null);
    }
    plain.run();
    List<OnnxValue> outputs =
        TestGraph.run(
            14,
            kind,
            given,
            kind.equals("LSTM") ? 3 : 2,
            attributes.toArray(AttributeProto[]::new));
    String what = kind + " seed " + seed;
    double[] y = batchFirst ? swapped(plain.y, steps, directions * rows, hidden) : plain.y;
    if (batchFirst) {
      // [T, D, B, H] to [B, T, D, H]
      y = swapped(plain.y, steps * directions, rows, hidden);
    }
    close(what + " Y", (OnnxTensor) outputs.get(0), y, bound);
    close(
        what + " Y_h",
        (OnnxTensor) outputs.get(1),
        turned(plain.h, batchFirst, directions, rows, hidden),
        bound);
    if (kind.equals("LSTM")) {
      close(
          what + " Y_c",
          (OnnxTensor) outputs.get(2),
          turned(plain.c, batchFirst, directions, rows, hidden),
          bound);
    }
  }

  private static void functions(
      PlainRecurrence plain, Random random, List<AttributeProto> attributes) {
    int each = plain.kind.equals("LSTM") ? 3 : plain.kind.equals("GRU") ? 2 : 1;
    int count = each * plain.directions;
    plain.functions = new DoubleUnaryOperator[count];
    if (random.nextBoolean()) {
      for (int i = 0; i < count; i++) {
        boolean gate = each > 1 && i % each == 0;
        plain.functions[i] = gate ? x -> 1 / (1 + Math.exp(-x)) : Math::tanh;
      }
      return;
    }
    List<String> names = new ArrayList<>();
    List<Float> alphas = new ArrayList<>();
    List<Float> betas = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean gate = each > 1 && i % each == 0;
      // Gates are bounded, so that no state grows beyond what floats can be compared at.
      List<Known> choices = gate ? BOUNDED : FUNCTIONS;
      Known known = choices.get(random.nextInt(choices.size()));
      float alpha = 0.1f + random.nextFloat();
      float beta = 0.1f + random.nextFloat();
      names.add(known.name());
      if (known.alpha()) {
        alphas.add(alpha);
      }
      if (known.beta()) {
        betas.add(beta);
      }
      plain.functions[i] = known.with(alpha, beta);
    }
    attributes.add(TestGraph.words("activations", names));
    attributes.add(TestGraph.reals("activation_alpha", alphas));
    attributes.add(TestGraph.reals("activation_beta", betas));
  }

  private static double[] turned(
      double[] state, boolean batchFirst, int directions, int rows, int hidden) {
    return batchFirst ? swapped(state, directions, rows, hidden) : state;
  }

  private static OnnxTensor state(
      boolean wide, boolean batchFirst, double[] values, int directions, int rows, int hidden) {
    double[] turned = turned(values, batchFirst, directions, rows, hidden);
    return batchFirst
        ? tensor(wide, turned, rows, directions, hidden)
        : tensor(wide, turned, directions, rows, hidden);
  }

  /** Compares in units of the largest state, because rounding errors of all of them are mixed. */
  private static void close(String what, OnnxTensor found, double[] expected, double bound) {
    assertThat(found.count()).as(what).isEqualTo(expected.length);
    double largest = 1;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(found.number(i) - expected[i]) / largest;
      assertThat(difference).as("%s at %d: %s", what, i, expected[i]).isLessThan(bound);
    }
  }

  @Test
  void aWrongShapeIsRefusedWithTheNode() {
    List<OnnxTensor> given =
        List.of(
            OnnxTensor.of(new float[6], 1, 2, 3),
            OnnxTensor.of(new float[32], 1, 8, 4),
            OnnxTensor.of(new float[16], 1, 8, 2));
    assertThatThrownBy(() -> TestGraph.run(14, "LSTM", given, 1))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("[LSTM] node 'the LSTM'")
        .hasMessageContaining("W of shape [1, 8, 3]");
  }
}
