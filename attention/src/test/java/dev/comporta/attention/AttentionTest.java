package dev.comporta.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.PastAttention;
import dev.comporta.api.attention.WindowAttention;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Workers;
import dev.comporta.attention.AttentionRun.Result;
import dev.comporta.attention.AttentionRun.Value;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.testkit.RelativeError;
import dev.comporta.testkit.Safetensors;
import dev.comporta.testkit.Safetensors.Entry;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionTest {
  private static final int BATCH = 3;
  private static final int POSITIONS = 6;
  private static final List<String> BACKENDS = List.of("reference", "simd");

  // ---- PyTorch

  @ParameterizedTest
  @ValueSource(strings = {"additive", "dot", "scaled_dot", "general"})
  void agreesWithPyTorch(String score) {
    Safetensors file = Safetensors.pytorch("attention_" + score);
    Shape keys = file.tensor("keys").shape(); // [S, B, K]
    int positions = keys.size(0);
    int batch = keys.size(1);
    int querySize = file.tensor("query").shape().size(1);
    Spec spec = Spec.of(score.replace('_', '-'));
    if (score.equals("additive")) {
      spec = spec.with("units", file.tensor("b").shape().size(0));
    }
    Attention attention = AttentionRun.attention(spec, querySize, keys.size(2));
    Map<String, Value> in = new LinkedHashMap<>();
    in.put("query", value(file.tensor("query")));
    in.put(
        "keys",
        new Value(
            Shape.of(batch, positions, keys.size(2)),
            floats(swapped(file.tensor("keys").values(), positions, batch, keys.size(2)))));
    for (ParameterSpec parameter : attention.parameters()) {
      Entry entry = file.tensor(parameter.name());
      in.put(
          parameter.name(),
          parameter.name().startsWith("W_")
              ? new Value(parameter.shape(), floats(transposed(entry)))
              : value(entry));
    }
    for (String backend : BACKENDS) {
      Result result =
          AttentionRun.onTape(
              backend,
              attention,
              in,
              file.tensor("lengths").ints(),
              floats(swapped(file.tensor("cot.weights").values(), positions, batch, 1)),
              file.tensor("cot.context").floats());
      RelativeError.require(
          "weights",
          result.weights(),
          swapped(file.tensor("weights").values(), positions, batch, 1),
          RelativeError.OUTPUT);
      RelativeError.require(
          "context", result.context(), file.tensor("context").values(), RelativeError.OUTPUT);
      in.forEach((name, value) -> {
        Entry entry = file.tensor("grad." + name);
        double[] exact =
            switch (name) {
              case "keys" -> swapped(entry.values(), positions, batch, keys.size(2));
              case "W_query", "W_key" -> transposed(entry);
              default -> entry.values();
            };
        RelativeError.require(
            "gradient of " + name, result.gradients().get(name), exact, RelativeError.GRADIENT);
      });
    }
  }

  private static Value value(Entry entry) {
    return new Value(entry.shape(), entry.floats());
  }

  /** [a, b, n] to [b, a, n]. */
  private static double[] swapped(double[] values, int a, int b, int n) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int outer = i / n / b;
      int inner = i / n % b;
      result[(inner * a + outer) * n + i % n] = values[i];
    }
    return result;
  }

  private static double[] transposed(Entry matrix) {
    return swapped(matrix.values(), matrix.shape().size(0), matrix.shape().size(1), 1);
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  // ---- Definitions

  /** All of the catalog. */
  static List<String> scores() {
    return AttentionRun.CATALOG.names(Kind.ATTENTION).stream().toList();
  }

  private static Attention make(String score) {
    Spec spec = Spec.of(score);
    return AttentionRun.attention(
        switch (score) {
          case "additive", "coverage" -> spec.with("units", 4);
          case "location" -> spec.with("units", 4).with("width", 3);
          case "local" -> spec.with("units", 4).with("reach", 2);
          default -> spec;
        },
        5,
        score.contains("dot") ? 5 : 7);
  }

  private static Map<String, Value> random(Attention attention, int querySize, int keySize) {
    Map<String, Value> in = new LinkedHashMap<>();
    in.put("query", normal("query", Shape.of(BATCH, querySize)));
    in.put("keys", normal("keys", Shape.of(BATCH, POSITIONS, keySize)));
    attention.parameters().forEach(p -> in.put(p.name(), normal(p.name(), p.shape())));
    if (attention instanceof PastAttention) {
      in.put("past", normal("past", Shape.of(BATCH, POSITIONS)));
    }
    return in;
  }

  private static Map<String, Value> random(String score) {
    return random(make(score), 5, score.contains("dot") ? 5 : 7);
  }

  private static Value normal(String name, Shape shape) {
    RandomSource random = new CounterRandom(11).stream(name);
    float[] data = new float[shape.count()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (0.7 * random.normal(i));
    }
    return new Value(shape, data);
  }

  private static float[] cotangent(String name, int count) {
    return normal("cot." + name, Shape.of(count)).data();
  }

  private static Value masked(Value past, int[] lengths) {
    float[] values = past.data().clone();
    for (int row = 0; row < BATCH; row++) {
      Arrays.fill(values, row * POSITIONS + lengths[row], (row + 1) * POSITIONS, 0);
    }
    return new Value(past.shape(), values);
  }

  @ParameterizedTest
  @MethodSource("scores")
  void aRowOfNothingButPaddingReadsZero(String score) {
    Attention attention = make(score);
    Map<String, Value> in = random(score);
    int keySize = in.get("keys").shape().size(2);
    for (String backend : BACKENDS) {
      Result result =
          AttentionRun.onTape(
              backend,
              attention,
              in,
              new int[] {POSITIONS, 0, 2},
              cotangent("weights", BATCH * POSITIONS),
              cotangent("context", BATCH * keySize));
      assertThat(Arrays.copyOfRange(result.weights(), POSITIONS, 2 * POSITIONS)).containsOnly(0f);
      assertThat(Arrays.copyOfRange(result.context(), keySize, 2 * keySize)).containsOnly(0f);
      assertThat(Arrays.copyOfRange(result.gradients().get("query"), 5, 10)).containsOnly(0f);
      result
          .gradients()
          .values()
          .forEach(gradient -> {
            for (float g : gradient) {
              assertThat(g).isFinite();
            }
          });
      for (int row : new int[] {0, 2}) {
        assertThat(sum(result.weights(), row))
            .isBetween(attention instanceof WindowAttention ? 0.1 : 1 - 1e-6, 1 + 1e-6);
      }
    }
  }

  private static double sum(float[] weights, int row) {
    double sum = 0;
    for (int s = 0; s < POSITIONS; s++) {
      sum += weights[row * POSITIONS + s];
    }
    return sum;
  }

  // ---- Formulas, in plain loops

  @ParameterizedTest
  @ValueSource(strings = {"location", "coverage"})
  void thePastIsSeenAroundEachPosition(String score) {
    Map<String, Value> in = random(score);
    int[] lengths = {POSITIONS, 4, 2};
    in.put("past", masked(in.get("past"), lengths));
    double[] expected = new double[BATCH * POSITIONS];
    int width = in.get("U").shape().size(0);
    assertThat(width).isEqualTo(score.equals("location") ? 3 : 1);
    for (int row = 0; row < BATCH; row++) {
      double[] scores = new double[lengths[row]];
      for (int s = 0; s < lengths[row]; s++) {
        for (int a = 0; a < 4; a++) {
          double sum = at(in, "b", a);
          for (int q = 0; q < 5; q++) {
            sum += at(in, "query", row * 5 + q) * at(in, "W_query", q * 4 + a);
          }
          for (int k = 0; k < 7; k++) {
            sum += at(in, "keys", (row * POSITIONS + s) * 7 + k) * at(in, "W_key", k * 4 + a);
          }
          for (int i = 0; i < width; i++) {
            int from = s + i - width / 2;
            if (from >= 0 && from < POSITIONS) {
              sum += at(in, "past", row * POSITIONS + from) * at(in, "U", i * 4 + a);
            }
          }
          scores[s] += at(in, "v", a) * Math.tanh(sum);
        }
      }
      System.arraycopy(softmax(scores), 0, expected, row * POSITIONS, lengths[row]);
    }
    requireWeights(score, in, lengths, expected);
  }

  @Test
  void aWindowLiesAroundThePredictedPosition() {
    Map<String, Value> in = random("local");
    int[] lengths = {POSITIONS, 5, 1};
    double[] expected = new double[BATCH * POSITIONS];
    int outside = 0;
    for (int row = 0; row < BATCH; row++) {
      double logit = 0;
      for (int a = 0; a < 4; a++) {
        double sum = 0;
        for (int q = 0; q < 5; q++) {
          sum += at(in, "query", row * 5 + q) * at(in, "W_p", q * 4 + a);
        }
        logit += at(in, "v_p", a) * Math.tanh(sum);
      }
      double p = lengths[row] / (1 + Math.exp(-logit));
      double[] scores = new double[lengths[row]];
      for (int s = 0; s < lengths[row]; s++) {
        for (int q = 0; q < 5; q++) {
          for (int k = 0; k < 7; k++) {
            scores[s] +=
                at(in, "query", row * 5 + q)
                    * at(in, "W", q * 7 + k)
                    * at(in, "keys", (row * POSITIONS + s) * 7 + k);
          }
        }
        if (Math.abs(s + 1 - p) > 2) {
          scores[s] = Double.NEGATIVE_INFINITY;
          outside++;
        }
      }
      double[] weights = softmax(scores);
      for (int s = 0; s < lengths[row]; s++) {
        // D = 2, a standard deviation of 1
        expected[row * POSITIONS + s] = weights[s] * Math.exp(-(s + 1 - p) * (s + 1 - p) / 2);
      }
    }
    assertThat(outside).as("positions outside the windows").isBetween(2, 8);
    requireWeights("local", in, lengths, expected);
  }

  private static double at(Map<String, Value> in, String name, int index) {
    return in.get(name).data()[index];
  }

  private static double[] softmax(double[] scores) {
    double sum = Arrays.stream(scores).map(Math::exp).sum();
    return Arrays.stream(scores).map(score -> Math.exp(score) / sum).toArray();
  }

  private static void requireWeights(
      String score, Map<String, Value> in, int[] lengths, double[] expected) {
    float[] cotContext = new float[BATCH * 7];
    for (String backend : BACKENDS) {
      Result result =
          AttentionRun.onTape(
              backend, make(score), in, lengths, new float[BATCH * POSITIONS], cotContext);
      RelativeError.require("weights", result.weights(), expected, RelativeError.OUTPUT);
    }
  }

  // ---- Errors

  @Test
  void aWindowOfThePastHasAMiddle() {
    assertThatThrownBy(() -> AttentionRun.attention(Spec.of("location").with("width", 4), 5, 7))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[location] expected an odd width, so that the window is symmetric, but got 4");
  }

  @Test
  void dotNeedsEqualSizes() {
    assertThatThrownBy(() -> AttentionRun.attention(Spec.of("scaled-dot"), 5, 7))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[scaled-dot] expected queries and keys of the same size but got 5 and 7; use 'general' or 'additive'");
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Tape tape = new Tape(AttentionRun.CATALOG.backend("reference"), Workers.ALONE);
    AttentionReader reader = new AttentionReader(make("dot"));
    AttentionReader.Memory memory =
        reader.remember(
            tape.filled(Shape.of(2, 3, 5), 1), null, name -> tape.filled(Shape.of(), 0));
    assertThatThrownBy(() ->
            reader.read(tape.filled(Shape.of(2, 4), 1), memory, name -> tape.filled(Shape.of(), 0)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("[attention] expected a query [batch, 5] but got [2, 4]");
    assertThatThrownBy(() ->
            reader.read(tape.filled(Shape.of(3, 5), 1), memory, name -> tape.filled(Shape.of(), 0)))
        .hasMessage(
            "[attention] expected a query [2, query] for a memory [2, 3, 5] but got [3, 5]");
    assertThatThrownBy(() ->
            reader.remember(
                tape.filled(Shape.of(2, 3, 5), 1),
                tape.filled(Shape.of(3, 2), 1),
                name -> tape.filled(Shape.of(), 0)))
        .hasMessage("[attention] expected a mask [2, 3] for a memory [2, 3, 5] but got [3, 2]");
  }

  @Test
  void namesArePermanent() {
    assertThat(AttentionRun.CATALOG.names(Kind.ATTENTION))
        .contains("additive", "coverage", "dot", "general", "local", "location", "scaled-dot");
  }
}
