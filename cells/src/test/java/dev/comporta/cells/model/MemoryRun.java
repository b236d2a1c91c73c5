package dev.comporta.cells.model;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a cell with memories on the tape: its outputs and the gradients of all inputs. */
record MemoryRun(Map<String, float[]> outputs, Map<String, float[]> gradients) {

  /**
   * The sizes of the inputs.
   *
   * @param timesteps T
   * @param batch B
   * @param positions S of the memory {@code keys}; {@code others} has two more
   * @param lengths the lengths of the sequences
   * @param reach the number of positions of each row of {@code keys}
   */
  record Sizes(
      int timesteps,
      int batch,
      int positions,
      int @Nullable [] lengths,
      int @Nullable [] reach,
      boolean reverse) {
    @Override
    public String toString() {
      return "T %d, B %d, S %d%s%s%s"
          .formatted(
              timesteps,
              batch,
              positions,
              lengths == null ? "" : ", ragged",
              reach == null ? "" : ", padded memory",
              reverse ? ", reverse" : "");
    }
  }

  static MemoryRun of(
      Cell cell, Sizes sizes, String backend, Workers workers, Unroller unroller, float padding) {
    Tape tape = new Tape(Catalog.load().backend(backend), workers);
    Map<String, TapeTensor> in = new LinkedHashMap<>();
    int b = sizes.batch();
    in.put("x", variable(tape, "x", Shape.of(sizes.timesteps(), b, cell.inputSize()), 1));
    in.put("h", variable(tape, "h", Shape.of(b, MemoryCells.H), 0.5));
    for (ParameterSpec spec : cell.parameters()) {
      double scale = 1 / Math.sqrt(Math.max(1, spec.fanIn()));
      in.put(spec.name(), variable(tape, spec.name(), spec.shape(), scale));
    }
    Map<String, Memory> memories = new LinkedHashMap<>();
    for (String name : cell.memories()) {
      int s = name.equals("others") ? sizes.positions() + 2 : sizes.positions();
      boolean vector = name.equals("summary");
      Shape shape = vector ? Shape.of(b, MemoryCells.K) : Shape.of(b, s, MemoryCells.K);
      TapeTensor values = variable(tape, name, shape, 1);
      in.put(name, values);
      int[] reach = name.equals("keys") ? sizes.reach() : null;
      if (reach != null) {
        pad(values, reach, s, MemoryCells.K, padding);
      }
      memories.put(name, Memory.of(values, reach));
    }
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("h", in.get("h"));
    for (StateSpec part : cell.state()) {
      if (part.memory() != null) {
        TapeTensor past = variable(tape, part.name(), Shape.of(b, sizes.positions()), 0.5);
        pad(past, sizes.reach(), sizes.positions(), 1, 0);
        in.put(part.name(), past);
        state.put(part.name(), past);
      }
    }
    Observation observation = new Observation(List.of());
    Layer.Output result =
        unroller.unroll(
            cell,
            new Unroller.Run(
                tape,
                "",
                "",
                in::get,
                true,
                new CounterRandom(1),
                Sequence.of(in.get("x"), sizes.lengths()),
                CellState.of(state),
                sizes.reverse(),
                memories,
                observation,
                ""));
    TapeTensor y = (TapeTensor) result.sequence().values();
    Map<String, TapeTensor> out = new LinkedHashMap<>();
    out.put("y", y);
    result.carry().parts().forEach((name, part) -> out.put(name, (TapeTensor) part));
    Map<String, float[]> outputs = new LinkedHashMap<>();
    out.forEach((name, values) -> {
      outputs.put(name, values.toArray());
      float[] cotangent = normal("cotangent " + name, values.shape().count(), 1);
      tape.accumulate(values, tape.constant(values.shape(), cotangent, 0));
    });
    tape.walkBack();
    Map<String, float[]> gradients = new LinkedHashMap<>();
    in.forEach((name, tensor) -> {
      TapeTensor gradient = tensor.gradient();
      gradients.put(
          name, gradient == null ? new float[tensor.shape().count()] : gradient.toArray());
    });
    // Expected values at padding are undefined.
    gradients.computeIfPresent("past", (name, values) -> kept(values, sizes));
    return new MemoryRun(outputs, gradients);
  }

  private static TapeTensor variable(Tape tape, String name, Shape shape, double scale) {
    return tape.variable(shape, normal(name, shape.count(), scale));
  }

  private static float[] normal(String name, int count, double scale) {
    var random = new CounterRandom(3).stream(name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.normal(i));
    }
    return values;
  }

  private static float[] kept(float[] values, Sizes sizes) {
    int[] reach = sizes.reach();
    for (int i = 0; reach != null && i < values.length; i++) {
      values[i] = i % sizes.positions() < reach[i / sizes.positions()] ? values[i] : 0;
    }
    return values;
  }

  private static void pad(
      TapeTensor values, int @Nullable [] reach, int positions, int k, float padding) {
    for (int row = 0; reach != null && row < reach.length; row++) {
      for (int i = reach[row] * k; i < positions * k; i++) {
        values.data()[values.offset() + row * positions * k + i] = padding;
      }
    }
  }
}
