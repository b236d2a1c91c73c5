package dev.comporta.cells.model;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Spec;
import java.util.List;
import java.util.stream.IntStream;

/** Small models with distinct nonzero parameters. */
final class Models {
  static final Catalog CATALOG = Catalog.load();

  private Models() {}

  /** Layers on features, with random parameters. */
  static SequenceModel onFeatures(int inputSize, Spec... layers) {
    return filled(
        Spec.of("sequential").with("input-size", inputSize).with("layers", List.of(layers)));
  }

  /** An embedding followed by layers, with random parameters. */
  static SequenceModel onIds(Spec... layers) {
    return filled(Spec.of("sequential").with("layers", List.of(layers)));
  }

  private static SequenceModel filled(Spec spec) {
    SequenceModel model = SequenceModel.build(spec, CATALOG);
    fill(model);
    return model;
  }

  /** Random numbers, scaled by each parameter's fan-in. */
  static void fill(SequenceModel model) {
    model
        .parameterSpecs()
        .forEach(spec -> {
          Parameter parameter = model.parameters().get(spec.name());
          float[] values =
              Problems.normal(
                  parameter.shape().count(),
                  1 / Math.sqrt(Math.max(1, spec.fanIn())),
                  5,
                  spec.name());
          System.arraycopy(
              values, 0, model.parameters().values(), parameter.offset(), values.length);
        });
    model.parameters().changed();
  }

  static Spec embedding(int vocabulary, int size) {
    return Spec.of("embedding").with("vocabulary", vocabulary).with("size", size);
  }

  static Spec recurrent(Object cell, int hidden) {
    return Spec.of("recurrent").with("cell", cell).with("hidden", hidden);
  }

  static Spec dense(int units) {
    return Spec.of("dense").with("units", units);
  }

  /** Random ids below a bound, determined by the name. */
  static int[] ids(int count, int bound, String name) {
    float[] numbers = Problems.normal(count, 1e4, 9, name);
    return IntStream.range(0, count).map(i -> Math.floorMod((int) numbers[i], bound)).toArray();
  }
}
