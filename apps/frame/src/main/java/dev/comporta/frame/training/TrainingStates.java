package dev.comporta.frame.training;

import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.NamedTensor;
import dev.comporta.training.TrainingState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns a trainer's state into the content of a checkpoint and back. */
final class TrainingStates {
  private TrainingStates() {}

  static Checkpoint toCheckpoint(ModelFile model, TrainingState state) {
    List<NamedTensor> tensors =
        state.arrays().entrySet().stream()
            .map(array ->
                new NamedTensor(
                    array.getKey(), Shape.of(array.getValue().length), array.getValue()))
            .toList();
    return new Checkpoint(model, state.progress(), tensors, state.rows());
  }

  static TrainingState fromCheckpoint(Checkpoint checkpoint) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    checkpoint.tensors().forEach(tensor -> arrays.put(tensor.name(), tensor.values()));
    return TrainingState.of(checkpoint.progress(), arrays, checkpoint.numbers());
  }
}
