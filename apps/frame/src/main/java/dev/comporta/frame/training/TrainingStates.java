package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.NamedTensor;
import dev.comporta.training.TrainingState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns a trainer's state into the content of a checkpoint and back. */
final class TrainingStates {
  private static final String PROGRESS = "training";
  private static final String SLOT = "optimizer.";
  private static final String CARRY = "carry.";
  private static final String FRESH = "fresh-rows";
  private static final String SCALARS = "optimizer-scalars";
  private static final String RECENT = "recent-losses";
  private static final String VALIDATION = "validation-losses";
  private static final String WEIGHTS = "weights.";
  private static final String COUNTED = "counted.";
  private static final Set<String> COUNTS = Set.of("step", "epoch", "chunk", "tokens");
  private static final Set<String> ROWS = Set.of(FRESH, SCALARS, RECENT, VALIDATION);

  private TrainingStates() {}

  static Checkpoint toCheckpoint(ModelFile model, TrainingState state) {
    Spec progress =
        Spec.of(PROGRESS)
            .with("step", state.step())
            .with("epoch", state.epoch())
            .with("chunk", state.chunk())
            .with("tokens", state.tokens());
    List<NamedTensor> tensors = new ArrayList<>();
    state.slots().forEach((name, values) -> tensors.add(tensor(SLOT + name, values)));
    state.carry().forEach((name, values) -> tensors.add(tensor(CARRY + name, values)));
    state.weights().forEach((name, values) -> tensors.add(tensor(WEIGHTS + name, values)));
    Map<String, double[]> numbers = new LinkedHashMap<>();
    double[] fresh = new double[state.fresh().length];
    for (int row = 0; row < fresh.length; row++) {
      fresh[row] = state.fresh()[row] ? 1 : 0;
    }
    numbers.put(FRESH, fresh);
    numbers.put(SCALARS, state.scalars());
    numbers.put(RECENT, state.recentLosses());
    numbers.put(VALIDATION, state.validationLosses());
    state.numbers().forEach((name, value) -> numbers.put(COUNTED + name, new double[] {value}));
    return new Checkpoint(model, progress, tensors, numbers);
  }

  private static NamedTensor tensor(String name, float[] values) {
    return new NamedTensor(name, Shape.of(values.length), values);
  }

  static TrainingState fromCheckpoint(Checkpoint checkpoint) {
    Spec progress = checkpoint.progress();
    for (String name : progress.options().keySet()) {
      if (!COUNTS.contains(name)) {
        throw unknown("a count", name);
      }
    }
    int epoch = (int) count(progress, "epoch", Integer.MAX_VALUE);
    int chunk = (int) count(progress, "chunk", Integer.MAX_VALUE);
    Map<String, float[]> slots = new LinkedHashMap<>();
    Map<String, float[]> carry = new LinkedHashMap<>();
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (NamedTensor tensor : checkpoint.tensors()) {
      if (tensor.name().startsWith(SLOT)) {
        slots.put(tensor.name().substring(SLOT.length()), tensor.values());
      } else if (tensor.name().startsWith(CARRY)) {
        carry.put(tensor.name().substring(CARRY.length()), tensor.values());
      } else if (tensor.name().startsWith(WEIGHTS)) {
        weights.put(tensor.name().substring(WEIGHTS.length()), tensor.values());
      } else {
        throw unknown("an array", tensor.name());
      }
    }
    Map<String, Double> counted = new LinkedHashMap<>();
    checkpoint
        .numbers()
        .forEach((name, row) -> {
          if (name.startsWith(COUNTED) && row.length == 1) {
            counted.put(name.substring(COUNTED.length()), row[0]);
          } else if (!ROWS.contains(name)) {
            throw unknown("a row of numbers", name);
          }
        });
    double[] rows = checkpoint.numbers(FRESH);
    boolean[] fresh = new boolean[rows.length];
    for (int row = 0; row < rows.length; row++) {
      if (rows[row] != 0 && rows[row] != 1) {
        throw new ComportaException(
            formatted(
                "[resume] expected 0 or 1 for row %d of %s but the checkpoint has %s; it was not written by this program",
                row, FRESH, rows[row]));
      }
      fresh[row] = rows[row] != 0;
    }
    return new TrainingState(
        count(progress, "step", Long.MAX_VALUE),
        epoch,
        chunk,
        count(progress, "tokens", Long.MAX_VALUE),
        slots,
        checkpoint.numbers(SCALARS),
        carry,
        fresh,
        checkpoint.numbers(RECENT),
        checkpoint.numbers(VALIDATION),
        weights,
        counted);
  }

  private static ComportaException unknown(String what, String name) {
    return new ComportaException(
        formatted(
            "[resume] the checkpoint has %s '%s' that training never stores; it was not written by this program",
            what, name));
  }

  private static long count(Spec progress, String option, long most) {
    Object found = progress.options().get(option);
    if (found == null) {
      throw new ComportaException(
          formatted(
              "[resume] the checkpoint does not say its %s; it was written by another version",
              option));
    }
    if (found instanceof Long number && number >= 0 && number <= most) {
      return number;
    }
    throw new ComportaException(
        formatted(
            "[resume] expected a whole number from 0 to %d for '%s' but the checkpoint has %s; it was not written by this program",
            most, option, found));
  }
}
