package dev.comporta.kit;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.testkit.Named.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.attention.PastAttention;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.attention.AttentionReader;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import dev.comporta.testkit.ExactTensor;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of an attention score, which is read through {@link AttentionReader}: weights and
 * context in double precision, gradients, padding, independent rows.
 *
 * <pre>{@code
 * class CosineAttentionTest extends AttentionContract {
 *   @Override
 *   protected List<Spec> specs() {
 *     return List.of(Spec.of("cosine-similarity"));
 *   }
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class AttentionContract extends ProviderContract<AttentionProvider> {
  private static final int B = 3;
  private static final int S = 6;
  private static final int[] LENGTHS = {S, 3, 1};
  private static final double STEP = 1e-5;

  /** For subclasses. */
  protected AttentionContract() {
    super(Kind.ATTENTION);
  }

  /**
   * The features of a query.
   *
   * @return Q, 5 by default
   */
  protected int querySize() {
    return 5;
  }

  /**
   * The features of a position.
   *
   * @return K, 7 by default; a score that compares the two directly needs K = Q
   */
  protected int keySize() {
    return 7;
  }

  @Override
  final Attention build(Spec spec) {
    return catalog()
        .build(
            Kind.ATTENTION,
            spec,
            (provider, options) -> provider.create(querySize(), keySize(), options));
  }

  @Override
  final void create(AttentionProvider provider, OptionReader options) {
    provider.create(querySize(), keySize(), options);
  }

  // ---- one reading with all inputs by name ------------------------------------------------------

  private static Map<String, Shape> shapes(
      Attention attention, int querySize, int keySize, int rows) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("query", Shape.of(rows, querySize));
    shapes.put("keys", Shape.of(rows, S, keySize));
    attention.parameters().forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
    if (attention instanceof PastAttention) {
      shapes.put("past", Shape.of(rows, S));
    }
    return shapes;
  }

  private Map<String, float[]> random(Spec spec, int @Nullable [] lengths) {
    Map<String, float[]> values = new LinkedHashMap<>();
    shapes(build(spec), querySize(), keySize(), B)
        .forEach((name, shape) ->
            values.put(name, Problem.normal(shape.count(), 0.7, LayerRuns.RANDOM, name)));
    float[] past = values.get("past");
    if (past != null && lengths != null) { // padding never receives weight
      for (int i = 0; i < past.length; i++) {
        past[i] = i % S < lengths[i / S] ? past[i] : 0;
      }
    }
    return values;
  }

  private static float @Nullable [] mask(int @Nullable [] lengths) {
    if (lengths == null) {
      return null;
    }
    float[] mask = new float[lengths.length * S];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % S < lengths[i / S] ? 1 : 0;
    }
    return mask;
  }

  private static AttentionReader.Reading read(
      Attention attention, Function<String, Tensor> in, @Nullable Tensor mask) {
    AttentionReader reader = new AttentionReader(attention);
    AttentionReader.Memory memory = reader.remember(in.apply("keys"), mask, in);
    Tensor past = attention instanceof PastAttention ? in.apply("past") : null;
    return reader.read(in.apply("query"), memory, past, in);
  }

  /** Weights and context, and the gradients of their product with cotangents. */
  @SuppressWarnings("ArrayRecordComponent") // private, never changed
  private record Result(float[] weights, float[] context, Map<String, float[]> gradients) {}

  private float[] cotangent(String name, int count) {
    return Problem.normal(count, 1, LayerRuns.RANDOM, "cotangent." + name);
  }

  private Result onTape(
      Spec spec, Map<String, float[]> values, int @Nullable [] lengths, String backend) {
    Attention attention = build(spec);
    int rows = get(values, "query").length / querySize();
    Map<String, Shape> shapes = shapes(attention, querySize(), keySize(), rows);
    Tape tape = new Tape(catalog().backend(backend), Workers.ALONE);
    Map<String, TapeTensor> in = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> in.put(name, tape.variable(shape, get(values, name))));
    float[] mask = mask(lengths);
    AttentionReader.Reading reading =
        read(attention, in::get, mask == null ? null : tape.constant(Shape.of(rows, S), mask, 0));
    for (Tensor output : List.of(reading.weights(), reading.context())) {
      String name = output == reading.weights() ? "weights" : "context";
      tape.accumulate(
          (TapeTensor) output,
          tape.constant(output.shape(), cotangent(name, output.shape().count()), 0));
    }
    float[] weights = reading.weights().toArray();
    float[] context = reading.context().toArray();
    tape.walkBack();
    Map<String, float[]> gradients = new LinkedHashMap<>();
    in.forEach((name, tensor) -> {
      TapeTensor gradient = tensor.gradient();
      gradients.put(
          name, gradient == null ? new float[tensor.shape().count()] : gradient.toArray());
    });
    return new Result(weights, context, gradients);
  }

  private AttentionReader.Reading exact(
      Spec spec, Map<String, double[]> values, int @Nullable [] lengths) {
    Attention attention = build(spec);
    Map<String, Shape> shapes = shapes(attention, querySize(), keySize(), B);
    float[] mask = mask(lengths);
    return read(
        attention,
        name -> ExactTensor.of(get(shapes, name), get(values, name)),
        mask == null ? null : ExactTensor.of(Shape.of(B, S), mask));
  }

  private static Map<String, double[]> inDouble(Map<String, float[]> values) {
    Map<String, double[]> copies = new LinkedHashMap<>();
    values.forEach((name, data) -> copies.put(name, inDouble(data)));
    return copies;
  }

  private static double[] inDouble(float[] values) {
    double[] copy = new double[values.length];
    Arrays.setAll(copy, i -> values[i]);
    return copy;
  }

  private static double[] values(Tensor tensor) {
    return ((ExactTensor) tensor).values();
  }

  // ---- checks -----------------------------------------------------------------------------------

  /**
   * Parameters have unique names, and scores one number for each position.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void scoresHaveOneNumberPerPosition(Spec spec) {
    Attention attention = build(spec);
    assertThat(attention.parameters()).extracting(ParameterSpec::name).doesNotHaveDuplicates();
    assertThat(build(spec).parameters())
        .as("parameters of a second one")
        .isEqualTo(attention.parameters());
    Map<String, Shape> shapes = shapes(attention, querySize(), keySize(), B);
    Map<String, float[]> values = random(spec, null);
    Function<String, Tensor> in = name -> ExactTensor.of(get(shapes, name), get(values, name));
    Tensor projected = attention.project(in.apply("keys"), in);
    Tensor scores = attention.scores(in.apply("query"), projected, in);
    assertThat(scores.shape().rank()).as("axes of %s", scores.shape()).isEqualTo(2);
    assertThat(List.of(scores.shape().size(0), scores.shape().size(1)))
        .as("shape of the scores")
        .isEqualTo(List.of(B, S));
  }

  /**
   * Weights and context in float32 are those in double precision, on every backend.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void valuesAreExact(Spec spec) {
    for (int[] lengths : new int[][] {null, LENGTHS}) {
      Map<String, float[]> values = random(spec, lengths);
      AttentionReader.Reading exact = exact(spec, inDouble(values), lengths);
      for (String backend : catalog().names(Kind.BACKEND)) {
        Result result = onTape(spec, values, lengths, backend);
        RelativeError.require(
            "weights on " + backend,
            result.weights(),
            values(exact.weights()),
            RelativeError.OUTPUT);
        RelativeError.require(
            "context on " + backend,
            result.context(),
            values(exact.context()),
            RelativeError.OUTPUT);
      }
    }
  }

  /**
   * Gradients are central differences in double precision, and no parameter is unused.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void gradientsAreCentralDifferences(Spec spec) {
    Map<String, float[]> values = random(spec, LENGTHS);
    Map<String, double[]> exact = inDouble(values);
    Result result = onTape(spec, values, LENGTHS, "reference");
    exact.forEach((name, numbers) -> {
      double[] gradient = new double[numbers.length];
      for (int i = 0; i < numbers.length; i++) {
        double before = numbers[i];
        numbers[i] = before + STEP;
        double more = product(exact(spec, exact, LENGTHS));
        numbers[i] = before - STEP;
        gradient[i] = (more - product(exact(spec, exact, LENGTHS))) / (2 * STEP);
        numbers[i] = before;
      }
      assertThat(Arrays.stream(gradient).map(Math::abs).max().orElse(0))
          .as("largest gradient of " + name + ", on which something depends")
          .isPositive();
      RelativeError.require(
          "gradient of " + name, get(result.gradients(), name), gradient, RelativeError.GRADIENT);
    });
  }

  private double product(AttentionReader.Reading reading) {
    return product(values(reading.weights()), "weights")
        + product(values(reading.context()), "context");
  }

  private double product(double[] output, String name) {
    float[] cotangent = cotangent(name, output.length);
    double sum = 0;
    for (int i = 0; i < output.length; i++) {
      sum += output[i] * cotangent[i];
    }
    return sum;
  }

  /**
   * Not even NaN at padding has an effect, and a row of padding only reads zeros.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void paddingHasNoEffect(Spec spec) {
    int[] lengths = {S - 1, 2, 0};
    Map<String, float[]> clean = random(spec, lengths);
    Map<String, float[]> dirty = new LinkedHashMap<>(clean);
    float[] keys = get(clean, "keys").clone();
    for (int row = 0; row < B; row++) {
      int from = (row * S + lengths[row]) * keySize();
      Arrays.fill(keys, from, (row + 1) * S * keySize(), Float.NaN);
    }
    dirty.put("keys", keys);
    for (String backend : catalog().names(Kind.BACKEND)) {
      Result expected = onTape(spec, clean, lengths, backend);
      Result actual = onTape(spec, dirty, lengths, backend);
      requireSame("weights with NaN at padding", expected.weights(), actual.weights());
      requireSame("context with NaN at padding", expected.context(), actual.context());
      expected
          .gradients()
          .forEach((name, gradient) ->
              requireSame(
                  "gradient of " + name + " with NaN at padding",
                  gradient,
                  get(actual.gradients(), name)));
      for (int i = 0; i < S; i++) {
        assertThat(actual.weights()[2 * S + i]).as("weight in a row of padding").isZero();
      }
      for (int i = 0; i < keySize(); i++) {
        assertThat(actual.context()[2 * keySize() + i]).as("context of padding").isZero();
      }
    }
  }

  /**
   * Each row reads the same alone as in a batch.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void rowsAreIndependent(Spec spec) {
    Map<String, float[]> all = random(spec, LENGTHS);
    Result together = onTape(spec, all, LENGTHS, "reference");
    for (int row = 0; row < B; row++) {
      Map<String, float[]> own = new LinkedHashMap<>(all);
      for (String name : List.of("query", "keys", "past")) {
        float[] values = all.get(name);
        if (values != null) {
          int size = values.length / B;
          own.put(name, Arrays.copyOfRange(values, row * size, (row + 1) * size));
        }
      }
      Result alone = onTape(spec, own, new int[] {LENGTHS[row]}, "reference");
      requireSame(
          formatted("weights of row %d alone", row),
          alone.weights(),
          Arrays.copyOfRange(together.weights(), row * S, (row + 1) * S));
      requireSame(
          formatted("context of row %d alone", row),
          alone.context(),
          Arrays.copyOfRange(together.context(), row * keySize(), (row + 1) * keySize()));
    }
  }

  /**
   * A mask of ones reads the same as no mask.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void withoutAMaskAllPositionsCount(Spec spec) {
    Map<String, float[]> values = random(spec, null);
    Result without = onTape(spec, values, null, "reference");
    Result full = onTape(spec, values, new int[] {S, S, S}, "reference");
    requireSame("weights", without.weights(), full.weights());
    requireSame("context", without.context(), full.context());
  }
}
