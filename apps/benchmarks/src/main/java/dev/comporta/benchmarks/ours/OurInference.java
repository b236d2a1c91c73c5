package dev.comporta.benchmarks.ours;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;

/** Runs a batch of whole sequences with a model runner. */
final class OurInference implements Run {
  private final ModelRunner runner;
  private final Batch batch;
  private final Carry carry;
  private final float[] answer;

  OurInference(
      Problem problem,
      Workload.Inference w,
      Catalog catalog,
      TensorBackend backend,
      Workers workers) {
    SequenceModel model = OurModel.of(problem, w, catalog);
    runner = new ModelRunner(model, backend, workers, Execution.PLAN);
    batch = Batch.ofValues(w.timesteps(), w.batch(), w.input(), problem.inputs(), null);
    carry = runner.newCarry(w.batch());
    answer = new float[w.timesteps() * w.batch() * model.outputSize()];
  }

  @Override
  public void execute() {
    carry.reset();
    runner.predict(batch, carry, answer);
  }

  @Override
  public float[] result() {
    return answer.clone();
  }

  @Override
  public void close() {}
}
