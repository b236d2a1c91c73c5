package dev.comporta.benchmarks.peers.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Pairs;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.util.List;

/**
 * Training steps of a translation model, one per batch: one call computes the gradients, another
 * applies the update. In the written-out formulation, the encoder is one call, each operation of
 * the decoder's loop is a call, and read-out, loss and gradients are one call.
 *
 * <p>Sources of different lengths are packed with PyTorch's own operations, so that the backward
 * direction starts at the end of each source and losses are equal; benchmark rows whose sources
 * have equal length need no packing.
 */
final class TorchPairTraining implements Run {

  private final PtNDManager manager;
  private final Formulation formulation;
  private final boolean even;
  private final TorchProgram program;
  private final NDArray step;
  private final NDArray encode;
  private final NDArray finish;
  private final List<TorchPairs> batches;
  private final List<NDArray> leaves;
  private final IValue parameters;
  private final IValue means;
  private final IValue variances;
  private final IValue steps;
  private final float[] losses;

  TorchPairTraining(PtNDManager manager, Problem problem, Workload.PairTraining w) {
    this.manager = manager;
    formulation = w.formulation();
    even = w.even();
    program =
        new TorchProgram(
            manager, TranslatorPrograms.training(formulation, even, w.labelSmoothing()));
    step = program.method("step");
    encode = program.method("encode");
    finish = program.method("finish");
    batches =
        Pairs.of(problem, w.lengths()).stream()
            .map(pairs -> TorchPairs.of(manager, pairs))
            .toList();
    leaves = TorchPairs.parameters(manager, problem, w.sizes(), true);
    TorchProgram.asList("parameters", leaves);
    parameters = TorchProgram.list(leaves);
    means = TorchProgram.list(leaves.stream().map(NDArray::zerosLike).toList());
    variances = TorchProgram.list(leaves.stream().map(NDArray::zerosLike).toList());
    steps = TorchProgram.list(leaves.stream().map(_ -> manager.create(0f)).toList());
    losses = new float[batches.size()];
  }

  @Override
  public void execute() {
    for (int i = 0; i < losses.length; i++) {
      losses[i] = train(batches.get(i));
    }
  }

  private float train(TorchPairs batch) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDList lossAndGradients =
          formulation == Formulation.WRITTEN_OUT ? writtenOut(batch) : whole(batch);
      float loss = lossAndGradients.get(0).getFloat();
      try (IValue gradients =
              TorchProgram.list(lossAndGradients.subList(1, lossAndGradients.size()));
          IValue norm = program.call("update", parameters, gradients, means, variances, steps)) {
        norm.getHandle();
      }
      return loss;
    }
  }

  private NDList whole(TorchPairs batch) {
    NDList arguments =
        new NDList(
            step, batch.source(), batch.lengths(), batch.padding(), batch.words(), batch.labels());
    arguments.addAll(leaves);
    return program.differentiate(arguments);
  }

  private NDList writtenOut(TorchPairs batch) {
    NDList sources = new NDList(encode, batch.source(), batch.lengths());
    sources.addAll(leaves);
    NDList encoded = program.differentiate(sources);
    NDList arguments = new NDList(finish);
    JniUtils.setGradMode(true);
    try {
      arguments.add(
          WrittenOutDecoder.outputs(batch.words(), even ? null : batch.padding(), encoded, leaves));
    } finally {
      JniUtils.setGradMode(false);
    }
    arguments.add(batch.words());
    arguments.add(batch.labels());
    arguments.addAll(leaves);
    return program.differentiate(arguments);
  }

  @Override
  public float[] result() {
    return losses.clone();
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
