package dev.comporta.benchmarks.peers.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Streaming as shown in ONNX Runtime's documentation: {@code run(inputs)} allocates the results,
 * which are the state of the next call. {@link OnnxInference} is faster.
 */
final class OnnxMapStream implements Run {
  private final OrtSession session;
  private final OnnxTensor input;
  private final List<OnnxTensor> start;
  private final List<String> states;
  private Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
  private Optional<OrtSession.Result> latest = Optional.empty();

  OnnxMapStream(
      OrtEnvironment environment, OrtSession session, Workload.Inference w, float[] values)
      throws OrtException {
    this.session = session;
    states = w.cell().hasCellState() ? List.of("h", "c") : List.of("h");
    input =
        OnnxTensor.createTensor(
            environment, FloatBuffer.wrap(values), new long[] {1, w.batch(), w.input()});
    OnnxTensor zeros =
        OnnxTensor.createTensor(
            environment,
            FloatBuffer.allocate(w.batch() * w.hidden()),
            new long[] {1, w.batch(), w.hidden()});
    start = List.of(input, zeros);
    inputs.put("x", input);
    states.forEach(name -> inputs.put(name, zeros));
  }

  @Override
  public void execute() {
    try {
      OrtSession.Result result = session.run(inputs);
      latest.ifPresent(OrtSession.Result::close);
      latest = Optional.of(result);
      Map<String, OnnxTensor> next = new LinkedHashMap<>();
      next.put("x", input);
      for (String name : states) {
        next.put(name, (OnnxTensor) result.get(name + "_next").orElseThrow());
      }
      inputs = next;
    } catch (OrtException e) {
      throw new IllegalStateException("[onnxruntime] the session's run failed", e);
    }
  }

  @Override
  public float[] result() {
    FloatBuffer answer =
        ((OnnxTensor) latest.orElseThrow().get("h_next").orElseThrow()).getFloatBuffer();
    float[] values = new float[answer.remaining()];
    answer.get(values);
    return values;
  }

  @Override
  public void close() {
    latest.ifPresent(OrtSession.Result::close);
    start.forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("[onnxruntime] cannot close the session", e);
    }
  }
}
