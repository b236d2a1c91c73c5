package dev.comporta.benchmarks.ours;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.StreamingModel;

/** Runs one stream in a session: one step at a time, or a whole sequence from the initial state. */
final class OurSession implements Run {
  private final Session session;
  private final float[] inputs;
  private final float[] outputs;
  private final int timesteps;

  OurSession(
      SequenceModel model, Problem problem, int timesteps, TensorBackend backend, Workers workers) {
    session = new StreamingModel(model, backend, workers).newSession();
    inputs = problem.inputs();
    outputs = new float[timesteps * model.outputSize()];
    this.timesteps = timesteps;
  }

  @Override
  public void execute() {
    if (timesteps == 1) {
      session.step(inputs, 0, outputs, 0);
    } else {
      session.reset();
      session.run(inputs, timesteps, outputs);
    }
  }

  @Override
  public float[] result() {
    return outputs.clone();
  }

  @Override
  public void close() {
    session.close();
  }
}
