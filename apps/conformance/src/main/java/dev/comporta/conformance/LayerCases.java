package dev.comporta.conformance;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Kinds {@code layer_norm}, {@code linear} and {@code embedding}: one layer without a carry. */
final class LayerCases {
  private LayerCases() {}

  static void layerNorm(TapeCase run) {
    CaseSettings settings = run.file().settings();
    double epsilon = settings.real("eps", 1e-5);
    int[] normalized = settings.wholes("normalized_shape");
    settings.requireAllRead();
    Tensor x = run.in("x");
    Shape shape = x.shape();
    int size = shape.columns();
    if (normalized != null) {
      size = Shape.of(normalized).count();
    } else if (run.has("gamma")) {
      size = run.file().shape("gamma").count();
    }
    if (size == 0 || shape.count() % size != 0) {
      throw new CaseException(formatted("its x %s has no groups of %d to normalise", shape, size));
    }
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    parameters.put("gamma", vector(run, "gamma", size, 1));
    parameters.put("beta", vector(run, "beta", size, 0));
    Sequence rows = Sequence.of(x.reshape(1, shape.count() / size, size));
    Layer layer = layer(run, Spec.of("layer-norm").with("epsilon", epsilon), size);
    run.out("y", forward(run, layer, rows, parameters).reshape(shape.sizes()));
  }

  private static Tensor vector(TapeCase run, String name, int size, float otherwise) {
    if (!run.has(name)) {
      return run.filled(Shape.of(size), otherwise);
    }
    Tensor given = run.in(name);
    if (given.shape().count() != size) {
      throw new CaseException(
          formatted("its tensor %s has shape %s instead of [%d]", name, given.shape(), size));
    }
    return given.reshape(size);
  }

  static void linear(TapeCase run) {
    run.file().settings().requireAllRead();
    Tensor x = run.in("x");
    Shape shape = x.shape();
    Shape w = run.file().shape("w");
    if (w.rank() != 2 || shape.rank() == 0 || w.size(1) != shape.columns()) {
      throw new CaseException(
          formatted("its tensor w has shape %s; expected [O, I] for x %s", w, shape));
    }
    int units = w.size(0);
    boolean bias = run.has("b");
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    parameters.put("W", run.in("w").transpose());
    if (bias) {
      parameters.put("b", run.in("b", Shape.of(units)));
    }
    Layer layer =
        layer(run, Spec.of("dense").with("units", units).with("bias", bias), shape.columns());
    Sequence rows = Sequence.of(x.reshape(1, shape.rows(), shape.columns()));
    run.out("y", forward(run, layer, rows, parameters).reshape(shape.with(-1, units).sizes()));
  }

  static void embedding(TapeCase run) {
    run.file().settings().requireAllRead();
    Shape table = run.file().shape("table");
    Shape ids = run.file().shape("ids");
    if (table.rank() != 2) {
      throw new CaseException(formatted("its table has shape %s; expected [V, E]", table));
    }
    Layer layer =
        layer(
            run,
            Spec.of("embedding").with("vocabulary", table.size(0)).with("size", table.size(1)),
            0);
    Sequence rows = Sequence.of(new Ids(1, ids.count(), run.file().ints("ids")), null);
    int[] sizes = Arrays.copyOf(ids.sizes(), ids.rank() + 1);
    sizes[ids.rank()] = table.size(1);
    run.out("y", forward(run, layer, rows, Map.of("table", run.in("table"))).reshape(sizes));
  }

  static Layer layer(TapeCase run, Spec spec, int inputSize) {
    return run.catalog()
        .build(
            Kind.LAYER,
            spec,
            (provider, options) -> provider.create(inputSize, options, run.catalog()));
  }

  static Tensor forward(TapeCase run, Layer layer, Sequence input, Map<String, Tensor> parameters) {
    return run.runner()
        .forward(layer, input, CellState.of(Map.of()), parameters, false, new CounterRandom(0))
        .sequence()
        .values();
  }
}
