package dev.comporta.benchmarks.peers.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Inference with the built-in layer; the state remains in libtorch between calls. */
final class TorchInference implements Run {

  private final PtNDManager manager;
  private final TorchProgram program;
  private final boolean streams;
  private final IValue inputs;
  private final IValue cell;
  private IValue state;
  private PtNDArray[] latest = {};

  TorchInference(PtNDManager manager, Problem problem, Workload.Inference w) {
    this.manager = manager;
    streams = w.streams();
    program = new TorchProgram(manager, TorchPrograms.inference(Formulation.BUILT_IN, w.cell()));
    inputs =
        IValue.from(
            (PtNDArray)
                manager.create(problem.inputs(), new Shape(w.timesteps(), w.batch(), w.input())));
    List<NDArray> parameters = new ArrayList<>();
    long rows = (long) w.cell().gates() * w.hidden();
    problem
        .parameters()
        .forEach((name, values) ->
            parameters.add(
                name.startsWith("weight")
                    ? manager.create(values, new Shape(rows, values.length / rows))
                    : manager.create(values)));
    cell = TorchProgram.list(parameters);
    Shape shape = new Shape(1, w.batch(), w.hidden());
    state =
        TorchProgram.list(
            Stream.generate(() -> manager.zeros(shape))
                .limit(w.cell().hasCellState() ? 2 : 1)
                .toList());
  }

  @Override
  public void execute() {
    for (PtNDArray array : latest) {
      array.close();
    }
    try (IValue outputs = program.call("outputs", inputs, state, cell)) {
      latest = outputs.toTensorArray(manager);
    }
    if (streams) {
      state.close();
      state = TorchProgram.list(List.<NDArray>of(latest).subList(1, latest.length));
    }
  }

  @Override
  public float[] result() {
    return latest[0].toFloatArray();
  }

  @Override
  public void close() {
    state.close();
    cell.close();
    inputs.close();
    program.close();
    manager.close();
  }
}
