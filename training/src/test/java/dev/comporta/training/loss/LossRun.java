package dev.comporta.training.loss;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One loss on one batch: its value, its weight and the gradient of its sum. */
@SuppressWarnings("ArrayRecordComponent")
record LossRun(float sum, double weight, float[] gradient) {
  private static final Catalog CATALOG = Catalog.load();

  static Loss loss(Spec spec) {
    return CATALOG.loss(spec);
  }

  /** The backends on which losses are tested; both must give the documented precision. */
  static final List<String> BACKENDS = List.of("reference", "simd");

  static LossRun labels(
      Spec spec, Shape shape, float[] prediction, Ids labels, int @Nullable [] lengths) {
    return labels("reference", spec, shape, prediction, labels, lengths);
  }

  static LossRun labels(
      String backend,
      Spec spec,
      Shape shape,
      float[] prediction,
      Ids labels,
      int @Nullable [] lengths) {
    return run(backend, spec, shape, prediction, tape -> Target.labels(labels, lengths));
  }

  static LossRun values(
      Spec spec, Shape shape, float[] prediction, float[] target, int @Nullable [] lengths) {
    return values("reference", spec, shape, prediction, target, lengths);
  }

  static LossRun values(
      String backend,
      Spec spec,
      Shape shape,
      float[] prediction,
      float[] target,
      int @Nullable [] lengths) {
    return run(
        backend,
        spec,
        shape,
        prediction,
        tape -> Target.values(tape.constant(shape, target, 0), lengths));
  }

  private static LossRun run(
      String backend,
      Spec spec,
      Shape shape,
      float[] prediction,
      java.util.function.Function<Tape, Target> target) {
    Tape tape = new Tape(CATALOG.backend(backend), Workers.ALONE);
    TapeTensor x = tape.variable(shape, prediction.clone());
    Loss.Value value = loss(spec).of(x, target.apply(tape));
    float sum = value.sum().toArray()[0];
    tape.backward(value.sum());
    Tensor gradient = x.gradient();
    return new LossRun(
        sum, value.weight(), gradient == null ? new float[shape.count()] : gradient.toArray());
  }

  /** The mean as float; the division also applies to the gradient. */
  float[] meanGradient() {
    float[] mean = gradient.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= (float) weight;
    }
    return mean;
  }

  float mean() {
    return (float) (sum / weight);
  }
}
