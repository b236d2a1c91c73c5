package dev.comporta.benchmarks.graphs;

import dev.comporta.benchmarks.peers.Repeatable;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Map;

/** A graph that a library has loaded; for one thread at a time. */
public interface GraphRun extends Repeatable {
  /**
   * Runs the graph once.
   *
   * @param inputs all inputs by name
   * @return all outputs by name
   */
  Map<String, OnnxTensor> run(Map<String, OnnxTensor> inputs);

  /**
   * Sets what {@link #execute} runs on, in the form that the library needs.
   *
   * @param inputs all inputs by name, states with their initial values
   * @param states the output with the next value of each state, by the name of its input
   */
  void prepare(Map<String, OnnxTensor> inputs, Map<String, String> states);

  /** Runs the graph once; states go on from the run before. */
  @Override
  void execute();
}
