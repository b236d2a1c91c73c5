package dev.comporta.training;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One optimizer with its memory, applied to all parameters in ranges that workers share. */
final class ParameterUpdate {
  /** Elements in a range: a few microseconds of work. */
  private static final int RANGE = 8192;

  private final Optimizer optimizer;
  private final Parameters parameters;
  private final Workers workers;
  private final List<float[]> slots = new ArrayList<>();
  private final double[] scalars;

  ParameterUpdate(Optimizer optimizer, Parameters parameters, Workers workers) {
    this.optimizer = optimizer;
    this.parameters = parameters;
    this.workers = workers;
    for (int i = 0; i < optimizer.slots().size(); i++) {
      slots.add(new float[parameters.count()]);
    }
    this.scalars = new double[optimizer.scalars().size()];
  }

  void apply(long step, double learningRate, float[] gradients) {
    optimizer.prepare(step, learningRate, scalars);
    int count = parameters.count();
    workers.run(
        Math.ceilDiv(count, RANGE),
        range ->
            optimizer.update(
                new Optimizer.Update(
                    step,
                    learningRate,
                    parameters.values(),
                    gradients,
                    slots,
                    scalars,
                    range * RANGE,
                    Math.min(count, (range + 1) * RANGE))));
    parameters.changed();
  }

  Map<String, float[]> slots() {
    Map<String, float[]> copy = new LinkedHashMap<>();
    for (int i = 0; i < slots.size(); i++) {
      copy.put(optimizer.slots().get(i), slots.get(i).clone());
    }
    return copy;
  }

  double[] scalars() {
    return scalars.clone();
  }

  void restore(Map<String, float[]> savedSlots, double[] savedScalars) {
    if (savedSlots.size() != slots.size() || savedScalars.length != scalars.length) {
      throw new ComportaException(
          "[resume] expected the optimizer's %d arrays and %d numbers but the checkpoint has %d and %d; it was written for another optimizer"
              .formatted(slots.size(), scalars.length, savedSlots.size(), savedScalars.length));
    }
    for (int i = 0; i < slots.size(); i++) {
      String name = optimizer.slots().get(i);
      FloatArrays.restore("optimizer array " + name, slots.get(i), savedSlots.get(name));
    }
    System.arraycopy(savedScalars, 0, scalars, 0, scalars.length);
  }
}
