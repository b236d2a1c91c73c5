package dev.comporta.benchmarks.peers.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Loss;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A training step: one call (or one per operation) for the gradients, and one for the update. */
final class TorchTraining implements Run {

  private final PtNDManager manager;
  private final Workload.Training workload;
  private final TorchProgram program;
  private final NDArray step;
  private final NDArray finish;
  private final NDArray inputs;
  private final List<NDArray> state;
  private final List<NDArray> cell;
  private final NDList targetAndParameters;
  private final IValue parameters;
  private final IValue means;
  private final IValue variances;
  private final IValue steps;
  private float loss = Float.NaN;

  TorchTraining(PtNDManager manager, Problem problem, Workload.Training w) {
    this.manager = manager;
    workload = w;
    program =
        new TorchProgram(manager, TorchPrograms.training(w.formulation(), w.cell(), w.loss()));
    step = program.method("step");
    finish = program.method("finish");
    inputs = manager.create(problem.inputs(), new Shape(w.timesteps(), w.batch(), w.input()));
    state =
        Stream.generate(() -> manager.zeros(new Shape(w.layers(), w.batch(), w.hidden())))
            .limit(w.cell().hasCellState() ? 2 : 1)
            .toList();
    TorchProgram.asList("state", state);
    List<NDArray> leaves = leaves(problem);
    cell = leaves.subList(0, leaves.size() - 2);
    TorchProgram.asList("cell", cell);
    targetAndParameters = new NDList(targets(problem));
    targetAndParameters.addAll(leaves);
    parameters = TorchProgram.list(leaves);
    means = TorchProgram.list(leaves.stream().map(NDArray::zerosLike).toList());
    variances = TorchProgram.list(leaves.stream().map(NDArray::zerosLike).toList());
    steps = TorchProgram.list(leaves.stream().map(_ -> manager.create(0f)).toList());
  }

  private List<NDArray> leaves(Problem problem) {
    List<NDArray> leaves = new ArrayList<>();
    problem
        .parameters()
        .forEach((name, values) -> {
          NDArray leaf = manager.create(values, shape(name, values.length));
          leaf.setRequiresGradient(true);
          leaves.add(leaf);
        });
    return leaves;
  }

  private Shape shape(String name, int size) {
    if (name.contains("bias") || name.startsWith("layer_norm")) {
      return new Shape(size);
    }
    int rows =
        name.startsWith("linear")
            ? workload.outputs()
            : workload.cell().gates() * workload.hidden();
    return new Shape(rows, size / rows);
  }

  private NDArray targets(Problem problem) {
    float[] targets = problem.targets();
    if (workload.loss() == Loss.MEAN_SQUARED_ERROR) {
      return manager.create(
          targets, new Shape(workload.timesteps(), workload.batch(), workload.outputs()));
    }
    long[] labels = new long[targets.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (long) targets[i];
    }
    return manager.create(labels);
  }

  @Override
  public void execute() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDList lossAndGradients =
          workload.formulation() == Formulation.WRITTEN_OUT ? writtenOut() : whole();
      loss = lossAndGradients.get(0).getFloat();
      try (IValue gradients =
              TorchProgram.list(lossAndGradients.subList(1, lossAndGradients.size()));
          IValue norm = program.call("update", parameters, gradients, means, variances, steps)) {
        norm.getHandle();
      }
    }
  }

  private NDList whole() {
    NDList arguments = new NDList(step, inputs);
    arguments.addAll(state);
    arguments.addAll(targetAndParameters);
    return program.differentiate(arguments);
  }

  private NDList writtenOut() {
    NDList arguments = new NDList(finish);
    JniUtils.setGradMode(true);
    try {
      arguments.add(WrittenOutCell.outputs(workload.cell(), inputs, state, cell));
    } finally {
      JniUtils.setGradMode(false);
    }
    arguments.addAll(targetAndParameters);
    return program.differentiate(arguments);
  }

  @Override
  public float[] result() {
    return new float[] {loss};
  }

  @Override
  public void close() {
    parameters.close();
    means.close();
    variances.close();
    steps.close();
    program.close();
    manager.close();
  }
}
