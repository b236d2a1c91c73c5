package dev.comporta.attention;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.attention.PastAttention;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import dev.comporta.testkit.ExactTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One reading with all inputs by name: {@code query}, {@code keys} (batch-major), the parameters,
 * and {@code past} for attention that uses earlier weights.
 */
final class AttentionRun {
  static final Catalog CATALOG = Catalog.load();

  private AttentionRun() {}

  static Attention attention(Spec spec, int querySize, int keySize) {
    return CATALOG.build(
        Kind.ATTENTION,
        spec,
        (AttentionProvider provider, dev.comporta.api.model.OptionReader options) ->
            provider.create(querySize, keySize, options));
  }

  /** Values with their shape. */
  record Value(Shape shape, float[] data) {}

  /** Weights and context, and the gradients of their product with cotangents. */
  record Result(float[] weights, float[] context, Map<String, float[]> gradients) {}

  static float @Nullable [] mask(int @Nullable [] lengths, int positions) {
    if (lengths == null) {
      return null;
    }
    float[] mask = new float[lengths.length * positions];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % positions < lengths[i / positions] ? 1 : 0;
    }
    return mask;
  }

  static Result onTape(
      String backend,
      Attention attention,
      Map<String, Value> in,
      int @Nullable [] lengths,
      float[] cotWeights,
      float[] cotContext) {
    Tape tape = new Tape(CATALOG.backend(backend), Workers.ALONE);
    Map<String, TapeTensor> tensors = new LinkedHashMap<>();
    in.forEach((name, value) -> tensors.put(name, tape.variable(value.shape(), value.data())));
    float[] mask = mask(lengths, in.get("keys").shape().size(1));
    Shape scores = Shape.of(in.get("keys").shape().size(0), in.get("keys").shape().size(1));
    AttentionReader.Reading reading =
        read(attention, tensors::get, mask == null ? null : tape.constant(scores, mask, 0));
    float[] weights = reading.weights().toArray();
    float[] context = reading.context().toArray();
    tape.accumulate(
        (TapeTensor) reading.weights(), tape.constant(reading.weights().shape(), cotWeights, 0));
    tape.accumulate(
        (TapeTensor) reading.context(), tape.constant(reading.context().shape(), cotContext, 0));
    tape.walkBack();
    Map<String, float[]> gradients = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> {
      TapeTensor gradient = tensor.gradient();
      gradients.put(
          name, gradient == null ? new float[tensor.shape().count()] : gradient.toArray());
    });
    return new Result(weights, context, gradients);
  }

  /** The product of outputs and cotangents in double. */
  static double exactProduct(
      Attention attention,
      Map<String, Value> in,
      Map<String, double[]> values,
      int @Nullable [] lengths,
      float[] cotWeights,
      float[] cotContext) {
    Shape keys = in.get("keys").shape();
    float[] mask = mask(lengths, keys.size(1));
    AttentionReader.Reading reading =
        read(
            attention,
            name -> ExactTensor.of(in.get(name).shape(), values.get(name)),
            mask == null ? null : ExactTensor.of(Shape.of(keys.size(0), keys.size(1)), mask));
    return product(reading.weights(), cotWeights) + product(reading.context(), cotContext);
  }

  private static double product(Tensor output, float[] cotangent) {
    double sum = 0;
    for (int i = 0; i < cotangent.length; i++) {
      sum += ((ExactTensor) output).values()[i] * cotangent[i];
    }
    return sum;
  }

  private static AttentionReader.Reading read(
      Attention attention, Function<String, Tensor> in, @Nullable Tensor mask) {
    AttentionReader reader = new AttentionReader(attention);
    AttentionReader.Memory memory = reader.remember(in.apply("keys"), mask, in);
    Tensor past = attention instanceof PastAttention ? in.apply("past") : null;
    return reader.read(in.apply("query"), memory, past, in);
  }
}
